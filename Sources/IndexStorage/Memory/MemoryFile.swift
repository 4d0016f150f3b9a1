import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A file of a ``MemoryStorage`` being written.
///
/// It has no buffer: readers see what is appended at once.
final class MemoryFile: StorageFile {
    let name: String
    private(set) var size: UInt64 = 0

    private let number: MemoryDisk.FileNumber
    private let storage: MemoryStorage
    private var isOpen = true

    init(_ number: MemoryDisk.FileNumber, name: String, storage: MemoryStorage) {
        self.number = number
        self.name = name
        self.storage = storage
    }

    func append(_ bytes: RawSpan) throws(StorageError) {
        try requireOpen(.append)
        // Copied within the call.
        let copy = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
        storage.disk.withLock { $0.files[number]?.written += copy }
        size += UInt64(copy.count)
    }

    func flush() throws(StorageError) { try requireOpen(.append) }

    func synchronize() throws(StorageError) {
        try requireOpen(.synchronize)
        let size = Int(size)
        storage.disk.withLock { $0.files[number]?.synchronized = size }
    }

    func close() throws(StorageError) {
        isOpen = false
    }

    private func requireOpen(_ operation: StorageOperation) throws(StorageError) {
        guard isOpen else {
            throw StorageError(errno: EBADF, operation: operation, path: StorageName.joined(storage.path, name))
        }
    }
}
