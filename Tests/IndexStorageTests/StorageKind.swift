import IndexStorage
import Testing

/// The storages that must not be told apart.
enum StorageKind: CaseIterable, CustomTestStringConvertible {
    case directory
    case memory
    case noting

    var testDescription: String { "\(self)" }

    /// Runs a test on an empty, prepared storage of this kind.
    func withStorage(_ body: (any IndexDirectory) throws -> Void) throws {
        let temporary = try TemporaryDirectory()
        let storage: any IndexDirectory =
            switch self {
            case .directory: DirectoryStorage(path: temporary.path + "/index")
            case .memory: MemoryStorage()
            case .noting: FailingStorage(MemoryStorage())
            }
        try storage.prepare()
        try body(storage)
        withExtendedLifetime(temporary) {}
    }
}

extension IndexDirectory {
    /// Creates a file with a content, safe from a power cut but for its name.
    func write(_ text: String, to name: String) throws {
        let file = try create(name)
        try file.append(Array(text.utf8))
        try file.synchronize()
        try file.close()
    }

    func text(of name: String) throws -> String {
        String(decoding: try read(name, limit: 1 << 20), as: UTF8.self)
    }
}

/// The code of the storage error that an operation throws, or `nil` if it throws none.
func code(of operation: () throws -> Void) -> StorageError.Code? {
    do {
        try operation()
        return nil
    } catch {
        return (error as? StorageError)?.code
    }
}
