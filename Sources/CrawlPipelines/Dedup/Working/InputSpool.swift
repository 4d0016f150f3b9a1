internal import CrawlModel
internal import CrawlReading
internal import IndexStorage
internal import ShardFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Keeps what comes through pipes, so that it can be read again: standard input, and paths that are no files.
enum InputSpool {
    /// Whether an input can be read only once.
    static func needsKeeping(_ input: CrawlInput) -> Bool {
        guard input.problem == nil else { return false }
        if input.isStandardInput { return true }
        var status = stat()
        // `stat` fills the structure and keeps no pointer; the path is a C string for the length of the call.
        guard unsafe stat(input.name, &status) == 0 else { return false }
        let kind = status.st_mode & S_IFMT
        return kind == S_IFIFO || kind == S_IFCHR || kind == S_IFSOCK
    }

    /// Copies an input into the working folder, unless it has the very same there.
    ///
    /// - Parameters:
    ///   - input: the input, read to its end.
    ///   - position: its position among all.
    ///   - folder: the working folder.
    ///   - known: what an earlier run has kept of it.
    /// - Returns: the input to read from now on, and its state: its length, and a hash of its bytes.
    /// - Throws: ``PipelineError/output(message:)``.
    static func keep(
        _ input: CrawlInput,
        _ position: Int,
        in folder: WorkingFolder,
        known: FileStamp?
    ) throws(PipelineError) -> (CrawlInput, FileStamp) {
        let name = fileName(position)
        let stamp = try copy(input, to: try folder.create(name + ".new"))
        if stamp == known, FileStamp.of(path: folder.file(name))?.size == stamp.size {
            try FileTree.remove(folder.file(name + ".new"))
        } else {
            try PipelineError.writing { () throws(StorageError) in try folder.storage.replace(name, with: name + ".new")
            }
        }
        var kept = input
        kept.keptPath = folder.file(name)
        return (kept, stamp)
    }

    /// What an input is kept as.
    static func fileName(_ position: Int) -> String { "input-\(position)" }

    private static func copy(_ input: CrawlInput, to file: any StorageFile) throws(PipelineError) -> FileStamp {
        // The path is a C string for the length of the call.
        let descriptor = input.isStandardInput ? STDIN_FILENO : unsafe open(input.name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(input) }
        defer { if !input.isStandardInput { close(descriptor) } }
        var room = [UInt8](repeating: 0, count: 1 << 20)
        var (size, hash): (UInt64, UInt64) = (0, 0)
        var filled: Int
        repeat {
            // A pipe gives pieces of any length: whole rooms make the hash that of the bytes alone.
            filled = 0
            while filled < room.count {
                // The rest of the room is filled within the call.
                let count = unsafe room.withUnsafeMutableBytes { all in
                    unsafe systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: all[filled...]))
                }
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw failure(input) }
                if count == 0 { break }
                filled += count
            }
            let bytes = room.span.extracting(..<filled)
            hash = (hash ^ IdentifierHash.hash(bytes)) &* 0x9E37_79B9_7F4A_7C15
            // Bytes have no padding.
            do throws(StorageError) {
                try unsafe file.append(bytes.bytes)
            } catch {
                throw .output(message: error.description)
            }
            size += UInt64(filled)
        } while filled == room.count
        try PipelineError.writing { () throws(StorageError) in
            try file.synchronize()
            try file.close()
        }
        return FileStamp(size: size, modified: Int64(bitPattern: hash ^ (hash >> 31)))
    }

    private static func failure(_ input: CrawlInput) -> PipelineError {
        .output(message: "\(input.name): cannot read: \(lastSystemError())")
    }
}

private func systemRead(_ descriptor: Int32, _ room: UnsafeMutableRawBufferPointer) -> Int {
    unsafe read(descriptor, room.baseAddress, room.count)
}
