package import IndexStorage
internal import StreamCompression

extension Shard {
    /// Copies the file byte for byte, checking each page against its checksum as it is copied.
    ///
    /// What follows the pages is checked when the copy is opened.
    ///
    /// - Throws: ``ShardError``, of damage or of storage; the new file is neither synchronised nor closed.
    /// - Complexity: O(*file*).
    package func copy(to target: any StorageFile) throws(ShardError) {
        let pages = contents.pages
        let pageBytes = ShardLayout.pageBytes
        let checked = Int(contents.footer.checkedLength)
        var buffer: [UInt8] = []
        var offset = 0
        while offset < byteCount {
            let isChecked = offset < checked
            let count = min(256 * pageBytes, (isChecked ? checked : byteCount) - offset)
            buffer.removeAll(keepingCapacity: true)
            // The range lies within the file. What is checked and written is this copy, whatever becomes of the mapping.
            unsafe pages.file.withUnsafeBytes { unsafe buffer.append(contentsOf: $0[offset..<offset + count]) }
            if isChecked { try check(buffer, at: offset) }
            do throws(StorageError) { try target.append(buffer) } catch { throw ShardError(error) }
            offset += count
        }
    }

    /// Compares the checksums of pages that were read with those in the file.
    private func check(_ bytes: [UInt8], at offset: Int) throws(ShardError) {
        let checksums = Int(contents.footer.checkedLength)
        for start in stride(from: 0, to: bytes.count, by: ShardLayout.pageBytes) {
            let page = bytes.span.extracting(start..<min(start + ShardLayout.pageBytes, bytes.count))
            // Bytes have no padding.
            let computed = CRC32C.checksum(unsafe page.bytes)
            let place = checksums + 4 * ((offset + start) / ShardLayout.pageBytes)
            // A checksum for each page lies after the pages.
            let stored = contents.pages.file.withBytes {
                UInt32(littleEndian: unsafe $0.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self))
            }
            guard stored == computed else {
                throw .corrupt(
                    path: path,
                    section: "page",
                    offset: UInt64(offset + start),
                    expected: "checksum \(ShardLayout.hex(stored)) of this page",
                    found: ShardLayout.hex(computed)
                )
            }
        }
    }
}
