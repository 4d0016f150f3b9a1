import CrawlModel

extension DocumentParser {
    /// Each record is a text, or an HTML page; its id is the source's name.
    mutating func parseBodies(_ batch: borrowing RecordBatch, isHTML: Bool, into documents: inout DocumentBatch) {
        for record in batch.records {
            let (text, textWasCut) =
                isHTML || !charsetLabel.isEmpty
                ? appendLabelled(record, of: batch.bytes, isHTML: isHTML, to: &documents)
                : appendText(record.range, of: batch.bytes, to: &documents)
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

    /// Appends the text of a record that is a body of its own.
    private mutating func appendLabelled(
        _ record: RecordExtent,
        of bytes: PaddedBytes,
        isHTML: Bool,
        to documents: inout DocumentBatch
    ) -> (text: ByteRange, wasCut: Bool) {
        let label = charsetLabel
        // The parser keeps no pointer of the bytes or the label, which outlive the call.
        return unsafe bytes.withPaddedBytes { all in
            unsafe label.withUnsafeBytes { charset in
                let body = unsafe UnsafeRawBufferPointer(rebasing: all[record.start..<record.start + record.count])
                return unsafe appendPage(body, charset: charset, isHTML: isHTML, to: &documents)
            }
        }
    }

    /// Appends the text of a body, cut to its limit.
    ///
    /// - Parameters:
    ///   - body: the body in whatever charset.
    ///   - charset: the label of the charset its header names.
    ///   - isHTML: whether it is HTML, else plain text.
    ///   - documents: where the text goes.
    /// - Returns: where it lies, and whether it was cut.
    mutating func appendPage(
        _ body: UnsafeRawBufferPointer,
        charset: UnsafeRawBufferPointer,
        isHTML: Bool,
        to documents: inout DocumentBatch
    ) -> (text: ByteRange, wasCut: Bool) {
        let start = documents.text.count
        let limit = options.maxTextBytes
        var isCut = false
        var repairs = ReadingRepairs()
        // The pages own their scratch; the text goes to the batch, and no pointer is kept.
        unsafe pages.convert(body, label: charset, isHTML: isHTML, &repairs) { text, pages in
            if isHTML {
                isCut = unsafe pages.appendText(of: text, limit: limit, to: &documents.text)
            } else {
                // A few bytes more than the limit, so that it shows below that there was more.
                let count = unsafe UTF8Repair.cut(text, limit: limit + 4)
                unsafe documents.text.append(UnsafeRawBufferPointer(rebasing: text[..<count]))
            }
        }
        documents.repairs.add(repairs)
        return cutText(from: start, isCut: isCut, of: &documents)
    }

    /// Cuts the text that was appended last to its limit, before a whole character.
    private func cutText(from start: Int, isCut: Bool, of documents: inout DocumentBatch) -> (ByteRange, Bool) {
        let appended = documents.text.count - start
        let kept = unsafe documents.text.withPaddedBytes { all in
            // The text that was appended, which lies within the counted bytes.
            unsafe UTF8Repair.cut(
                UnsafeRawBufferPointer(rebasing: all[start..<start + appended]),
                limit: options.maxTextBytes
            )
        }
        documents.text.truncate(to: start + kept)
        let wasCut = isCut || kept < appended
        if wasCut { documents.repairs.cutTexts += 1 }
        return (ByteRange(start: start, count: kept), wasCut)
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
        return cutText(from: start, isCut: false, of: &documents)
    }

    /// Appends a header's value without angle brackets, as well-formed UTF-8.
    func appendURI(
        _ range: ByteRange,
        of bytes: UnsafeRawBufferPointer,
        to fields: inout PaddedBytes
    ) -> ByteRange {
        let range = unsafe WARCHeader.unbracketed(bytes, range)
        guard !range.isEmpty else { return .empty }
        let raw = unsafe UnsafeRawBufferPointer(rebasing: bytes[range.start..<range.end])
        if unsafe UTF8Repair.isWellFormed(raw) { return unsafe fields.append(raw) }
        let start = fields.count
        _ = unsafe UTF8Repair.append(raw, to: &fields, replacingControls: false)
        return ByteRange(start: start, count: fields.count - start)
    }
}
