/// A file name that cannot lead out of its directory.
enum StorageName {
    /// The longest name that every common file system takes, in bytes.
    static let maximumLength = 255

    /// Refuses what is not exactly one path component.
    ///
    /// - Throws: ``StorageError`` of code `invalidName`.
    static func validate(
        _ name: String,
        for operation: StorageOperation,
        in directory: String
    ) throws(StorageError) {
        let bytes = name.utf8
        // Bytes, not characters: "/" followed by a combining mark is another character, but the same separator.
        let isOneComponent =
            !bytes.isEmpty && bytes.count <= maximumLength && name != "." && name != ".."
            && !bytes.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
        guard isOneComponent else {
            throw StorageError(code: .invalidName, operation: operation, path: joined(directory, name))
        }
    }

    /// The path of a file in a directory.
    static func joined(_ directory: String, _ name: String) -> String {
        directory.utf8.last == UInt8(ascii: "/") ? directory + name : directory + "/" + name
    }
}
