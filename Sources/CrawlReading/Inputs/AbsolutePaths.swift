#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Says what files are called wherever a program is started, whatever links lead to their directories.
///
/// Remembers the directory asked for last: a crawl has many files in few.
package struct AbsolutePaths {
    private var directory: String?
    private var resolved = ""

    package init() {}

    /// The absolute path of a file: its directory's without links, and its own name.
    package mutating func path(of name: String) -> String {
        let slash = name.utf8.lastIndex(of: UInt8(ascii: "/"))
        let parent = slash.map { String(name[..<$0]) + "/" } ?? "."
        let file = slash.map { String(name[name.utf8.index(after: $0)...]) } ?? name
        if directory != parent {
            directory = parent
            resolved = Self.realPath(parent) ?? parent
        }
        return resolved.hasSuffix("/") ? resolved + file : resolved + "/" + file
    }

    private static func realPath(_ path: String) -> String? {
        // The system allocates the path, which is copied and given back.
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
