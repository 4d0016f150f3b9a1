import CrawlModel

/// A captured page or its text, as a WARC or ARC record states it: where in the batch's bytes its parts lie.
private struct Capture {
    var record: RecordExtent
    /// The record's content, with its HTTP header where it has one.
    var content: ByteRange
    /// Whether the content is an HTTP response.
    var isHTTP: Bool
    /// The Content-Type of the content where it is no HTTP response.
    var contentType: ByteRange
    /// The media type the crawler recognised.
    var identifiedType = ByteRange.empty
    var id = ByteRange.empty
    var url: ByteRange
    var date: ByteRange
    /// Whether the date is 14 digits, as ARC has it.
    var hasDigitsOnlyDate = false
}

extension DocumentParser {
    /// Each record is a WARC header and its block.
    ///
    /// - Returns: the record to go on with, once the texts are long.
    mutating func parseWARC(
        _ batch: borrowing RecordBatch,
        from first: Int,
        into documents: inout DocumentBatch
    ) -> Int {
        unsafe parseCaptures(batch, from: first, into: &documents) { record, content, whole in
            guard case .complete(let header) = unsafe WARCHeader.read(whole, at: record.start),
                header.length == record.contentOffset
            else { return nil }
            return Capture(
                record: record,
                content: content,
                isHTTP: unsafe Self.isHTTP(whole, header),
                contentType: header.contentType,
                identifiedType: header.identifiedType,
                id: header.recordID,
                url: header.targetURI,
                date: header.date
            )
        }
    }

    /// Each record is a line and what a server sent.
    ///
    /// - Returns: the record to go on with, once the texts are long.
    mutating func parseARC(
        _ batch: borrowing RecordBatch,
        from first: Int,
        into documents: inout DocumentBatch
    ) -> Int {
        unsafe parseCaptures(batch, from: first, into: &documents) { record, content, whole in
            guard case .complete(let header) = unsafe ARCHeader.read(whole, at: record.start),
                header.length == record.contentOffset
            else { return nil }
            return Capture(
                record: record,
                content: content,
                isHTTP: unsafe header.hasScheme(whole, "http"),
                contentType: header.type,
                url: header.url,
                date: header.date,
                hasDigitsOnlyDate: header.date.count == 14
            )
        }
    }

    /// Makes documents of records until their texts are long.
    ///
    /// - Parameters:
    ///   - batch: the batch.
    ///   - first: the record to begin with.
    ///   - documents: where the documents go.
    ///   - read: makes a capture of a record, given where what comes after its header lies and the bytes up to the record's end;
    ///     nil where the header can't be read.
    /// - Returns: the record to go on with.
    private mutating func parseCaptures(
        _ batch: borrowing RecordBatch,
        from first: Int,
        into documents: inout DocumentBatch,
        _ read: (RecordExtent, ByteRange, UnsafeRawBufferPointer) -> Capture?
    ) -> Int {
        let bytes = batch.bytes
        for index in first..<batch.records.count {
            if index > first, documents.text.count >= options.keptBytes { return index }
            let record = batch.records[index]
            let content = ByteRange(
                start: record.start + record.contentOffset,
                count: record.count - record.contentOffset
            )
            // The parser keeps no pointer of the batch's bytes, which outlive the call.
            let isRead = unsafe bytes.withPaddedBytes { all in
                let whole = unsafe UnsafeRawBufferPointer(rebasing: all[..<(record.start + record.count)])
                guard let capture = unsafe read(record, content, whole) else { return false }
                unsafe take(capture, whole, into: &documents)
                return true
            }
            if !isRead {
                documents.skipped.append(SkippedRecord(location: batch.location(of: record), code: .badHeader))
            }
        }
        return batch.records.count
    }

    /// Whether a WARC record's block is an HTTP response: other protocols have responses too.
    private static func isHTTP(_ bytes: UnsafeRawBufferPointer, _ header: WARCHeader) -> Bool {
        guard unsafe WARCHeader.equals(bytes, header.type, "response") else { return false }
        let type = unsafe MediaType(bytes, header.contentType)
        return unsafe !type.isStated(bytes) || type.equals(bytes, "application/http")
    }

    /// Makes a document of a capture, or counts it as none.
    private mutating func take(
        _ capture: Capture,
        _ bytes: UnsafeRawBufferPointer,
        into documents: inout DocumentBatch
    ) {
        // Without a status line the content is all body, of the type that the record states: HTTP's own says nothing of it.
        let http = unsafe capture.isHTTP ? HTTPHeader.read(bytes, capture.content) : nil
        if let status = http?.status, !(200...299).contains(status) {
            return documents.passedOver.countStatus(status)
        }
        let header = http ?? HTTPHeader()
        var contentType = http?.contentType ?? (capture.isHTTP ? .empty : capture.contentType)
        if unsafe !MediaType(bytes, contentType).isStated(bytes) {
            let identified = unsafe MediaType(bytes, capture.identifiedType)
            contentType = unsafe identified.isStated(bytes) ? capture.identifiedType : contentType
        }
        let isUnreadType = unsafe Self.kind(bytes, contentType) == .unread
        let type = unsafe MediaType(bytes, contentType).range
        if isUnreadType {
            unsafe documents.passedOver.mediaTypes.add(UnsafeRawBufferPointer(rebasing: bytes[type.start..<type.end]))
            return
        }
        let body = unsafe UnsafeRawBufferPointer(
            rebasing: bytes[capture.content.start + header.length..<capture.content.end]
        )
        var repairs = ReadingRepairs()
        // The decoder is taken out while its bytes are used, and put back with its scratch.
        var decoder = bodies.take() ?? BodyDecoder(maxBytes: options.maxRecordBytes)
        // Neither the decoder nor the parser keeps the pointer.
        unsafe decoder.decode(body, header, &repairs) { decoded in
            unsafe take(decoded, of: capture, contentType, header, bytes, into: &documents)
        }
        bodies = decoder
        documents.repairs.add(repairs)
    }

    /// Makes a document of a body that was unpacked.
    private mutating func take(
        _ body: UnsafeRawBufferPointer,
        of capture: Capture,
        _ contentType: ByteRange,
        _ header: HTTPHeader,
        _ bytes: UnsafeRawBufferPointer,
        into documents: inout DocumentBatch
    ) {
        // The text of a page as somebody else extracted it may be empty; then it is a document without text.
        let isExtracted = !capture.isHTTP && !contentType.isEmpty
        if unsafe body.isEmpty, !isExtracted { return documents.passedOver.contents.add("empty bodies") }
        let charset = unsafe MediaType.charset(bytes, contentType)
        let label = unsafe UnsafeRawBufferPointer(rebasing: bytes[charset.start..<charset.end])
        if unsafe BodySniffing.isBinary(body, charset: label) {
            return documents.passedOver.contents.add(
                header.unreadCoding.isEmpty ? "binary bodies" : "bodies in an unread encoding"
            )
        }
        let isHTML: Bool
        switch unsafe Self.kind(bytes, contentType) {
        case .html: isHTML = true
        case .plain: isHTML = false
        case .unread, .unstated: isHTML = unsafe BodySniffing.isHTML(body)
        }
        let (text, textWasCut) = unsafe appendPage(body, charset: label, isHTML: isHTML, to: &documents)
        let url = unsafe appendURI(capture.url, of: bytes, to: &documents.fields)
        var id = unsafe appendURI(capture.id, of: bytes, to: &documents.fields)
        if options.usesURLAsID, !url.isEmpty, url.count <= ReadingOptions.maxIDBytes { id = url }
        let idWasMade = id.isEmpty
        if idWasMade { id = appendMadeID(capture.record.offset, to: &documents.fields) }
        documents.entries.append(
            DocumentEntry(
                text: text,
                id: id,
                url: url,
                date: unsafe appendDate(capture, bytes, to: &documents.fields),
                record: capture.record,
                textWasCut: textWasCut,
                idWasMade: idWasMade
            )
        )
    }

    /// What is read of a media type.
    private enum Kind {
        case html
        case plain
        /// Not said; the body tells.
        case unstated
        case unread
    }

    private static func kind(_ bytes: UnsafeRawBufferPointer, _ contentType: ByteRange) -> Kind {
        let type = unsafe MediaType(bytes, contentType)
        guard unsafe type.isStated(bytes) else { return .unstated }
        if unsafe type.equals(bytes, "text/html") || type.equals(bytes, "application/xhtml+xml") { return .html }
        return unsafe type.equals(bytes, "text/plain") ? .plain : .unread
    }

    /// Appends a date; ARC's 14 digits as ISO 8601 has them.
    private func appendDate(
        _ capture: Capture,
        _ bytes: UnsafeRawBufferPointer,
        to fields: inout PaddedBytes
    ) -> ByteRange {
        guard capture.hasDigitsOnlyDate else { return unsafe appendURI(capture.date, of: bytes, to: &fields) }
        let start = fields.count
        var at = capture.date.start
        for (count, mark): (Int, StaticString) in [(4, "-"), (2, "-"), (2, "T"), (2, ":"), (2, ":"), (2, "Z")] {
            // Fourteen digits in all, which lie in the record's line.
            unsafe fields.append(UnsafeRawBufferPointer(rebasing: bytes[at..<at + count]))
            // A static string's bytes are there for good.
            unsafe fields.append(UnsafeRawBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount))
            at += count
        }
        return ByteRange(start: start, count: fields.count - start)
    }
}

extension PassedOverCounts {
    /// Counts a response by its status.
    mutating func countStatus(_ status: Int) {
        let digits = [UInt8(status / 100 % 10), UInt8(status / 10 % 10), UInt8(status % 10)].map { $0 + 0x30 }
        // The name is copied where it is new.
        unsafe digits.withUnsafeBytes { unsafe statuses.add($0) }
    }
}
