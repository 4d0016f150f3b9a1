internal import IndexStorage
internal import StreamCompression

/// Appends sections to a file and counts what the footer has to say about them.
struct ShardFileWriter {
    private let file: any StorageFile
    private var footer: ShardFooter
    private var offset: UInt64 = 0
    private var pageChecksums = ByteWriter()
    private var pageChecksum: UInt32 = 0

    init(file: any StorageFile, parameters: IndexParameters, footer: ShardFooter) throws(StorageError) {
        self.file = file
        self.footer = footer
        try append(ShardLayout.encodeHeader(parameters).span)
    }

    /// Writes one section; `body` appends its bytes and returns their length when uncompressed, or nil where they are.
    mutating func section(
        _ identifier: ShardLayout.SectionIdentifier,
        _ body: (inout Self) throws(StorageError) -> Int?
    ) throws(StorageError) {
        let start = try beginSection()
        let raw = try body(&self)
        endSection(identifier, from: start, rawLength: raw)
    }

    /// Pads to where the next section may begin; what is appended up to ``endSection(_:from:rawLength:)`` is its content.
    mutating func beginSection() throws(StorageError) -> UInt64 {
        let alignment = UInt64(ShardLayout.sectionAlignment)
        let padding = Int((alignment - offset % alignment) % alignment)
        try append([UInt8](repeating: 0, count: padding).span)
        return offset
    }

    /// Notes the section that began at `start`; `rawLength` is its length when uncompressed, nil where it is not.
    mutating func endSection(_ identifier: ShardLayout.SectionIdentifier, from start: UInt64, rawLength: Int?) {
        footer.sections.append(
            ShardFooter.Section(
                identifier: identifier,
                flags: ShardLayout.requiredFlag,
                offset: start,
                length: offset - start,
                rawLength: rawLength.map(UInt64.init) ?? offset - start
            )
        )
    }

    mutating func setGeometry(_ geometry: ShardFooter.TableGeometry, of table: ShardLayout.Table) {
        footer.tables[table.rawValue] = geometry
    }

    /// Appends integers as they lie in memory, which must be little-endian.
    mutating func append<Element: FixedWidthInteger & BitwiseCopyable>(_ values: Span<Element>) throws(StorageError) {
        // An integer has no padding: all its bytes are initialised.
        try append(unsafe values.bytes)
    }

    mutating func append(_ bytes: RawSpan) throws(StorageError) {
        try file.append(bytes)
        // Checksums go by page of the file, whatever the pieces in which it is written.
        let page = UInt64(ShardLayout.pageBytes)
        var start = 0
        while start < bytes.byteCount {
            let room = Int(page - offset % page)
            let count = min(room, bytes.byteCount - start)
            pageChecksum = CRC32C.checksum(bytes.extracting(start..<start + count), seed: pageChecksum)
            offset += UInt64(count)
            start += count
            if count == room { closePage() }
        }
    }

    private mutating func closePage() {
        pageChecksums.append(pageChecksum)
        pageChecksum = 0
    }

    /// Writes page checksums, footer and tail; the file is complete but neither synchronised nor closed.
    mutating func finish() throws(StorageError) -> (bytes: UInt64, footerChecksum: UInt32) {
        footer.checkedLength = offset
        if offset % UInt64(ShardLayout.pageBytes) != 0 { closePage() }
        footer.pageChecksumsChecksum = CRC32C.checksum(pageChecksums.bytes)
        try file.append(pageChecksums.bytes)
        let end = footer.encoded(at: offset + UInt64(pageChecksums.count))
        try file.append(end.bytes)
        return (offset + UInt64(pageChecksums.count + end.bytes.count), end.checksum)
    }
}
