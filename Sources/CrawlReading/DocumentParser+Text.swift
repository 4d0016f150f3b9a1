import CrawlModel

extension DocumentParser {
    /// Each record is a text; its id is the source's name.
    mutating func parseText(_ batch: borrowing RecordBatch, into documents: inout DocumentBatch) {
        for record in batch.records {
            let (text, textWasCut) = appendText(record.range, of: batch.bytes, to: &documents)
            documents.entries.append(
                DocumentEntry(
                    text: text,
                    id: appendSourceID(to: &documents.fields),
                    url: .empty,
                    date: .empty,
                    record: record,
                    textWasCut: textWasCut,
                    idWasMade: false
                )
            )
        }
    }

    /// Each record is a WARC header and a text.
    mutating func parseWET(_ batch: borrowing RecordBatch, into documents: inout DocumentBatch) {
        for record in batch.records {
            let outcome = unsafe batch.bytes.withPaddedBytes { bytes in
                unsafe WARCHeader.read(
                    UnsafeRawBufferPointer(rebasing: bytes[..<(record.start + record.count)]),
                    at: record.start
                )
            }
            guard case .complete(let header) = outcome, header.length == record.contentOffset else {
                documents.skipped.append(SkippedRecord(location: batch.location(of: record), code: .badHeader))
                continue
            }
            let content = ByteRange(start: record.start + header.length, count: record.count - header.length)
            let (text, textWasCut) = appendText(content, of: batch.bytes, to: &documents)
            var id = appendURI(header.recordID, of: batch.bytes, to: &documents.fields)
            let idWasMade = id.isEmpty
            if idWasMade { id = appendMadeID(record.offset, to: &documents.fields) }
            documents.entries.append(
                DocumentEntry(
                    text: text,
                    id: id,
                    url: appendURI(header.targetURI, of: batch.bytes, to: &documents.fields),
                    date: appendURI(header.date, of: batch.bytes, to: &documents.fields),
                    record: record,
                    textWasCut: textWasCut,
                    idWasMade: idWasMade
                )
            )
        }
    }

    /// Appends a text as well-formed UTF-8, cut to its limit.
    private mutating func appendText(
        _ range: ByteRange,
        of bytes: PaddedBytes,
        to documents: inout DocumentBatch
    ) -> (text: ByteRange, wasCut: Bool) {
        let start = documents.text.count
        let counts = unsafe bytes.withPaddedBytes { all in
            let raw = unsafe UnsafeRawBufferPointer(rebasing: all[range.start..<range.end])
            if unsafe UTF8Repair.isWellFormed(raw) {
                // A byte more than the limit, so that it shows below that there was more.
                let count = min(raw.count, unsafe UTF8Repair.cut(raw, limit: options.maxTextBytes + 4))
                unsafe documents.text.append(UnsafeRawBufferPointer(rebasing: raw[..<count]))
                return UTF8Repair.Counts()
            }
            return unsafe UTF8Repair.append(raw, to: &documents.text, replacingControls: false)
        }
        if counts.illFormedSequences > 0 {
            documents.repairs.records += 1
            documents.repairs.illFormedSequences += counts.illFormedSequences
        }
        let appended = documents.text.count - start
        let kept = unsafe documents.text.withPaddedBytes { all in
            unsafe UTF8Repair.cut(
                UnsafeRawBufferPointer(rebasing: all[start..<start + appended]),
                limit: options.maxTextBytes
            )
        }
        documents.text.truncate(to: start + kept)
        if kept < appended { documents.repairs.cutTexts += 1 }
        return (ByteRange(start: start, count: kept), kept < appended)
    }

    /// Appends a header's value without angle brackets, as well-formed UTF-8.
    private func appendURI(_ range: ByteRange, of bytes: PaddedBytes, to fields: inout PaddedBytes) -> ByteRange {
        unsafe bytes.withPaddedBytes { all in
            let range = unsafe WARCHeader.unbracketed(all, range)
            guard !range.isEmpty else { return .empty }
            let raw = unsafe UnsafeRawBufferPointer(rebasing: all[range.start..<range.end])
            if unsafe UTF8Repair.isWellFormed(raw) { return unsafe fields.append(raw) }
            let start = fields.count
            _ = unsafe UTF8Repair.append(raw, to: &fields, replacingControls: false)
            return ByteRange(start: start, count: fields.count - start)
        }
    }
}
