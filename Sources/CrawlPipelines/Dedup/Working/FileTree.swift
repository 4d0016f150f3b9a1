internal import CrawlReading
internal import IndexStorage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whole folders.
enum FileTree {
    /// Removes a folder and all in it, or a file; does nothing where there is none.
    ///
    /// Links are removed, not followed.
    static func remove(_ path: String) throws(PipelineError) {
        var status = stat()
        // `lstat` fills the structure; paths are C strings for the length of the calls, here and below.
        guard unsafe lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return }
            throw failure(.remove, path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unsafe unlink(path) == 0 else { throw failure(.remove, path) }
            return
        }
        for name in try names(in: path) { try remove(path + "/" + name) }
        guard unsafe rmdir(path) == 0 else { throw failure(.remove, path) }
    }

    /// The names in a folder, but for `.` and `..`.
    static func names(in path: String) throws(PipelineError) -> [String] {
        guard let names = DirectoryWalk.names(in: path) else { throw failure(.list, path) }
        return names
    }

    /// Whether there is anything of that name.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private static func failure(_ operation: StorageOperation, _ path: String) -> PipelineError {
        .output(message: StorageError(errno: errno, operation: operation, path: path).description)
    }
}
