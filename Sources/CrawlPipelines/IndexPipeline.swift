internal import CrawlModel
public import CrawlReading
internal import LiveIndex
public import NearDuplicates
internal import ShardFormat

/// Reads inputs and adds their documents to an index.
public struct IndexPipeline: Sendable {
    /// How inputs are read.
    public var reading = ReadingOptions()
    /// What a new index is made with, and an old one must have; nil takes an old one as it is.
    public var settings: IndexSettings?
    /// What happens to documents whose id is in the index; nil to add every record, whatever its id.
    ///
    /// An index made with nil has a document for each record that has a text, in the order of reading.
    public var onSameID: SameIDPolicy? = .replace
    /// Threads that parse and sketch.
    public var threads = 1
    /// Bytes that batches and documents waiting to be written may take.
    public var memory = 512 << 20
    /// Whether records and texts over a sixteenth of ``memory`` are too long, whatever ``reading`` allows.
    ///
    /// That is what makes ``memory`` hold for any input: while a record is parsed it takes several times its length.
    public var fitsRecordsToMemory = true
    /// Whether the run stops at the first malformed record or unreadable input.
    public var isStrict = false
    /// Whether inputs are read that the index holds already, from their start.
    public var readsAgain = false
    /// Bytes of input after which what was read is committed, full or not.
    ///
    /// Where a dump is read again nothing new fills the memory, and a run that is stopped should not begin at its start.
    private static let commitInterval: UInt64 = 4 << 30

    /// Creates a pipeline with the default options.
    public init() {}

    /// What a run did.
    public struct Summary: Sendable {
        /// What was read.
        public var reading = ReadingSummary()
        /// What became of the documents.
        public var added = AddedCounts()
        /// Shards written.
        public var shards = 0
        /// Bytes in texts that belong to no well-formed UTF-8 sequence.
        public var illFormedBytes = 0
        /// Inputs left out because the index has all of them.
        public var knownInputs = 0
        /// Inputs that an earlier run had begun.
        public var resumedInputs = 0
        /// Bytes of the inputs as they lie on disk that were to be read; nil where that is not known.
        public var plannedBytes: UInt64?
        /// Whether the run was asked to stop before its end.
        public var wasStopped = false
    }

    /// Reads the inputs in order and adds what they hold.
    ///
    /// The index's bytes do not depend on ``threads``. The index remembers how much of each file it has: a file it has
    /// all of is left out, one that an earlier run stopped in is read on, and one that changed since is read anew.
    ///
    /// - Parameters:
    ///   - inputs: what to read.
    ///   - path: the index directory; made if it is missing.
    ///   - stop: makes the run commit what it has read, and return.
    ///   - notice: told, before anything is read, of inputs that are not simply read from their start.
    ///   - report: told of everything that was passed over, in order, on the calling thread.
    ///   - progress: told how far the run is after every batch, on the calling thread.
    /// - Returns: what was read and what became of it.
    /// - Throws: ``PipelineError``. What was committed before stays in the index.
    public func run(
        _ inputs: [CrawlInput],
        into path: String,
        stop: StopRequest = StopRequest(),
        notice: (InputNotice) -> Void = { _ in },
        report: (InputProblem) -> Void = { _ in },
        progress: (Summary) -> Void = { _ in }
    ) throws(PipelineError) -> Summary {
        try run(
            inputs,
            into: path,
            stop: stop,
            beforeAdding: { (_, _, _) throws(PipelineError) in },
            notice: notice,
            report: report,
            progress: progress
        )
    }

    /// Reads the inputs as ``run(_:into:stop:notice:report:progress:)`` does, and tells of each batch before any document of it
    /// can be committed: of the input's position, the batch, and how many of its documents count.
    func run(
        _ inputs: [CrawlInput],
        into path: String,
        stop: StopRequest,
        beforeAdding: (Int, SketchingJob, Int) throws(PipelineError) -> Void,
        notice: (InputNotice) -> Void,
        report: (InputProblem) -> Void,
        progress: (Summary) -> Void
    ) throws(PipelineError) -> Summary {
        do {
            try reading.validate()
        } catch {
            throw .options(error)
        }
        let writer = try PipelineError.wrapping { () throws(IndexError) in
            try IndexWriter.recovering(
                path,
                settings: settings,
                policy: onSameID,
                memory: shardMemory,
                threads: .dispatch(threads)
            )
        }
        defer { writer.close() }
        let plan =
            readsAgain ? InputPlan(inputs, reading: reading) : InputPlan(inputs, reading: reading, after: writer)
        for known in plan.known.notices { notice(known) }
        var summary = Summary()
        summary.knownInputs = plan.known.finished
        summary.resumedInputs = plan.known.resumed
        summary.plannedBytes = plan.packedBytes
        do throws(PipelineError) {
            try add(plan, to: writer, stop, &summary, beforeAdding, report, progress)
        } catch {
            // A strict run keeps what came before the record it stopped at.
            if !error.isOfIndex { try PipelineError.wrapping { () throws(IndexError) in try writer.commit() } }
            throw error
        }
        try PipelineError.wrapping { () throws(IndexError) in try writer.commit() }
        summary.added = writer.counts
        summary.shards = writer.committedShards
        summary.wasStopped = stop.isMade
        return summary
    }

    private func add(
        _ plan: InputPlan,
        to writer: IndexWriter,
        _ stop: StopRequest,
        _ summary: inout Summary,
        _ beforeAdding: (Int, SketchingJob, Int) throws(PipelineError) -> Void,
        _ report: (InputProblem) -> Void,
        _ told: (Summary) -> Void
    ) throws(PipelineError) {
        let (parameters, reading, largeBatch) = (writer.parameters, fittedReading, largeBatch)
        let source = try SourceReader(opening: plan.inputs, reading)
        var uncommitted: UInt64 = 0
        try OrderedPipeline.run(
            threads: threads,
            jobs: jobs,
            stop: stop,
            read: { (job: SketchingJob) in job.read(from: source, large: largeBatch) },
            makeWorker: { () throws(PipelineError) in try IndexWorker(reading, parameters) },
            write: { (job: SketchingJob) throws(PipelineError) in
                // A strict run that stops here has not read the batch to its end.
                let progress = isStrict && job.holdsProblem ? nil : plan.progress(after: job)
                uncommitted += job.inflatedBytes
                let counted = job.countedDocuments(isStrict: isStrict)
                try beforeAdding(plan.positions[job.documents.sourceIndex], job, counted)
                try PipelineError.wrapping { () throws(IndexError) in
                    let shards = writer.committedShards
                    try writer.add(
                        job.documents,
                        job.sketches,
                        first: counted,
                        progress: progress
                    )
                    if uncommitted >= Self.commitInterval { try writer.commit() }
                    if uncommitted >= Self.commitInterval || writer.committedShards > shards { uncommitted = 0 }
                }
                summary.reading.add(job.documents, inflatedBytes: job.inflatedBytes, packedBytes: job.packedBytes)
                summary.illFormedBytes += job.sketches.illFormedBytes
                summary.added = writer.counts
                summary.shards = writer.committedShards
                try job.tellProblems(isStrict: isStrict, to: report)
                told(summary)
            }
        )
    }

    /// What of ``memory`` documents that wait for their shard may take.
    ///
    /// Must not depend on ``threads``: it decides where one shard ends and the next begins.
    private var shardMemory: Int { memory / 4 * 3 }

    /// How inputs are read, with records and texts that fit into ``memory``.
    var fittedReading: ReadingOptions { fitsRecordsToMemory ? reading.fitted(to: memory) : reading }

    /// Longer batches, which have one long record each, go through one at a time.
    private var largeBatch: Int { max(2 * reading.batchBytes, memory / 4 / (3 * jobs)) }

    /// How many batches may be in flight in the rest: each has its records, its texts and its sketches, together about
    /// three times a batch.
    private var jobs: Int {
        OrderedPipeline.jobs(threads: threads, memory: memory / 4, each: 3 * reading.batchBytes)
    }
}

extension ReadingOptions {
    /// The same, where records and texts over a sixteenth of so much memory are too long.
    func fitted(to memory: Int) -> ReadingOptions {
        var fitted = self
        fitted.maxRecordBytes = min(maxRecordBytes, max(memory / 16, 1))
        fitted.maxTextBytes = min(maxTextBytes, max(memory / 16, 1))
        return fitted
    }
}

/// Parses and sketches.
private final class IndexWorker: PipelineWorker {
    private var parser: DocumentParser
    private var sketcher: DocumentSketcher

    init(_ reading: ReadingOptions, _ parameters: IndexParameters) throws(PipelineError) {
        parser = try PipelineError.parser(reading, leavingTextsEscaped: true)
        sketcher = try PipelineError.wrapping { () throws(IndexError) in try DocumentSketcher(parameters: parameters) }
    }

    func work(on job: SketchingJob) {
        job.sketches.removeAll()
        job.parse(with: &parser) { job.sketches.append(job.documents, $0, with: &sketcher) }
    }
}
