public import CrawlModel

/// What a run over inputs read and could not read.
public struct ReadingSummary: Sendable {
    /// Documents read.
    public var documents = 0
    /// Records that gave no document.
    public var skippedRecords = 0
    /// The same by reason.
    public var skippedByCode: [SkipCode: Int] = [:]
    /// Records that are no documents by their nature.
    public var passedOver = PassedOverCounts()
    /// WARC and ARC records by type, whatever became of them.
    public var recordTypes = NamedCounts()
    /// Inputs read to their end.
    public var completeInputs = 0
    /// Inputs that could not be read, or not to their end.
    public var failedInputs = 0
    /// Bytes read, inflated.
    public var inflatedBytes: UInt64 = 0
    /// Bytes of the inputs as they lie on disk.
    public var packedBytes: UInt64 = 0
    /// What had to be mended in the records.
    public var repairs = ReadingRepairs()

    /// Creates a summary of nothing.
    public init() {}

    mutating func add(_ documents: borrowing DocumentBatch, inflatedBytes: UInt64, packedBytes: UInt64) {
        self.documents += documents.entries.count
        skippedRecords += documents.skipped.count
        for record in documents.skipped { skippedByCode[record.code, default: 0] += 1 }
        passedOver.add(documents.passedOver)
        recordTypes.add(documents.recordTypes)
        repairs.add(documents.repairs)
        self.inflatedBytes += inflatedBytes
        self.packedBytes += packedBytes
        switch documents.end {
        case .complete: completeInputs += 1
        case .failed: failedInputs += 1
        case nil: break
        }
    }
}

/// Something that went wrong with part of the input; the run goes on without that part.
public enum InputProblem: Sendable {
    /// A record was passed over.
    case skipped(SkippedRecord)
    /// An input could not be read, or not to its end.
    case failed(CrawlInputError)
}
