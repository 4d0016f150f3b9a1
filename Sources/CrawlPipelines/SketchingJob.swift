internal import CrawlModel
internal import CrawlReading
internal import NearDuplicates

/// A batch on its way from records to sketches, or on to answers.
///
/// Its storage is used again.
final class SketchingJob: PipelineJob, @unchecked Sendable {
    // One thread has a job at any time: see PipelineJob.
    private var records: RecordBatch?
    var documents = DocumentBatch()
    var sketches = SketchBatch()
    /// Sketches of documents that are decided about one after the other.
    var kept: [KeptSketch] = []
    /// What is to be written of it.
    var output: [UInt8] = []
    var verdicts = VerdictCounts()
    /// Why its documents could not be checked.
    var failure: IndexError?
    private(set) var inflatedBytes: UInt64 = 0
    private(set) var packedBytes: UInt64 = 0
    /// The input as it was when it was opened, and where reading goes on after these documents.
    private(set) var stamp: FileStamp?
    private(set) var resumePoint: ResumePoint?

    private(set) var isLarge = false
    private static let keptTextBytes = 4 << 20

    /// Fills the job; false when there is nothing more.
    ///
    /// - Parameters:
    ///   - source: the inputs.
    ///   - limit: a batch of more bytes is a large job.
    /// - Returns: whether there was anything.
    func read(from source: SourceReader, large limit: Int) -> Bool {
        records = source.next(reusing: records.take())
        isLarge = (records?.bytes.count ?? 0) > limit
        return records != nil
    }

    func shrink() {
        records = nil
        documents = DocumentBatch()
        sketches = SketchBatch()
        kept = []
        output = []
    }

    /// Turns the records into documents, as many at a time as have room for their texts.
    ///
    /// - Parameters:
    ///   - parser: the worker's own.
    ///   - body: told, whenever documents were added, from which on; only their texts are there. At least once.
    func parse(with parser: inout DocumentParser, _ body: (_ documents: Range<Int>) -> Void) {
        guard let records else { return }
        parser.begin(records, into: &documents)
        var next = 0
        repeat {
            documents.removeTexts(keepingAtMost: Self.keptTextBytes)
            let first = documents.entries.count
            next = parser.parse(records, from: next, into: &documents)
            body(first..<documents.entries.count)
        } while next < records.records.count
        // Nobody needs them any more, and the reader fills the records' bytes anew only where nobody else holds on to them.
        documents.removeTexts(keepingAtMost: Self.keptTextBytes)
        inflatedBytes = records.inflatedBytes
        packedBytes = records.packedBytes
        stamp = records.stamp
        resumePoint = records.resumePoint
    }

    /// How many of the documents count: all, or in a strict run those before the first record that was passed over.
    func countedDocuments(isStrict: Bool) -> Int {
        guard isStrict, let first = documents.skipped.first?.location.offset else { return documents.entries.count }
        return documents.entries.prefix { $0.recordOffset < first }.count
    }

    /// Writes the records that were passed over before an offset, once each.
    func tellSkipped(from told: inout Int, before offset: UInt64, with formatter: any CheckFormatter) {
        formatter.appendSkipped(of: documents, from: &told, before: offset, to: &output)
    }

    /// Whether a strict run stops at this job.
    var holdsProblem: Bool {
        if case .failed? = documents.end { return true }
        return !documents.skipped.isEmpty
    }

    /// Tells of what was passed over.
    ///
    /// - Throws: the first of it, where the run is strict.
    func tellProblems(isStrict: Bool, to report: (InputProblem) -> Void) throws(PipelineError) {
        for record in documents.skipped {
            if isStrict { throw .malformed(record) }
            report(.skipped(record))
        }
        if case .failed(let error)? = documents.end {
            if isStrict { throw .unreadable(error) }
            report(.failed(error))
        }
    }
}
