import CrawlModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open file, pipe or standard input; read, never mapped, so that a file that shrinks can't kill the process.
struct InputFile: ~Copyable {
    private let descriptor: Int32
    private let isOwned: Bool
    private let name: String
    private var offset: UInt64 = 0
    private var failure: CrawlInputError?

    /// Whether the end was reached.
    private(set) var hasEnded = false

    /// Opens an input.
    ///
    /// A pipe waits for its writer.
    init(_ input: CrawlInput) throws(CrawlInputError) {
        let descriptor = input.isStandardInput ? STDIN_FILENO : try Self.open(path: input.name)
        self.descriptor = descriptor
        isOwned = !input.isStandardInput
        name = input.name
    }

    deinit {
        if isOwned, descriptor >= 0 { close(descriptor) }
    }

    /// Fills `room` as far as the file goes; fewer bytes than asked for mean that it ended, or fails on the next call.
    ///
    /// - Throws: what the system says, after everything read before it has been given.
    mutating func read(into room: UnsafeMutableRawBufferPointer) throws(CrawlInputError) -> Int {
        if let failure { throw failure }
        var filled = 0
        while filled < room.count, !hasEnded {
            // The rest of the room lies within the caller's buffer.
            let count = unsafe systemRead(descriptor, room.baseAddress! + filled, min(room.count - filled, 1 << 30))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let error = CrawlInputError(
                    code: .readFailed,
                    source: name,
                    offset: offset,
                    message: "reading failed: \(lastSystemError())"
                )
                failure = error
                if filled == 0 { throw error }
                break
            }
            hasEnded = count == 0
            filled += count
            offset += UInt64(count)
        }
        return filled
    }
}

extension InputFile {
    private static func open(path: String) throws(CrawlInputError) -> Int32 {
        guard FileStatus.of(path) != .directory else {
            throw .init(code: .notReadable, source: path, message: "expected a file, got a directory")
        }
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code: CrawlInputError.Code = errno == ENOENT ? .notFound : .notReadable
            throw .init(code: code, source: path, message: "the file cannot be opened: \(lastSystemError())")
        }
        #if os(Linux)
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        #endif
        return descriptor
    }
}

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 {
    // The path is passed for the length of the call.
    unsafe open(path, flags)
}

private func systemRead(_ descriptor: Int32, _ room: UnsafeMutableRawPointer, _ count: Int) -> Int {
    unsafe read(descriptor, room, count)
}
