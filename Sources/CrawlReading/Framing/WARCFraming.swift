import CrawlModel

/// WARC records; those of the types that hold pages are documents, the others are passed over and counted.
struct WARCFraming: BlockFraming {
    private let source: String
    private let maxRecordBytes: Int
    /// Whether captured pages are documents, not only texts extracted from them.
    private let takesCaptures: Bool
    /// Whether a file of metadata (WAT) is refused; not where the user says what the file is.
    private let refusesMetadata: Bool
    /// Whether records of other types are told of.
    private let tellsOthers: Bool
    var state = BlockFramingState.record
    private var hasDecided = false

    init(source: String, maxRecordBytes: Int, takesCaptures: Bool, refusesMetadata: Bool, tellsOthers: Bool = false) {
        self.source = source
        self.maxRecordBytes = maxRecordBytes
        self.takesCaptures = takesCaptures
        self.refusesMetadata = refusesMetadata
        self.tellsOthers = tellsOthers
    }

    mutating func frameRecord(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ base: UInt64,
        _ isLast: Bool,
        _ found: inout FramedRecords
    ) -> Int? {
        let offset = base + UInt64(at)
        guard unsafe beginsRecord(bytes, at) else {
            if !isLast, bytes.count - at < 5 { return nil }
            if unsafe "WARC/".utf8.starts(with: bytes[at...]) {
                found.failure = headerCutOff(at: offset)
                return bytes.count
            }
            lose(offset, .notARecord, "expected a record that begins with WARC/, got other bytes")
            return at
        }
        switch unsafe WARCHeader.read(bytes, at: at) {
        case .needsMore:
            guard isLast else { return nil }
            found.failure = headerCutOff(at: offset)
            return bytes.count
        case .malformed(let detail):
            lose(offset, .badHeader, "the record's header cannot be read: \(detail)")
            // Beyond its first bytes, so that the search finds the next one.
            return at + 5
        case .complete(let header):
            return unsafe frameBlock(bytes, at, header, base, isLast, &found)
        }
    }

    private mutating func frameBlock(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ header: WARCHeader,
        _ base: UInt64,
        _ isLast: Bool,
        _ found: inout FramedRecords
    ) -> Int? {
        let offset = base + UInt64(at)
        // Both are bounded: the header by its limit, the block by 18 digits.
        let count = header.length + (header.contentLength ?? 0)
        let isDocument: Bool
        switch unsafe decide(bytes, header, offset) {
        case .document: isDocument = true
        case .passOver: isDocument = false
        case .refuse(let error):
            found.failure = error
            return at
        }
        if !isDocument, tellsOthers, count <= maxRecordBytes, at + count <= bytes.count || !isLast {
            return unsafe frameOther(bytes, at, header, count, base, isLast, &found)
        }
        guard isDocument, count <= maxRecordBytes else {
            if isDocument {
                found.skipped.append(.init(tooLong: UInt64(count), at: offset, limit: maxRecordBytes))
            } else {
                unsafe countType(bytes, header, &found.passedOver.recordTypes)
            }
            unsafe countType(bytes, header, &found.recordTypes)
            state = .passing(left: UInt64(count))
            return at
        }
        let end = at + count
        guard end <= bytes.count else {
            guard isLast else { return nil }
            return unsafe frameCutRecord(bytes, at, count, base, searchFrom: at + 5, &found)
        }
        guard let next = unsafe terminatorEnd(bytes, end, atMost: 4, isLast) else { return nil }
        // A length that is wrong hardly ever ends before two line ends; so what follows them isn't waited for.
        switch unsafe next - end == 4 ? true : isFollowedByRecord(bytes, next) {
        case true?: break
        case nil: guard isLast else { return nil }
        case false?:
            // The length may be wrong: too long, where another record begins within the block.
            let block = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<end])
            guard unsafe nextRecord(block, at + header.length, isLast: true).next == nil else {
                lose(offset, .truncatedRecord, "the record's Content-Length takes in the beginning of another record")
                return at + 5
            }
        }
        unsafe countType(bytes, header, &found.recordTypes)
        found.records.append(RecordExtent(at..<end, header: header.length, next: next, base))
        return next
    }

    /// Tells of a record that is passed over, once all of it is there; what is believed of its length is what is believed
    /// where it is not told of.
    private func frameOther(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ header: WARCHeader,
        _ count: Int,
        _ base: UInt64,
        _ isLast: Bool,
        _ found: inout FramedRecords
    ) -> Int? {
        let end = at + count
        guard end <= bytes.count, let next = unsafe terminatorEnd(bytes, end, atMost: 4, isLast) else { return nil }
        unsafe countType(bytes, header, &found.passedOver.recordTypes)
        unsafe countType(bytes, header, &found.recordTypes)
        found.others.append(RecordExtent(at..<end, header: header.length, next: next, base))
        return next
    }

    private func headerCutOff(at offset: UInt64) -> CrawlInputError {
        .init(
            code: .truncatedRecord,
            source: source,
            offset: offset,
            message: "the input ends within the header of its last record; the file was probably cut off"
        )
    }

    func cutOff(at offset: UInt64, missing: UInt64) -> CrawlInputError {
        .init(
            code: .truncatedRecord,
            source: source,
            offset: offset,
            message:
                "the last record is \(missing) bytes shorter than its Content-Length says; the file was probably cut off"
        )
    }
}

// MARK: - What a record is

extension WARCFraming {
    fileprivate enum Decision {
        case document
        case passOver
        case refuse(CrawlInputError)
    }

    /// Decides what becomes of a record by its header.
    fileprivate mutating func decide(
        _ bytes: UnsafeRawBufferPointer,
        _ header: WARCHeader,
        _ offset: UInt64
    ) -> Decision {
        if unsafe WARCHeader.equals(bytes, header.type, "warcinfo") { return .passOver }
        defer { hasDecided = true }
        if unsafe WARCHeader.equals(bytes, header.type, "conversion") { return .document }
        if takesCaptures {
            if unsafe WARCHeader.equals(bytes, header.type, "response") { return .document }
            if unsafe WARCHeader.equals(bytes, header.type, "resource") { return .document }
        }
        if refusesMetadata, !hasDecided, unsafe WARCHeader.equals(bytes, header.type, "metadata"),
            unsafe MediaType(bytes, header.contentType).equals(bytes, "application/json")
        {
            return .refuse(
                .init(
                    code: .unsupportedFormat,
                    source: source,
                    offset: offset,
                    message:
                        "this is a WAT file: it has metadata of pages and no text; give the WARC file it was made of, "
                        + "or the WET file"
                )
            )
        }
        return .passOver
    }

    fileprivate func countType(_ bytes: UnsafeRawBufferPointer, _ header: WARCHeader, _ counts: inout NamedCounts) {
        guard !header.type.isEmpty else { return counts.add("no type") }
        unsafe counts.add(UnsafeRawBufferPointer(rebasing: bytes[header.type.start..<header.type.end]))
    }

    /// Whether the next record begins at `at`, or after more blank lines; nil where the bytes end before that shows.
    fileprivate func isFollowedByRecord(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Bool? {
        // More blank lines than these are nothing to wait for.
        let most = at + 64
        var at = at
        while at < min(bytes.count, most), unsafe bytes[at] == 0x0D || bytes[at] == 0x0A { at += 1 }
        if at == most { return true }
        return unsafe bytes.count - at < 5 ? nil : beginsRecord(bytes, at)
    }

    /// Whether a record begins at `at`.
    fileprivate func beginsRecord(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Bool {
        guard bytes.count - at >= 5 else { return false }
        return unsafe WARCHeader.equals(bytes, ByteRange(start: at, count: 5), "warc/")
    }

    /// The next line after `at` that begins with `WARC/`.
    func nextRecord(_ bytes: UnsafeRawBufferPointer, _ at: Int, isLast: Bool) -> (next: Int?, kept: Int) {
        var index = at
        while index < bytes.count - 5 {
            if unsafe bytes[index] == 0x0A,
                unsafe WARCHeader.equals(bytes, ByteRange(start: index + 1, count: 5), "warc/")
            {
                return (index + 1, at)
            }
            index += 1
        }
        // The start of a line that may become the next record's stays.
        return (nil, max(at, bytes.count - 5))
    }
}
