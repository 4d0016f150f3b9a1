internal import NearDuplicates
internal import ShardFormat

/// What the body of a frame holds, as bytes and back.
enum LogRecords {
    /// Documents to be added, each in the place of the one of its id.
    ///
    /// Varint count; then of each document varint lengths of id, URL and date, tokens, text bytes, number of bands and of
    /// fingerprints, two u64 of the content hash, the names, the signature, u32 a band, u32 a fingerprint, and varint
    /// distances of the positions (the first as it is, then to the last one, less one).
    static func encode(_ documents: borrowing DocumentColumns) -> [UInt8] {
        var writer = ByteWriter(reserving: documents.byteCount)
        writer.appendVarint(UInt64(documents.count))
        for document in 0..<documents.count { append(document, of: documents, to: &writer) }
        return writer.bytes
    }

    private static func append(_ document: Int, of documents: borrowing DocumentColumns, to writer: inout ByteWriter) {
        let (id, url, date) = (documents.id(of: document), documents.url(of: document), documents.date(of: document))
        let (bands, prints) = (documents.bands(of: document), documents.fingerprints(of: document))
        let figures = documents.figures[document]
        writer.appendVarint(UInt64(id.count))
        writer.appendVarint(UInt64(url.count))
        writer.appendVarint(UInt64(date.count))
        writer.appendVarint(figures.tokens)
        writer.appendVarint(figures.textBytes)
        writer.appendVarint(UInt64(bands.count))
        writer.appendVarint(UInt64(prints.count))
        writer.append(figures.contentHash.low)
        writer.append(figures.contentHash.high)
        writer.append(id)
        writer.append(url)
        writer.append(date)
        writer.append(documents.signature(of: document))
        writer.append(bands)
        writer.append(prints)
        let positions = documents.positions(of: document)
        var next: UInt64 = 0
        for index in positions.indices {
            writer.appendVarint(UInt64(positions[index]) - next)
            next = UInt64(positions[index]) + 1
        }
    }

    /// Ids of documents to be removed: varint count, then of each a varint length and the bytes.
    static func encode(removing ids: [[UInt8]]) -> [UInt8] {
        var writer = ByteWriter()
        writer.appendVarint(UInt64(ids.count))
        for id in ids {
            writer.appendVarint(UInt64(id.count))
            writer.append(id)
        }
        return writer.bytes
    }

    /// Reads documents.
    ///
    /// - Throws: ``ShardError/corrupt(path:section:offset:expected:found:)`` where the body is not what an encoder leaves.
    static func documents(
        _ body: RawSpan,
        _ parameters: IndexParameters,
        path: String,
        offset: Int
    ) throws(ShardError) -> DocumentColumns {
        var reader = LogBodyReader(path: path, base: offset, count: body.byteCount)
        var columns = DocumentColumns()
        for _ in 0..<(try reader.count(body)) { try reader.readDocument(body, parameters, into: &columns) }
        try reader.finish()
        return columns
    }

    /// Reads ids.
    ///
    /// - Throws: ``ShardError/corrupt(path:section:offset:expected:found:)``.
    static func removals(_ body: RawSpan, path: String, offset: Int) throws(ShardError) -> [[UInt8]] {
        var reader = LogBodyReader(path: path, base: offset, count: body.byteCount)
        var ids: [[UInt8]] = []
        for _ in 0..<(try reader.count(body)) { ids.append(try reader.bytes(body, try reader.count(body))) }
        try reader.finish()
        return ids
    }
}

/// A walk over the body of a frame; every read is bounded.
private struct LogBodyReader {
    let path: String
    /// Where the body begins in the file.
    let base: Int
    let count: Int
    private var place = 0

    init(path: String, base: Int, count: Int) {
        self.path = path
        self.base = base
        self.count = count
    }

    mutating func readDocument(
        _ body: RawSpan,
        _ parameters: IndexParameters,
        into columns: inout DocumentColumns
    ) throws(ShardError) {
        let (idCount, urlCount, dateCount) = (try count(body), try count(body), try count(body))
        let (tokens, textBytes) = (try varint(body), try varint(body))
        let (bandCount, printCount) = (try count(body), try count(body))
        let content = ContentHash(low: try number(body), high: try number(body))
        let id = try bytes(body, idCount)
        let url = try bytes(body, urlCount)
        let date = try bytes(body, dateCount)
        let signature = try bytes(body, parameters.signatureBytes)
        let bands = try numbers(body, bandCount)
        let prints = try numbers(body, printCount)
        var positions: [UInt32] = []
        positions.reserveCapacity(printCount)
        var next: UInt64 = 0
        for _ in 0..<printCount {
            let distance = try varint(body)
            guard distance <= UInt32.max, let position = UInt32(exactly: next + distance) else {
                throw corrupt(expected: "positions of 32 bits", found: "more")
            }
            positions.append(position)
            next = UInt64(position) + 1
        }
        columns.append(
            id: id.span,
            url: url.span,
            date: date.span,
            figures: DocumentColumns.Figures(
                idHash: IdentifierHash.hash(id.span),
                contentHash: content,
                tokens: tokens,
                textBytes: textBytes
            ),
            signature: signature.span,
            bands: bands.span,
            fingerprints: prints.span,
            positions: positions.span
        )
    }

    /// A count of things of a byte or more each.
    mutating func count(_ body: RawSpan) throws(ShardError) -> Int {
        let value = try varint(body)
        guard value <= UInt64(count - place) else {
            throw corrupt(expected: "a count that the \(count - place) bytes left can hold", found: "\(value)")
        }
        return Int(value)
    }

    mutating func bytes(_ body: RawSpan, _ count: Int) throws(ShardError) -> [UInt8] {
        try require(count)
        defer { place += count }
        // Copied within the call.
        return unsafe body.extracting(place..<place + count).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    func finish() throws(ShardError) {
        guard place == count else { throw corrupt(expected: "the end", found: "\(count - place) more bytes") }
    }

    private mutating func numbers(_ body: RawSpan, _ count: Int) throws(ShardError) -> [UInt32] {
        guard count <= (self.count - place) / 4 else {
            throw corrupt(expected: "\(count) numbers", found: "\(self.count - place) bytes")
        }
        defer { place += 4 * count }
        return (0..<count).map { body.littleEndian(UInt32.self, at: place + 4 * $0) }
    }

    private mutating func number(_ body: RawSpan) throws(ShardError) -> UInt64 {
        try require(8)
        defer { place += 8 }
        return body.littleEndian(UInt64.self, at: place)
    }

    private mutating func varint(_ body: RawSpan) throws(ShardError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            try require(1)
            let byte = UInt64(body.littleEndian(UInt8.self, at: place))
            place += 1
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { break }
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw corrupt(expected: "a number of at most 64 bits", found: "more")
    }

    private func require(_ bytes: Int) throws(ShardError) {
        guard bytes >= 0, bytes <= count - place else {
            throw corrupt(expected: "\(bytes) more bytes", found: "\(count - place)")
        }
    }

    private func corrupt(expected: String, found: String) -> ShardError {
        .corrupt(path: path, section: "log", offset: UInt64(base + place), expected: expected, found: found)
    }
}
