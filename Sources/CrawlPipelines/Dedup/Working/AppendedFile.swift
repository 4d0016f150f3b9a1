internal import IndexStorage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A working file that is written at its end and survives a kill up to the last ``append(_:)``: nothing waits in the process.
final class AppendedFile {
    private let path: String
    private var descriptor: Int32

    /// Makes the file, emptying what there is.
    init(_ path: String) throws(PipelineError) {
        self.path = path
        // The path is a C string for the length of the call.
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw Self.failure(path, .create) }
    }

    deinit { if descriptor >= 0 { _ = systemClose(descriptor) } }

    /// Hands bytes to the system.
    func append(_ bytes: UnsafeRawBufferPointer) throws(PipelineError) {
        var start = 0
        while start < bytes.count {
            // Within the buffer: start < count.
            let count = unsafe systemWrite(descriptor, bytes.baseAddress! + start, bytes.count - start)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path, .append) }
            start += count
        }
    }

    /// Hands bytes to the system.
    func append(_ bytes: [UInt8]) throws(PipelineError) {
        // The buffer lives as long as the call.
        try unsafe bytes.withUnsafeBufferPointer { (all) throws(PipelineError) in
            try unsafe append(UnsafeRawBufferPointer(all))
        }
    }

    /// Waits until the disk has everything, and closes.
    func finish() throws(PipelineError) {
        guard fsync(descriptor) == 0 else { throw Self.failure(path, .synchronize) }
        let result = systemClose(descriptor)
        descriptor = -1
        guard result == 0 else { throw Self.failure(path, .close) }
    }

    private static func failure(_ path: String, _ operation: StorageOperation) -> PipelineError {
        .output(message: StorageError(errno: errno, operation: operation, path: path).description)
    }
}

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
