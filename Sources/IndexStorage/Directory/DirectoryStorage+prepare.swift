#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DirectoryStorage {
    package func prepare() throws(StorageError) {
        try Self.makeDirectory(path)
    }

    /// Makes the names in a directory survive a power cut.
    static func synchronizeDirectory(
        _ path: String,
        for operation: StorageOperation = .synchronizeDirectory
    ) throws(StorageError) {
        let directory = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY, for: operation)
        do throws(StorageError) {
            try directory.synchronize(for: operation, path: path)
        } catch {
            // Some file systems (network ones, FUSE) cannot flush a directory and say so with these; there is
            // nothing more that a program could do there.
            guard error.errno == EINVAL || error.errno == ENOTSUP else { throw error }
        }
    }

    /// Creates a directory, the missing ones above it first, and flushes each one's name into its parent.
    private static func makeDirectory(_ path: String) throws(StorageError) {
        let firstAttempt = systemMakeDirectory(path)
        if firstAttempt == EINTR { return try makeDirectory(path) }
        let parent = parent(of: path)
        if firstAttempt == ENOENT, parent != path {
            try makeDirectory(parent)
            // Another process may have been faster: an existing directory is as good.
            try accept(systemMakeDirectory(path), for: path)
        } else {
            try accept(firstAttempt, for: path)
            if firstAttempt != 0 { return }
        }
        try synchronizeDirectory(parent, for: .prepare)
    }

    /// Lets success pass, and any failure to create what is there already; on a read-only disk that need not be `EEXIST`.
    private static func accept(_ number: Int32, for path: String) throws(StorageError) {
        guard number != 0, !isDirectory(path) else { return }
        throw StorageError(errno: number == EEXIST ? ENOTDIR : number, operation: .prepare, path: path)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The path without its last component: `/` for `/a`, `.` for `a`.
    static func parent(of path: String) -> String {
        let slash = UInt8(ascii: "/")
        var rest = path.utf8[...]
        while rest.last == slash { rest.removeLast() }
        while let last = rest.last, last != slash { rest.removeLast() }
        while rest.last == slash { rest.removeLast() }
        if rest.isEmpty { return path.utf8.first == slash ? "/" : "." }
        return String(Substring(rest))
    }
}

/// Returns the error number, nought for success.
///
/// The umask narrows the permissions, as for any other program.
private func systemMakeDirectory(_ path: String) -> Int32 {
    unsafe mkdir(path, 0o777) == 0 ? 0 : errno
}
