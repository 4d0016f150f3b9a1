#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension Descriptor {
    /// Reads a regular file from its start to its end.
    ///
    /// The size is only where to begin: a file that grows meanwhile is read to its new end, within the limit.
    ///
    /// - Throws: ``StorageError`` of code `tooLarge`, before anything is allocated if the size says so already.
    func readAll(limit: Int, path: String) throws(StorageError) -> [UInt8] {
        let size = try regularFileSize(for: .read, path: path)
        guard let expected = Int(exactly: size), expected <= limit else {
            throw StorageError(code: .tooLarge(limit: limit, size: size), operation: .read, path: path)
        }
        // One byte more than expected, so that the end is seen without growing.
        var bytes = [UInt8](repeating: 0, count: expected + 1)
        var filled = 0
        while true {
            let count = try readSome(into: &bytes, from: filled, path: path)
            if count == 0 { break }
            filled += count
            if filled > limit {
                throw StorageError(
                    code: .tooLarge(limit: limit, size: UInt64(filled)),
                    operation: .read,
                    path: path
                )
            }
            if filled == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: min(filled, limit - filled) + 1))
            }
        }
        bytes.removeSubrange(filled...)
        return bytes
    }

    /// One read into the array's tail; nought at the end of the file.
    private func readSome(into bytes: inout [UInt8], from start: Int, path: String) throws(StorageError) -> Int {
        while true {
            // The array bounds the pointer, and it is used within the call only.
            let count = unsafe bytes.withUnsafeMutableBytes { all in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: all[start...])
                return unsafe systemRead(raw, rest.baseAddress, rest.count)
            }
            if count >= 0 { return count }
            let number = errno
            if number != EINTR { throw StorageError(errno: number, operation: .read, path: path) }
        }
    }
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, bytes, count)
}
