import CrawlModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a path leads to, symbolic links followed.
enum FileStatus: Equatable {
    case file
    case directory
    case missing

    /// Asks the file system; what may not be looked at counts as missing.
    static func of(_ path: String) -> FileStatus {
        guard let status = FileIdentity.status(path) else { return .missing }
        return status.isDirectory ? .directory : .file
    }
}

/// Which file a path leads to, so that a cycle of symbolic links is noticed.
struct FileIdentity: Hashable {
    let device: UInt64
    let inode: UInt64

    static func status(_ path: String) -> (identity: FileIdentity, isDirectory: Bool, isRegular: Bool)? {
        var status = stat()
        // `stat` fills the structure and keeps no pointer.
        guard unsafe stat(path, &status) == 0 else { return nil }
        let kind = status.st_mode & S_IFMT
        let identity = FileIdentity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            inode: UInt64(truncatingIfNeeded: status.st_ino)
        )
        return (identity, kind == S_IFDIR, kind == S_IFREG)
    }
}

/// Lists directories.
package enum DirectoryWalk {
    /// The regular files under `directory` that aren't hidden, at any depth; a directory that can't be read becomes a
    /// problem.
    ///
    /// Symbolic links are followed, but a directory that several lead to is read once, by the first path in the order
    /// of names: links among directories could otherwise make exponentially many paths of a few files.
    static func files(under directory: String) -> [CrawlInput] {
        var inputs: [CrawlInput] = []
        var visited: Set<FileIdentity> = []
        walk(directory, depth: 0, &visited, into: &inputs)
        return inputs
    }

    private static func walk(
        _ directory: String,
        depth: Int,
        _ visited: inout Set<FileIdentity>,
        into inputs: inout [CrawlInput]
    ) {
        guard let own = FileIdentity.status(directory), visited.insert(own.identity).inserted else { return }
        // Paths can't grow much beyond this; it bounds the recursion on mounts that report no stable identity.
        guard depth < 512 else { return }
        guard let names = names(in: directory) else {
            inputs.append(
                CrawlInput(
                    problem: .init(
                        code: .notReadable,
                        source: directory,
                        message: "the directory cannot be listed: \(lastSystemError())"
                    )
                )
            )
            return
        }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where !name.hasPrefix(".") {
            let path = join(directory, name)
            guard let status = FileIdentity.status(path) else { continue }
            if status.isDirectory {
                walk(path, depth: depth + 1, &visited, into: &inputs)
            } else if status.isRegular {
                inputs.append(CrawlInput(path: path))
            }
        }
    }

    /// The names in a directory except `.` and `..`, in no order; nil where it can't be read.
    package static func names(in directory: String) -> [String]? {
        guard let stream = unsafe opendir(directory) else { return nil }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        // An entry is valid until the next call; its name is copied before that.
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// `name` in `directory`.
    static func join(_ directory: String, _ name: String) -> String {
        if directory.isEmpty { return name }
        return directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }
}

/// What the system says of the last call that failed.
package func lastSystemError() -> String {
    // The message is copied at once.
    unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
}
