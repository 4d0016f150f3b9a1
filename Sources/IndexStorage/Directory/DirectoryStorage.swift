#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Files in a directory of the system.
///
/// Nothing is kept open between calls; the path is resolved anew each time, so that a relative one follows the process's
/// working directory.
package struct DirectoryStorage: IndexDirectory {
    package let path: String

    /// Names a directory; nothing is touched before ``prepare()``.
    package init(path: String) {
        self.path = path
    }

    package func map(_ name: String) throws(StorageError) -> MappedFile {
        let path = try filePath(name, for: .map)
        return try MappedFile(mapping: openForReading(path, for: .map), path: path)
    }

    package func read(_ name: String, limit: Int) throws(StorageError) -> [UInt8] {
        let path = try filePath(name, for: .read)
        let descriptor = try openForReading(path, for: .read)
        return try descriptor.readAll(limit: limit, path: path)
    }

    package func create(_ name: String) throws(StorageError) -> sending any StorageFile {
        let path = try filePath(name, for: .create)
        let descriptor = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL, for: .create)
        return DirectoryFile(descriptor, name: name, path: path)
    }

    package func scratch(_ name: String, count: Int) throws(StorageError) -> ScratchMapping {
        let path = try filePath(name, for: .create)
        let descriptor = try Descriptor(opening: path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600, for: .create)
        // The mapping outlives the name.
        defer { try? remove(name) }
        return try ScratchMapping(mapping: descriptor, count: count, path: path)
    }

    package func rename(_ temporary: String, to name: String) throws(StorageError) {
        let source = try filePath(temporary, for: .rename)
        let target = try filePath(name, for: .rename)
        _ = try Descriptor.uninterrupted(.rename, source) { systemRename(source, target) }
    }

    package func remove(_ name: String) throws(StorageError) {
        let path = try filePath(name, for: .remove)
        _ = try Descriptor.uninterrupted(.remove, path) { unsafe unlink(path) }
    }

    package func synchronize() throws(StorageError) {
        try Self.synchronizeDirectory(path)
    }

    package func lock(_ name: String) throws(StorageError) -> any StorageLock {
        try DirectoryLock(path: filePath(name, for: .lock))
    }

    /// The path of a file with a valid name.
    private func filePath(_ name: String, for operation: StorageOperation) throws(StorageError) -> String {
        try StorageName.validate(name, for: operation, in: path)
        return StorageName.joined(path, name)
    }

    /// Opens without waiting: a pipe of that name, which is refused later, would block until someone writes to it.
    private func openForReading(_ path: String, for operation: StorageOperation) throws(StorageError) -> Descriptor {
        try Descriptor(opening: path, O_RDONLY | O_NONBLOCK, for: operation)
    }
}

// Inside the type, `rename` would mean its own method.
private func systemRename(_ source: String, _ target: String) -> Int32 { unsafe rename(source, target) }
