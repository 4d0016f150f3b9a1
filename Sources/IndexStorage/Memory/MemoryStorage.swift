import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The in-memory twin of ``DirectoryStorage``: the same behaviour and the same errors, and a power cut on demand.
///
/// It tells what was written from what was synchronised; ``crash(keeping:)`` shows what would be left.
package final class MemoryStorage: IndexDirectory {
    package let path: String
    let disk: Mutex<MemoryDisk>

    /// An empty disk, on which ``prepare()`` has not yet created the directory.
    package convenience init(path: String = "memory:") {
        self.init(path: path, disk: MemoryDisk())
    }

    init(path: String, disk: MemoryDisk) {
        self.path = path
        self.disk = Mutex(disk)
    }

    package func prepare() throws(StorageError) {
        disk.withLock { $0.isPrepared = true }
    }

    package func list() throws(StorageError) -> [String] {
        try onDisk(.list) { disk throws(StorageError) in disk.names.visible.keys.sorted() }
    }

    package func map(_ name: String) throws(StorageError) -> MappedFile {
        MappedFile(copying: try content(of: name, for: .map))
    }

    package func read(_ name: String, limit: Int) throws(StorageError) -> [UInt8] {
        let bytes = try content(of: name, for: .read)
        guard bytes.count <= limit else {
            throw StorageError(
                code: .tooLarge(limit: limit, size: UInt64(bytes.count)),
                operation: .read,
                path: StorageName.joined(path, name)
            )
        }
        return bytes
    }

    package func create(_ name: String) throws(StorageError) -> sending any StorageFile {
        let number = try onDisk(.create, name) { disk, path throws(StorageError) in
            guard disk.names.visible[name] == nil else {
                throw StorageError(errno: EEXIST, operation: .create, path: path)
            }
            return disk.create(name)
        }
        return MemoryFile(number, name: name, storage: self)
    }

    package func scratch(_ name: String, count: Int) throws(StorageError) -> ScratchMapping {
        try onDisk(.create, name) { disk, path throws(StorageError) in
            guard disk.names.visible[name] == nil else {
                throw StorageError(errno: EEXIST, operation: .create, path: path)
            }
        }
        return ScratchMapping(count: count)
    }

    package func rename(_ temporary: String, to name: String) throws(StorageError) {
        try StorageName.validate(name, for: .rename, in: path)
        try onDisk(.rename, temporary) { disk, path throws(StorageError) in
            guard let number = disk.names.visible[temporary] else {
                throw StorageError(errno: ENOENT, operation: .rename, path: path)
            }
            guard temporary != name else { return }
            disk.names.set(name, to: number)
            disk.names.set(temporary, to: nil)
        }
    }

    package func remove(_ name: String) throws(StorageError) {
        try onDisk(.remove, name) { disk, path throws(StorageError) in
            guard disk.names.visible[name] != nil else {
                throw StorageError(errno: ENOENT, operation: .remove, path: path)
            }
            disk.names.set(name, to: nil)
        }
    }

    package func synchronize() throws(StorageError) {
        try onDisk(.synchronizeDirectory) { disk throws(StorageError) in disk.synchronizeNames() }
    }

    package func lock(_ name: String) throws(StorageError) -> any StorageLock {
        let number = try onDisk(.lock, name) { disk, path throws(StorageError) in
            let number = disk.names.visible[name] ?? disk.create(name)
            guard disk.locked.insert(number).inserted else {
                throw StorageError(
                    code: .locked(holder: getpid()),
                    operation: .lock,
                    path: path,
                    errno: EWOULDBLOCK
                )
            }
            disk.files[number] = MemoryDisk.File(written: Array("\(getpid())\n".utf8))
            return number
        }
        return MemoryLock(number, storage: self)
    }

    private func content(of name: String, for operation: StorageOperation) throws(StorageError) -> [UInt8] {
        try onDisk(operation, name) { disk, path throws(StorageError) in
            guard let number = disk.names.visible[name], let file = disk.files[number] else {
                throw StorageError(errno: ENOENT, operation: operation, path: path)
            }
            return file.written
        }
    }

    /// Runs one step on the directory, which must exist.
    private func onDisk<Result: Sendable>(
        _ operation: StorageOperation,
        _ step: (inout MemoryDisk) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try disk.withLock { disk throws(StorageError) in
            guard disk.isPrepared else { throw StorageError(errno: ENOENT, operation: operation, path: path) }
            return try step(&disk)
        }
    }

    /// Runs one step on a file of the directory, handing it the file's path for errors.
    private func onDisk<Result: Sendable>(
        _ operation: StorageOperation,
        _ name: String,
        _ step: (inout MemoryDisk, String) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try StorageName.validate(name, for: operation, in: path)
        let path = StorageName.joined(path, name)
        return try disk.withLock { disk throws(StorageError) in
            guard disk.isPrepared else { throw StorageError(errno: ENOENT, operation: operation, path: path) }
            return try step(&disk, path)
        }
    }
}
