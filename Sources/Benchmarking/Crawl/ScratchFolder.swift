package import CrawlPipelines
package import IndexStorage
internal import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A folder of files that is removed, with all in it, when nobody holds it any more.
package final class ScratchFolder {
    /// Where it is.
    package let path: String
    private let isKept: Bool
    /// The folders there are that are not kept, and whether no more are to be made.
    private static let made = Mutex<(paths: Set<String>, isOver: Bool)>(([], false))

    /// Makes a folder.
    ///
    /// - Parameters:
    ///   - parent: where to make it.
    ///   - purpose: the start of its name.
    ///   - isKept: whether it stays.
    /// - Throws: ``PipelineError/output(message:)``.
    package init(in parent: String, purpose: String, isKept: Bool = false) throws(PipelineError) {
        var name = Array("\(parent)/neardup-\(purpose)-XXXXXX".utf8CString)
        // `mkdtemp` changes the last six characters of a string that ends within the array.
        let made = unsafe name.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
        guard made else {
            let reason = unsafe String(cString: strerror(errno))
            throw .output(message: "\(parent): no folder can be made in it: \(reason); name another with --temp")
        }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.isKept = isKept
        let path = path
        let isOver = Self.made.withLock { made in
            if !isKept { made.paths.insert(path) }
            return made.isOver
        }
        if isOver { throw .output(message: "stopped") }
    }

    deinit {
        guard !isKept else { return }
        Self.remove(path)
        let path = path
        Self.made.withLock { _ = $0.paths.remove(path) }
    }

    /// Removes all folders there are, and lets no more be made: for a process that is about to end where it stands.
    package static func removeAll() {
        // Again, because a writer that has just begun makes its directory once more where it is missing.
        for _ in 0..<3 {
            let paths = made.withLock { made in
                made.isOver = true
                return made.paths
            }
            for path in paths { remove(path) }
            usleep(20_000)
        }
    }

    private static func remove(_ path: String) {
        let storage = DirectoryStorage(path: path)
        // Again where another thread made a file meanwhile.
        for _ in 0..<100 {
            for name in (try? storage.list()) ?? [] { try? storage.remove(name) }
            // The path is a C string for the length of the call.
            if unsafe rmdir(path) == 0 { return }
        }
    }

    /// The files in it.
    package var storage: DirectoryStorage { DirectoryStorage(path: path) }

    /// Bytes of all its files.
    package var bytes: Int { Self.bytes(of: path) }

    /// Bytes of all files of a folder.
    package static func bytes(of path: String) -> Int {
        var bytes = 0
        for name in (try? DirectoryStorage(path: path).list()) ?? [] {
            var status = stat()
            // `stat` fills the structure and keeps no pointer.
            if unsafe stat(path + "/" + name, &status) == 0 { bytes += Int(status.st_size) }
        }
        return bytes
    }
}
