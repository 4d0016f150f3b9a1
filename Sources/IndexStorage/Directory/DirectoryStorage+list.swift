#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension DirectoryStorage {
    package func list() throws(StorageError) -> [String] {
        guard let stream = unsafe opendir(path) else {
            throw StorageError(errno: errno, operation: .list, path: path)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            // readdir tells the end from an error by errno alone.
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            if let name = unsafe Self.name(of: entry), unsafe Self.isRegularFile(entry, in: dirfd(stream)) {
                names.append(name)
            }
        }
        let number = errno
        guard number == 0 else { throw StorageError(errno: number, operation: .list, path: path) }
        names.sort()
        return names
    }

    /// The entry's name, or `nil` if it is not UTF-8.
    ///
    /// The entry is read in place: it may be shorter than the type that describes it, so that copying it whole would
    /// read past its end.
    @unsafe
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String? {
        unsafe String(validatingCString: nameBytes(of: entry))
    }

    @unsafe
    private static func nameBytes(of entry: UnsafeMutablePointer<dirent>) -> UnsafePointer<CChar> {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
        return unsafe UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
    }

    /// True of regular files and of links to such; asks the disk only where the directory itself does not tell.
    @unsafe
    private static func isRegularFile(_ entry: UnsafeMutablePointer<dirent>, in directory: Int32) -> Bool {
        switch Int32(unsafe entry.pointee.d_type) {
        case Int32(DT_REG):
            return true
        case Int32(DT_LNK), Int32(DT_UNKNOWN):
            var status = stat()
            return unsafe fstatat(directory, nameBytes(of: entry), &status, 0) == 0
                && status.st_mode & S_IFMT == S_IFREG
        default:
            return false
        }
    }
}
