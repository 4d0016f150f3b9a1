import CSimdJSON
public import CrawlModel

/// Turns records into documents.
///
/// One for each worker; it keeps its scratch from batch to batch.
///
/// No record stops it: what gives no document is skipped with a reason, or counted where it is none by its nature. Nothing is allocated for a record that is well
/// formed and has an id.
@safe
public struct DocumentParser: ~Copyable {
    let options: ReadingOptions
    /// Whether a text of JSON that needs no more than escapes of a letter undone is left as it stands.
    let leavesTextsEscaped: Bool
    /// The JSON parser, owned by this value alone.
    let json: OpaquePointer
    var jsonRecords: [nd_json_range] = []
    var jsonDocuments: [nd_json_document] = []
    var repaired = PaddedBytes()
    var pages = PageReader()
    /// Nil while it decodes a body.
    var bodies: BodyDecoder?
    /// The charset that a header names for texts and pages that come without one of their own records; empty for none.
    package var charsetLabel: [UInt8] = []
    private var sourceBytes: [UInt8] = []

    /// Creates a parser.
    ///
    /// - Throws: ``ReadingOptionsError`` where an option can't be followed.
    public init(options: ReadingOptions = ReadingOptions()) throws(ReadingOptionsError) {
        try self.init(options: options, leavingTextsEscaped: false)
    }

    /// Creates a parser.
    ///
    /// - Parameters:
    ///   - options: what to read.
    ///   - leavesTextsEscaped: whether texts of JSON may stay in the records' bytes with their escapes, so that they are neither
    ///     copied nor unescaped: see ``DocumentEntry/isEscaped``. A batch's documents then hold on to the record batch's bytes.
    /// - Throws: ``ReadingOptionsError`` where an option can't be followed.
    package init(options: ReadingOptions, leavingTextsEscaped leavesTextsEscaped: Bool) throws(ReadingOptionsError) {
        try options.validate()
        self.options = options
        self.leavesTextsEscaped = leavesTextsEscaped
        bodies = BodyDecoder(maxBytes: options.maxRecordBytes)
        // Some hundred bytes; where there is no memory for them Swift can't go on either.
        guard let parser = unsafe nd_json_parser_create() else { fatalError("no memory for a JSON parser") }
        unsafe json = parser
        setPath(ND_JSON_TEXT, options.textField)
        setPath(ND_JSON_ID, options.idField)
        setPath(ND_JSON_URL, options.urlField)
        setPath(ND_JSON_DATE, options.dateField)
    }

    deinit {
        unsafe nd_json_parser_destroy(json)
    }

    /// Replaces what `documents` holds by the documents of a batch.
    ///
    /// - Complexity: O(bytes of the batch, and of what its captures inflate to).
    public mutating func parse(_ batch: borrowing RecordBatch, into documents: inout DocumentBatch) {
        begin(batch, into: &documents)
        var next = 0
        repeat { next = parse(batch, from: next, into: &documents) } while next < batch.records.count
    }

    /// Empties `documents` for the documents of a batch.
    package mutating func begin(_ batch: borrowing RecordBatch, into documents: inout DocumentBatch) {
        documents.removeAll(keepingAtMost: options.keptBytes)
        documents.source = batch.source
        documents.sourceIndex = batch.sourceIndex
        documents.sequence = batch.sequence
        documents.end = batch.end
        documents.skipped += batch.skipped
        documents.passedOver.add(batch.passedOver)
        documents.recordTypes.add(batch.recordTypes)
        sourceBytes.removeAll(keepingCapacity: true)
        sourceBytes += batch.source.name.utf8
    }

    /// Adds the documents of a batch from one record on: of all that are left, or of fewer where their texts are long.
    ///
    /// Captured bodies inflate a thousandfold: the texts of one batch may be longer than memory.
    ///
    /// - Parameters:
    ///   - batch: the batch that ``begin(_:into:)`` was given.
    ///   - first: the record to go on with.
    ///   - documents: where the documents go; texts that were there before may be gone.
    /// - Returns: the record to go on with next; the number of records at the end.
    package mutating func parse(
        _ batch: borrowing RecordBatch,
        from first: Int,
        into documents: inout DocumentBatch
    ) -> Int {
        var next = batch.records.count
        switch batch.source.format {
        case .jsonLines: parseJSONLines(batch, into: &documents)
        case .text: parseBodies(batch, isHTML: false, into: &documents)
        case .html: parseBodies(batch, isHTML: true, into: &documents)
        case .warc, .wet: next = parseWARC(batch, from: first, into: &documents)
        case .arc: next = parseARC(batch, from: first, into: &documents)
        }
        if !batch.skipped.isEmpty, documents.skipped.count > batch.skipped.count {
            documents.skipped.sort { $0.location.offset < $1.location.offset }
        }
        return next
    }

    private func setPath(_ field: nd_json_field, _ path: String) {
        // The shim copies the path. Its length was validated.
        var path = path
        let isSet = path.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe nd_json_parser_set_path(json, field.rawValue, characters.baseAddress, characters.count)
            }
        }
        precondition(isSet, "validated options have usable field names")
    }

    /// Appends the id of a record that names none: `<source>@<offset>`.
    mutating func appendMadeID(_ offset: UInt64, to fields: inout PaddedBytes) -> ByteRange {
        let start = sourceBytes.count
        sourceBytes.append(UInt8(ascii: "@"))
        var divisor: UInt64 = 1
        while offset / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            sourceBytes.append(UInt8(ascii: "0") + UInt8(offset / divisor % 10))
            divisor /= 10
        }
        defer { sourceBytes.removeLast(sourceBytes.count - start) }
        return fields.append(sourceBytes)
    }

    /// Appends the source's name as an id.
    func appendSourceID(to fields: inout PaddedBytes) -> ByteRange { fields.append(sourceBytes) }
}

// The parser owns its shim alone, which keeps nothing of a thread; so it may move from one to another.
extension DocumentParser: @unchecked Sendable {}
