package import CrawlModel

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

    /// The file as it was when it was opened; nil where it is no regular file.
    let stamp: FileStamp?
    /// Whether the end was reached.
    private(set) var hasEnded = false

    /// Opens an input.
    ///
    /// A pipe waits for its writer.
    init(_ input: CrawlInput) throws(CrawlInputError) {
        let descriptor = input.isStandardInput ? STDIN_FILENO : try Self.open(path: input.path)
        // Standard input may stand anywhere in a file.
        let stamp = input.isStandardInput ? nil : FileStamp.of(descriptor: descriptor)
        if !input.isStandardInput {
            if stamp == nil, FileStatus.isDirectory(descriptor: descriptor) {
                close(descriptor)
                throw .init(code: .notReadable, source: input.name, message: "expected a file, got a directory")
            }
            #if os(Linux)
            // What is no longer than the system reads ahead anyway is not worth the call.
            if stamp.map({ $0.size > Self.usualReadahead }) ?? true {
                _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
            }
            #endif
        }
        self.descriptor = descriptor
        isOwned = !input.isStandardInput
        name = input.name
        self.stamp = stamp
    }

    private static let usualReadahead: UInt64 = 128 << 10

    /// Goes on reading at `offset`.
    mutating func seek(to offset: UInt64) throws(CrawlInputError) {
        guard let target = off_t(exactly: offset), lseek(descriptor, target, SEEK_SET) == target else {
            throw .init(
                code: .readFailed,
                source: name,
                offset: offset,
                message: "reading cannot go on where it stopped: \(lastSystemError())"
            )
        }
        self.offset = offset
        hasEnded = false
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
        if hasEnded, failure == nil, let error = cutOff() {
            failure = error
            if filled == 0 { throw error }
        }
        return filled
    }

    /// A file that ends before the length it had when it was opened was cut off meanwhile.
    private func cutOff() -> CrawlInputError? {
        guard let stamp, offset < stamp.size else { return nil }
        return CrawlInputError(
            code: .changed,
            source: name,
            offset: offset,
            message: "the file ends here, but had \(stamp.size) bytes when it was opened: it was cut off while it was "
                + "read; read it again when nothing writes to it"
        )
    }
}

extension InputFile {
    private static func open(path: String) throws(CrawlInputError) -> Int32 {
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code: CrawlInputError.Code = errno == ENOENT ? .notFound : .notReadable
            throw .init(code: code, source: path, message: "the file cannot be opened: \(lastSystemError())")
        }
        return descriptor
    }
}

extension FileStatus {
    /// Whether an open file is a directory.
    fileprivate static func isDirectory(descriptor: Int32) -> Bool {
        var status = stat()
        // `fstat` fills the structure and keeps no pointer.
        return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 {
    // The path is passed for the length of the call.
    unsafe open(path, flags)
}

private func systemRead(_ descriptor: Int32, _ room: UnsafeMutableRawPointer, _ count: Int) -> Int {
    unsafe read(descriptor, room, count)
}

extension FileStamp {
    /// The stamp of a regular file; nil for anything else, and for what may not be looked at.
    package static func of(path: String) -> FileStamp? {
        var status = stat()
        // `stat` fills the structure and keeps no pointer.
        guard unsafe stat(path, &status) == 0 else { return nil }
        return FileStamp(status)
    }

    fileprivate static func of(descriptor: Int32) -> FileStamp? {
        var status = stat()
        // As above.
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        return FileStamp(status)
    }

    private init?(_ status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        // Far beyond any clock; a file system may still say so.
        let nanoseconds = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        self.init(
            size: UInt64(clamping: status.st_size),
            modified: nanoseconds.overflow ? Int64.max : nanoseconds.partialValue &+ Int64(time.tv_nsec)
        )
    }
}
