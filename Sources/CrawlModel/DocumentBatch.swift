/// One document of a batch: where its parts lie in the batch's arenas.
///
/// No part of it is allocated.
public struct DocumentEntry: Sendable, Hashable {
    /// The text, in ``DocumentBatch/text``; in ``DocumentBatch/escapedText`` where it ``isEscaped``.
    public package(set) var text: ByteRange
    /// The id, in ``DocumentBatch/fields``; never empty.
    public package(set) var id: ByteRange
    /// The URL, in ``DocumentBatch/fields``; empty where there is none.
    public package(set) var url: ByteRange
    /// The date as written, in ``DocumentBatch/fields``; empty where there is none.
    public package(set) var date: ByteRange
    /// The record the document comes from: its first byte in the inflated source.
    public package(set) var recordOffset: UInt64
    /// The record's length in bytes, without what ends it.
    public package(set) var recordLength: UInt64
    /// The compressed member the record begins in, where the source is packed.
    public package(set) var packed: PackedLocation?
    /// Whether the text was over its limit and was cut.
    public package(set) var textWasCut: Bool
    /// Whether the id was made from source and offset because the record has none.
    public package(set) var idWasMade: Bool
    /// Whether the text was left as it stands in JSON, with escapes of a single letter and none of them `\u`.
    ///
    /// Only where the parser was asked for it.
    package var isEscaped = false
}

/// What had to be mended in the records of a batch.
public struct ReadingRepairs: Sendable, Hashable {
    /// Records with anything mended.
    public var records = 0
    /// Ill-formed UTF-8 sequences that became U+FFFD.
    public var illFormedSequences = 0
    /// Escapes of half a surrogate pair that became U+FFFD.
    public var loneSurrogates = 0
    /// Raw control characters in JSON that became spaces.
    public var rawControls = 0
    /// Texts over their limit that were cut.
    public var cutTexts = 0
    /// Bodies whose transfer or content encoding is damaged or cut off, or isn't the one stated; what could be read was taken.
    public var mendedBodies = 0
    /// Bodies that decode to more than a record may have, and were cut there.
    public var cutBodies = 0

    /// Creates counters at zero.
    public init() {}

    /// Adds the counters of another batch.
    public mutating func add(_ other: ReadingRepairs) {
        records += other.records
        illFormedSequences += other.illFormedSequences
        loneSurrogates += other.loneSurrogates
        rawControls += other.rawControls
        cutTexts += other.cutTexts
        mendedBodies += other.mendedBodies
        cutBodies += other.cutBodies
    }
}

/// Documents as workers pass them on: two arenas and where in them each document's parts lie.
///
/// All text in it is well-formed UTF-8. Reuse one value from batch to batch; after the first few nothing is allocated.
public struct DocumentBatch: Sendable {
    /// The input the documents come from; nil in a batch filled by hand.
    public package(set) var source: RecordSource?
    /// The position of ``source`` in the list of inputs.
    public package(set) var sourceIndex: Int = 0
    /// The position of the record batch among all batches of the reader.
    public package(set) var sequence: Int = 0
    /// The texts, with padding after the last.
    public package(set) var text: PaddedBytes
    /// The records' bytes, where texts were left in them.
    ///
    /// They are shared with the record batch, which can't be filled anew without a copy before they are dropped here.
    package var escapedText = PaddedBytes.none
    /// Ids, URLs and dates.
    public package(set) var fields: PaddedBytes
    /// The documents, in the order of their records.
    public package(set) var entries: [DocumentEntry]
    /// The records that gave no document, in order; those passed over by the reader are included.
    public package(set) var skipped: [SkippedRecord]
    /// The records that are no documents by their nature; those passed over by the reader are included.
    public package(set) var passedOver: PassedOverCounts
    /// WARC and ARC records by type, whatever became of them.
    public package(set) var recordTypes: NamedCounts
    /// What had to be mended.
    public package(set) var repairs: ReadingRepairs
    /// How the source ended, where the batch is its last.
    public package(set) var end: RecordBatch.End?

    /// Creates an empty batch.
    public init() {
        text = PaddedBytes()
        fields = PaddedBytes()
        entries = []
        skipped = []
        passedOver = PassedOverCounts()
        recordTypes = NamedCounts()
        repairs = ReadingRepairs()
    }

    /// Empties the batch and keeps its storage.
    public mutating func removeAll() { removeAll(keepingAtMost: .max) }

    /// Empties the batch, and gives storage for more than `limit` bytes of text or of fields back.
    package mutating func removeAll(keepingAtMost limit: Int) {
        source = nil
        sourceIndex = 0
        sequence = 0
        removeTexts(keepingAtMost: limit)
        fields.removeAll(keepingAtMost: limit)
        entries.removeAll(keepingCapacity: true)
        skipped.removeAll(keepingCapacity: true)
        passedOver.removeAll()
        recordTypes.removeAll()
        repairs = ReadingRepairs()
        end = nil
    }

    /// Drops the texts, which are no longer needed; everything else of the documents stays.
    package mutating func removeTexts(keepingAtMost limit: Int) {
        text.removeAll(keepingAtMost: limit)
        escapedText = .none
    }

    /// Appends a document that comes from no file.
    ///
    /// O(length of its parts).
    public mutating func append(_ document: Document) {
        entries.append(
            DocumentEntry(
                text: text.append(document.text.utf8),
                id: fields.append(document.id.utf8),
                url: fields.append((document.url ?? "").utf8),
                date: fields.append((document.date ?? "").utf8),
                recordOffset: document.location?.offset ?? 0,
                recordLength: document.location?.length ?? 0,
                packed: document.location?.packed,
                textWasCut: document.textWasCut,
                idWasMade: false
            )
        )
    }

    /// The document at `index` as a value of its own.
    ///
    /// O(length of its parts).
    public func document(at index: Int) -> Document {
        let entry = entries[index]
        return Document(
            id: id(of: entry),
            text: entry.isEscaped ? escapedText.unescapedString(entry.text) : text.string(entry.text),
            url: url(of: entry),
            date: date(of: entry),
            location: source == nil ? nil : location(of: entry),
            textWasCut: entry.textWasCut
        )
    }

    /// A document's id.
    public func id(of entry: DocumentEntry) -> String { fields.string(entry.id) }

    /// A document's URL, where it has one.
    public func url(of entry: DocumentEntry) -> String? { entry.url.isEmpty ? nil : fields.string(entry.url) }

    /// A document's date as written, where it has one.
    public func date(of entry: DocumentEntry) -> String? { entry.date.isEmpty ? nil : fields.string(entry.date) }

    /// The host of a document's URL, in lower case, where it has one.
    public func host(of entry: DocumentEntry) -> String? { url(of: entry).flatMap(URLHost.host(of:)) }

    /// Where a document's record lies in its source.
    public func location(of entry: DocumentEntry) -> RecordLocation {
        RecordLocation(
            source: source?.name ?? "",
            offset: entry.recordOffset,
            length: entry.recordLength,
            packed: entry.packed
        )
    }
}

extension DocumentEntry {
    /// Creates an entry; the ranges are the caller's to keep within the batch's arenas.
    package init(
        text: ByteRange,
        id: ByteRange,
        url: ByteRange,
        date: ByteRange,
        record: RecordExtent,
        textWasCut: Bool,
        idWasMade: Bool,
        isEscaped: Bool = false
    ) {
        self.init(
            text: text,
            id: id,
            url: url,
            date: date,
            recordOffset: record.offset,
            recordLength: UInt64(record.count),
            packed: record.packed,
            textWasCut: textWasCut,
            idWasMade: idWasMade,
            isEscaped: isEscaped
        )
    }
}
