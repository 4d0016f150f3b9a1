#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A file of a ``DirectoryStorage``, written through a buffer so that small appends do not each cost a system call.
final class DirectoryFile: StorageFile {
    /// Appends are gathered up to this size, larger ones go straight to the system.
    static let bufferSize = 1 << 20

    /// After so many bytes the system is asked to begin writing them to the disk, so that ``synchronize()`` finds little to do.
    static let writeBackSize: UInt64 = 8 << 20

    let name: String
    private(set) var size: UInt64 = 0

    private let path: String
    private var descriptor: Descriptor?
    private var buffer: [UInt8] = []
    /// Bytes that the system has, and those of them that it was asked to write to the disk.
    private var handedOver: UInt64 = 0
    private var begun: UInt64 = 0
    /// What spoilt the file.
    private var failure: StorageError?

    init(_ descriptor: consuming Descriptor, name: String, path: String) {
        self.descriptor = consume descriptor
        self.name = name
        self.path = path
    }

    func append(_ bytes: RawSpan) throws(StorageError) {
        try attempt(.append) { () throws(StorageError) in
            if buffer.count + bytes.byteCount > Self.bufferSize { try flush(for: .append) }
            if bytes.byteCount >= Self.bufferSize {
                try write(bytes, for: .append)
            } else {
                // Copied within the call.
                unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
            }
        }
        size += UInt64(bytes.byteCount)
    }

    func flush() throws(StorageError) {
        try attempt(.append) { () throws(StorageError) in try flush(for: .append) }
    }

    func synchronize() throws(StorageError) {
        try attempt(.synchronize) { () throws(StorageError) in
            try flush(for: .synchronize)
            try descriptor?.synchronize(for: .synchronize, path: path)
        }
    }

    func close() throws(StorageError) {
        guard descriptor != nil else { return }
        defer {
            descriptor = nil
            buffer = []
        }
        try attempt(.close) { () throws(StorageError) in
            try flush(for: .close)
            try descriptor.take()?.close(for: .close, path: path)
        }
    }

    /// Runs one step unless an earlier one has failed, and remembers its failure.
    private func attempt(_ operation: StorageOperation, _ step: () throws(StorageError) -> Void) throws(StorageError) {
        if let failure { throw failure }
        guard descriptor != nil else { throw StorageError(errno: EBADF, operation: operation, path: path) }
        do throws(StorageError) {
            try step()
        } catch {
            failure = error
            throw error
        }
    }

    private func flush(for operation: StorageOperation) throws(StorageError) {
        guard !buffer.isEmpty else { return }
        // Taken out, since a span cannot outlast one access to the object's property; its memory is put back.
        var gathered: [UInt8] = []
        swap(&gathered, &buffer)
        // Unsafe only because an element might have padding; bytes have none.
        try unsafe write(gathered.span.bytes, for: operation)
        gathered.removeAll(keepingCapacity: true)
        swap(&gathered, &buffer)
    }

    private func write(_ bytes: RawSpan, for operation: StorageOperation) throws(StorageError) {
        try descriptor?.write(bytes, for: operation, path: path)
        handedOver += UInt64(bytes.byteCount)
        if handedOver - begun >= Self.writeBackSize {
            descriptor?.beginWriteBack(of: begun..<handedOver)
            begun = handedOver
        }
    }
}
