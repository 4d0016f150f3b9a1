internal import CWriteBack

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An open file, closed exactly once: by ``close(for:path:)``, or when it goes out of scope, on error paths too.
struct Descriptor: ~Copyable {
    /// The system's number; not to be kept past the owner.
    let raw: Int32

    /// Opens a path, starting again when a signal interrupts.
    ///
    /// No child process inherits it.
    init(
        opening path: String,
        _ flags: Int32,
        mode: mode_t = 0o666,
        for operation: StorageOperation
    ) throws(StorageError) {
        raw = try Self.uninterrupted(operation, path) { unsafe open(path, flags | O_CLOEXEC, mode) }
    }

    deinit {
        _ = systemClose(raw)
    }

    /// Closes and tells what closing reports; some network file systems report lost writes only here.
    consuming func close(for operation: StorageOperation, path: String) throws(StorageError) {
        let status = systemClose(raw)
        let number = errno
        discard self
        // After EINTR the number may belong to another thread's file already: closing again would be wrong.
        if status != 0, number != EINTR {
            throw StorageError(errno: number, operation: operation, path: path)
        }
    }

    /// The size in bytes of what must be a regular file.
    ///
    /// - Throws: ``StorageError`` of code `isADirectory` or `notRegular`.
    func regularFileSize(for operation: StorageOperation, path: String) throws(StorageError) -> UInt64 {
        let status = try status(for: operation, path: path)
        switch status.st_mode & S_IFMT {
        case S_IFREG: return UInt64(clamping: status.st_size)
        case S_IFDIR: throw StorageError(code: .isADirectory, operation: operation, path: path)
        default: throw StorageError(code: .notRegular, operation: operation, path: path)
        }
    }

    /// What the system knows about the open file.
    func status(for operation: StorageOperation, path: String) throws(StorageError) -> stat {
        var result = stat()
        _ = try Self.uninterrupted(operation, path) { unsafe fstat(raw, &result) }
        return result
    }

    /// Writes all bytes, however many calls that takes.
    func write(_ bytes: RawSpan, for operation: StorageOperation, path: String) throws(StorageError) {
        // Darwin refuses more than INT_MAX bytes a call, Linux takes a little less than that.
        let largestCall = 1 << 30
        var written = 0
        while written < bytes.byteCount {
            let rest = bytes.extracting(written..<min(bytes.byteCount, written + largestCall))
            // The pointer is used within the call only, and the span bounds it.
            let count = unsafe rest.withUnsafeBytes { unsafe systemWrite(raw, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                // A write of nought bytes is no error by POSIX, and no progress: don't spin on it.
                throw StorageError(errno: count == 0 ? EIO : errno, operation: operation, path: path)
            }
        }
    }

    /// Asks for bytes to be written to the disk in the background.
    ///
    /// A hint: its failure changes nothing that ``synchronize(for:path:)`` does not find.
    func beginWriteBack(of range: Range<UInt64>) { nd_begin_write_back(raw, range.lowerBound, UInt64(range.count)) }

    /// Waits until the disk has everything.
    func synchronize(for operation: StorageOperation, path: String) throws(StorageError) {
        #if canImport(Darwin)
        // fsync leaves the bytes in the drive's own cache; where the full flush is not supported it has to do.
        if fcntl(raw, F_FULLFSYNC) == 0 { return }
        #endif
        _ = try Self.uninterrupted(operation, path) { fsync(raw) }
    }

    /// Calls until the answer is not "interrupted".
    static func uninterrupted(
        _ operation: StorageOperation,
        _ path: String,
        _ call: () -> Int32
    ) throws(StorageError) -> Int32 {
        while true {
            let result = call()
            if result >= 0 { return result }
            let number = errno
            if number != EINTR { throw StorageError(errno: number, operation: operation, path: path) }
        }
    }
}

// Inside the type, `close` and `write` would mean its own methods.

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
