import CSimdJSON
import CrawlModel

extension DocumentParser {
    /// Records are parsed so many bytes at a time: the arenas need room for the worst case of these alone.
    private static var groupBytes: Int { 128 << 10 }

    /// Parses JSON records, some at a time.
    mutating func parseJSONLines(_ batch: borrowing RecordBatch, into documents: inout DocumentBatch) {
        if leavesTextsEscaped { documents.escapedText = batch.bytes }
        var next = 0
        while next < batch.records.count {
            let first = next
            var bytes = 0
            while next < batch.records.count, next == first || bytes + batch.records[next].count <= Self.groupBytes {
                bytes += batch.records[next].count + 1
                next += 1
            }
            parseGroup(first..<next, of: batch, into: &documents)
        }
    }

    /// Parses some records in one call, then those that need mending one by one.
    private mutating func parseGroup(
        _ group: Range<Int>,
        of batch: borrowing RecordBatch,
        into documents: inout DocumentBatch
    ) {
        jsonRecords.removeAll(keepingCapacity: true)
        for record in batch.records[group] {
            jsonRecords.append(nd_json_range(start: UInt64(record.start), count: UInt64(record.count)))
        }
        let origin = parseRecords(of: batch.bytes, leavingTexts: leavesTextsEscaped, into: &documents)
        // Mending parses again, into the same scratch; so the first results are taken out of it.
        var parsed: [nd_json_document] = []
        swap(&parsed, &jsonDocuments)
        for (record, result) in zip(batch.records[group], parsed) {
            if result.status == ND_JSON_NEEDS_REPAIR.rawValue {
                parseMended(record, of: batch, into: &documents)
            } else {
                take(result, origin, record, of: batch, into: &documents)
            }
        }
        swap(&parsed, &jsonDocuments)
    }

    /// Where in the arenas the shim began to write.
    private struct Origin {
        var text: Int
        var fields: Int
    }

    /// Parses `jsonRecords` of `bytes` into `jsonDocuments` and the arenas.
    private mutating func parseRecords(
        of bytes: PaddedBytes,
        leavingTexts leavesTexts: Bool,
        into documents: inout DocumentBatch
    ) -> Origin {
        let origin = Origin(text: documents.text.count, fields: documents.fields.count)
        jsonDocuments.removeAll(keepingCapacity: true)
        jsonDocuments.append(contentsOf: repeatElement(nd_json_document(), count: jsonRecords.count))
        let limits = nd_json_limits(
            max_text_bytes: UInt64(options.maxTextBytes),
            max_id_bytes: UInt64(ReadingOptions.maxIDBytes),
            max_other_bytes: UInt64(ReadingOptions.maxIDBytes),
            leaves_texts: leavesTexts
        )
        // The rest is what vector stores spill.
        var (textRoom, fieldRoom) = (UInt64(ND_JSON_PADDING), UInt64(ND_JSON_PADDING))
        for record in jsonRecords {
            textRoom += nd_json_text_room(limits, record.count)
            fieldRoom += nd_json_field_room(limits, record.count)
        }
        let count = bytes.count
        // The shim checks the records against `count` and the arenas against their capacity, and keeps no pointer.
        let isParsed = unsafe documents.appendFillingArenas(textRoom: Int(textRoom), fieldRoom: Int(fieldRoom)) {
            text,
            fields in
            unsafe bytes.withPaddedBytes { source in
                unsafe nd_json_parse(
                    json,
                    source.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    UInt64(count),
                    jsonRecords,
                    jsonRecords.count,
                    limits,
                    &text,
                    &fields,
                    &jsonDocuments
                )
            }
        }
        precondition(isParsed, "the arenas have the room the shim asks for")
        return origin
    }

    /// Mends a record that isn't well-formed text and parses it again.
    private mutating func parseMended(
        _ record: RecordExtent,
        of batch: borrowing RecordBatch,
        into documents: inout DocumentBatch
    ) {
        repaired.removeAll()
        let counts = unsafe batch.bytes.withPaddedBytes { bytes in
            unsafe UTF8Repair.append(
                UnsafeRawBufferPointer(rebasing: bytes[record.start..<record.start + record.count]),
                to: &repaired,
                replacingControls: true
            )
        }
        jsonRecords.removeAll(keepingCapacity: true)
        jsonRecords.append(nd_json_range(start: 0, count: UInt64(repaired.count)))
        let origin = parseRecords(of: repaired, leavingTexts: false, into: &documents)
        guard let result = jsonDocuments.first else { return }
        if result.status == ND_JSON_OK.rawValue {
            documents.repairs.illFormedSequences += counts.illFormedSequences
            documents.repairs.rawControls += counts.controls
            if result.lone_surrogates == 0 { documents.repairs.records += 1 }
        }
        take(result, origin, record, of: batch, into: &documents)
        repaired.removeAll(keepingAtMost: options.keptBytes)
    }

    /// Makes a document, or a skipped record, of what the shim found.
    private mutating func take(
        _ result: nd_json_document,
        _ origin: Origin,
        _ record: RecordExtent,
        of batch: borrowing RecordBatch,
        into documents: inout DocumentBatch
    ) {
        guard result.status == ND_JSON_OK.rawValue else {
            let (code, message) = reason(result)
            documents.skipped.append(SkippedRecord(location: batch.location(of: record), code: code, message: message))
            return
        }
        let (text, id, url, date) = result.fields
        var idRange = ByteRange(id, from: origin.fields)
        let urlRange = ByteRange(url, from: origin.fields)
        if options.usesURLAsID, !urlRange.isEmpty { idRange = urlRange }
        let idWasMade = idRange.isEmpty
        if idWasMade { idRange = appendMadeID(record.offset, to: &documents.fields) }
        let textWasCut = result.text_was_cut
        if textWasCut { documents.repairs.cutTexts += 1 }
        if result.lone_surrogates > 0 {
            documents.repairs.records += 1
            documents.repairs.loneSurrogates += Int(clamping: result.lone_surrogates)
        }
        documents.entries.append(
            DocumentEntry(
                text: ByteRange(text, from: result.text_is_escaped ? 0 : origin.text),
                id: idRange,
                url: urlRange,
                date: ByteRange(date, from: origin.fields),
                record: record,
                textWasCut: textWasCut,
                idWasMade: idWasMade,
                isEscaped: result.text_is_escaped
            )
        )
    }

    private func reason(_ result: nd_json_document) -> (SkipCode, String) {
        switch nd_json_status(result.status) {
        case ND_JSON_NOT_AN_OBJECT: (.notAnObject, "expected a JSON object, got another value")
        case ND_JSON_NO_TEXT:
            (.missingText, "the record has no field '\(options.textField)'; name its text field with --text-field")
        case ND_JSON_TEXT_NOT_STRING:
            (.textNotString, "expected a string in field '\(options.textField)', got another value")
        case ND_JSON_UNUSABLE_ID:
            (.unusableID, "expected a string or a number in field '\(options.idField)', got another value")
        case ND_JSON_ID_TOO_LONG:
            (.idTooLong, "the id in field '\(options.idField)' is over \(ReadingOptions.maxIDBytes) bytes")
        case ND_JSON_NO_MEMORY: (.recordTooLong, "there is no memory to parse the record")
        default:
            (.invalidJSON, "the record is not valid JSON: it goes wrong at byte \(result.error_offset) of the record")
        }
    }
}

extension ByteRange {
    /// A range the shim states, which counts from where it began to write.
    fileprivate init(_ range: nd_json_range, from origin: Int) {
        self.init(start: origin + Int(range.start), count: Int(range.count))
        if isEmpty { self = .empty }
    }
}

extension DocumentBatch {
    /// Lets `body` fill room after both arenas; it counts what it fills in the buffers it is given.
    fileprivate mutating func appendFillingArenas(
        textRoom: Int,
        fieldRoom: Int,
        _ body: (inout nd_json_buffer, inout nd_json_buffer) -> Bool
    ) -> Bool {
        var isFilled = false
        _ = unsafe text.appendFilling(room: textRoom) { textRoom in
            var textBuffer = unsafe nd_json_buffer(textRoom)
            _ = unsafe fields.appendFilling(room: fieldRoom) { fieldRoom in
                var fieldBuffer = unsafe nd_json_buffer(fieldRoom)
                isFilled = unsafe body(&textBuffer, &fieldBuffer)
                return unsafe Int(fieldBuffer.count)
            }
            return unsafe Int(textBuffer.count)
        }
        return isFilled
    }
}

extension nd_json_buffer {
    fileprivate init(_ room: UnsafeMutableRawBufferPointer) {
        unsafe self.init(
            bytes: room.baseAddress?.assumingMemoryBound(to: UInt8.self),
            count: 0,
            capacity: UInt64(room.count)
        )
    }
}
