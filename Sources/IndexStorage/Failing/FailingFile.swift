#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A file of a ``FailingStorage``.
///
/// Like a real one it is spoilt by its first failure.
final class FailingFile: StorageFile {
    let name: String
    private(set) var size: UInt64 = 0

    private let storage: FailingStorage
    /// `nil` once closed; dropping a real file discards what it had not written yet.
    private var file: (any StorageFile)?
    private var failure: StorageError?

    init(_ file: any StorageFile, storage: FailingStorage) {
        self.file = file
        self.storage = storage
        name = file.name
    }

    func append(_ bytes: RawSpan) throws(StorageError) {
        let pending = storage.note(.append, name, bytes: bytes.byteCount)
        let file = try usable(for: .append)
        if let pending {
            failure = pending.error
            switch pending.effect {
            case .nothing: break
            case .prefix(let count): try file.append(bytes.extracting(first: min(max(count, 0), bytes.byteCount)))
            case .complete: try file.append(bytes)
            }
            throw pending.error
        }
        try file.append(bytes)
        size += UInt64(bytes.byteCount)
    }

    func flush() throws(StorageError) {
        let pending = storage.note(.append, name)
        try finish(usable(for: .append), pending) { file throws(StorageError) in try file.flush() }
    }

    func synchronize() throws(StorageError) {
        let pending = storage.note(.synchronize, name)
        try finish(usable(for: .synchronize), pending) { file throws(StorageError) in try file.synchronize() }
    }

    func close() throws(StorageError) {
        guard file != nil else { return }
        defer { file = nil }
        let pending = storage.note(.close, name)
        try finish(usable(for: .close), pending) { file throws(StorageError) in try file.close() }
    }

    private func finish(
        _ file: any StorageFile,
        _ pending: FailingStorage.Pending?,
        _ call: (any StorageFile) throws(StorageError) -> Void
    ) throws(StorageError) {
        guard let pending else { return try call(file) }
        failure = pending.error
        if pending.effect == .complete { try call(file) }
        throw pending.error
    }

    /// The file beneath, unless it is closed or spoilt.
    private func usable(for operation: StorageOperation) throws(StorageError) -> any StorageFile {
        if let failure { throw failure }
        guard let file else {
            throw StorageError(errno: EBADF, operation: operation, path: StorageName.joined(storage.path, name))
        }
        return file
    }
}
