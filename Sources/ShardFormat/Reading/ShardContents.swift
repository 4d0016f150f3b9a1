internal import CKernels
internal import IndexStorage
internal import StreamCompression

/// What a shard's header and footer say, checked, and where everything lies.
struct ShardContents: Sendable {
    let parameters: IndexParameters
    let footer: ShardFooter
    let footerChecksum: UInt32
    let pages: CheckedPages
    /// Indexed by ``ShardLayout/Table``.
    let tables: [nd_table]
    let ordinals: nd_ordinals
    let contentHashes: UInt64
    /// Indexed by ``ShardLayout/Column``.
    let columns: [BlockColumn]

    init(file: MappedFile, path: String) throws(ShardError) {
        // Both ends are read: better in one wait for the disk.
        file.adviseWillNeed(0..<ShardLayout.pageBytes)
        file.adviseWillNeed(max(0, file.count - Self.endBytes)..<file.count)
        parameters = try Self.readHeader(file, path: path)
        let end = try Self.readFooter(file, path: path)
        footer = end.footer
        footerChecksum = end.checksum
        try Self.checkExtents(footer, path: path)
        let sections = try SectionIndex(footer, path: path)
        pages = CheckedPages(file: file, path: path, footer: footer)
        ordinals = try sections.ordinals()
        contentHashes =
            try sections.section(
                .contentHashes,
                length: footer.documents * UInt64(ShardLayout.contentBytes)
            )
            .offset
        tables = try sections.tables(pages)
        columns = try sections.columns(signatureBytes: parameters.signatureBytes)
    }

    /// About what footer and page checksums of 100 MB take.
    private static let endBytes = 128 << 10

    private static func bytes(_ file: MappedFile, _ range: Range<Int>) -> [UInt8] {
        // The caller has compared the range with the file's length; `extracting` checks it again.
        file.withBytes { bytes in
            let part = bytes.extracting(range)
            return unsafe part.withUnsafeBytes { unsafe [UInt8]($0) }
        }
    }

    private static func readHeader(_ file: MappedFile, path: String) throws(ShardError) -> IndexParameters {
        let prefix = ShardLayout.headerPrefixBytes
        guard file.count >= ShardLayout.magic.count else {
            throw .unrecognised(path: path, kind: .shard, found: "a file of \(file.count) bytes")
        }
        guard bytes(file, 0..<ShardLayout.magic.count) == ShardLayout.magic else {
            let start = ShardLayout.hex(bytes(file, 0..<ShardLayout.magic.count))
            throw .unrecognised(path: path, kind: .shard, found: "a file that begins with \(start)")
        }
        let least = UInt64(prefix + ShardLayout.tailBytes)
        guard UInt64(file.count) >= least else {
            throw .truncated(path: path, kind: .shard, expected: least, found: UInt64(file.count))
        }
        let length = try ShardLayout.headerLength(bytes(file, 0..<prefix), path: path)
        guard file.count >= length + ShardLayout.tailBytes else {
            throw .truncated(
                path: path,
                kind: .shard,
                expected: UInt64(length + ShardLayout.tailBytes),
                found: UInt64(file.count)
            )
        }
        return try ShardLayout.decodeHeader(bytes(file, 0..<length), path: path)
    }

    private static func readFooter(
        _ file: MappedFile,
        path: String
    ) throws(ShardError) -> (footer: ShardFooter, checksum: UInt32) {
        let tailStart = file.count - ShardLayout.tailBytes
        let tail = try ShardFooter.decodeTail(
            bytes(file, tailStart..<file.count),
            fileLength: UInt64(file.count),
            path: path
        )
        let start = tailStart - tail.length
        // The footer's checksum covers the first two fields of the tail too.
        let computed = CRC32C.checksum(bytes(file, start..<tailStart + 12))
        try ShardLayout.check(tail.checksum, is: computed, section: "footer", offset: UInt64(start), path: path)
        let footer = try ShardFooter(decoding: bytes(file, start..<tailStart), at: UInt64(start), path: path)
        try checkPageChecksums(footer, footerStart: start, file: file, path: path)
        return (footer, tail.checksum)
    }

    private static func checkPageChecksums(
        _ footer: ShardFooter,
        footerStart: Int,
        file: MappedFile,
        path: String
    ) throws(ShardError) {
        let end = UInt64(footerStart)
        guard footer.checkedLength < end, footer.checkedLength + 4 * footer.pageCount == end else {
            throw .corrupt(
                path: path,
                section: "footer",
                offset: end,
                expected: "a checksum for each page before the footer",
                found: "\(footer.checkedLength) checked bytes"
            )
        }
        let start = Int(footer.checkedLength)
        file.adviseWillNeed(start..<footerStart)
        let computed = file.withBytes { CRC32C.checksum($0.extracting(start..<footerStart)) }
        try ShardLayout.check(
            footer.pageChecksumsChecksum,
            is: computed,
            section: "page checksums",
            offset: UInt64(start),
            path: path
        )
    }

    private static func checkExtents(_ footer: ShardFooter, path: String) throws(ShardError) {
        guard footer.documents < ShardLayout.documentLimit, footer.fingerprints <= ShardLayout.pairLimit,
            footer.bandPairs <= ShardLayout.pairLimit
        else {
            throw .corrupt(
                path: path,
                section: "footer",
                offset: footer.checkedLength,
                expected: "counts within the format's limits",
                found:
                    "\(footer.documents) documents, \(footer.fingerprints) fingerprints, \(footer.bandPairs) band keys"
            )
        }
    }
}
