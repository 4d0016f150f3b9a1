/// The input a batch of records comes from.
public struct RecordSource: Sendable, Hashable {
    /// The input as the user named it; `-` for standard input.
    public var name: String
    /// What it holds.
    public var format: InputFormat
    /// How it is packed.
    public var compression: SourceCompression

    /// Creates a source.
    public init(name: String, format: InputFormat, compression: SourceCompression = .plain) {
        self.name = name
        self.format = format
        self.compression = compression
    }
}

/// Where one record lies in its batch and in its source.
public struct RecordExtent: Sendable, Hashable {
    /// The record's first byte in the batch's bytes.
    public var start: Int
    /// The record's length in bytes, without what ends it.
    public var count: Int
    /// The record's content within it: for a WARC record the bytes after its header, else 0.
    public var contentOffset: Int
    /// The bytes that end the record in the stream after ``count``: a line end, or the blank lines after a WARC record.
    public var terminatorCount: Int
    /// The record's first byte in the inflated stream.
    public var offset: UInt64
    /// The compressed member the record begins in, where the source is packed.
    public var packed: PackedLocation?

    /// Creates an extent.
    public init(
        start: Int,
        count: Int,
        contentOffset: Int = 0,
        terminatorCount: Int = 0,
        offset: UInt64,
        packed: PackedLocation? = nil
    ) {
        self.start = start
        self.count = count
        self.contentOffset = contentOffset
        self.terminatorCount = terminatorCount
        self.offset = offset
        self.packed = packed
    }

    /// Where the record lies in the batch's bytes.
    public var range: ByteRange { ByteRange(start: start, count: count) }
}

/// Whole records of one source, as they came, in the order they came.
///
/// A batch is what travels from the reader to the workers: one buffer, so that nothing is allocated for a record.
public struct RecordBatch: Sendable {
    /// How a source ended.
    public enum End: Sendable, Hashable {
        /// At its end.
        case complete
        /// Before its end: what could be read was delivered, in this batch and those before.
        case failed(CrawlInputError)
    }

    /// The input the records come from.
    public package(set) var source: RecordSource
    /// The position of ``source`` in the list of inputs, from 0.
    public package(set) var sourceIndex: Int
    /// The position of the batch among all batches of the reader, from 0.
    public package(set) var sequence: Int
    /// The inflated bytes the records lie in, with padding after them.
    public package(set) var bytes: PaddedBytes
    /// The inflated offset of the first of ``bytes``.
    package var base: UInt64 = 0
    /// The records.
    public package(set) var records: [RecordExtent]
    /// Where all bytes are kept: records of types that are no documents, and no longer than a record may be.
    ///
    /// Bytes of ``bytes`` that lie neither in these, nor in ``records``, nor in what was ``skipped`` are longer records of such
    /// types, and line ends.
    package var others: [RecordExtent] = []
    /// Where bytes begin that belong to no sound record, if it is not known yet where they end.
    package var skippingFrom: UInt64?
    /// The records passed over while looking for where records begin and end.
    public package(set) var skipped: [SkippedRecord]
    /// Records passed over because they are no documents by their type (`request`).
    public package(set) var passedOver: PassedOverCounts
    /// WARC and ARC records by type, whatever became of them.
    public package(set) var recordTypes: NamedCounts
    /// Inflated bytes of the source consumed with this batch.
    public package(set) var inflatedBytes: UInt64
    /// Bytes of the source as it lies on disk read with this batch; read ahead counts with the batch that caused it.
    public package(set) var packedBytes: UInt64
    /// How the source ended, on its last batch; nil on the others.
    public package(set) var end: End?
    /// The source as it was when it was opened; nil where it is no regular file.
    public package(set) var stamp: FileStamp?
    /// Where reading goes on after this batch; nil where it can't, because the source is a pipe or the batch ends within
    /// a record that is passed over.
    public package(set) var resumePoint: ResumePoint?

    /// Creates an empty batch.
    public init(source: RecordSource, sourceIndex: Int = 0, sequence: Int = 0) {
        self.source = source
        self.sourceIndex = sourceIndex
        self.sequence = sequence
        bytes = PaddedBytes()
        records = []
        skipped = []
        passedOver = PassedOverCounts()
        recordTypes = NamedCounts()
        inflatedBytes = 0
        packedBytes = 0
        end = nil
    }

    /// Creates a batch of records that lie in memory, one a value of `records`.
    ///
    /// - Parameters:
    ///   - source: what the records are said to come from, and how to read them.
    ///   - records: the bytes of each record, whole and without line ends.
    public init(source: RecordSource, records: some Sequence<some Collection<UInt8>>) {
        self.init(source: source)
        for record in records {
            let range = bytes.append(record)
            self.records.append(RecordExtent(start: range.start, count: range.count, offset: UInt64(range.start)))
        }
        inflatedBytes = UInt64(bytes.count)
        end = .complete
    }

    /// The bytes of a record of this batch, as they came.
    public func bytes(of record: RecordExtent) -> ArraySlice<UInt8> { bytes[record.range] }

    /// Where a record of this batch lies in its source.
    public func location(of record: RecordExtent) -> RecordLocation {
        RecordLocation(source: source.name, offset: record.offset, length: UInt64(record.count), packed: record.packed)
    }

    /// Empties the batch for a new source or a new part of one; keeps its storage.
    package mutating func reset(source: RecordSource, sourceIndex: Int, sequence: Int) {
        self.source = source
        self.sourceIndex = sourceIndex
        self.sequence = sequence
        bytes.removeAll()
        records.removeAll(keepingCapacity: true)
        skipped.removeAll(keepingCapacity: true)
        passedOver.removeAll()
        recordTypes.removeAll()
        inflatedBytes = 0
        packedBytes = 0
        end = nil
        stamp = nil
        resumePoint = nil
        base = 0
        others.removeAll(keepingCapacity: true)
        skippingFrom = nil
    }
}
