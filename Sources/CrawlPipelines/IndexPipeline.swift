internal import CrawlModel
public import CrawlReading
internal import IndexStorage
public import NearDuplicates
internal import ShardFormat

/// Reads inputs and adds their documents to an index.
public struct IndexPipeline: Sendable {
    /// How inputs are read.
    public var reading = ReadingOptions()
    /// What a new index is made with, and an old one must have; nil takes an old one as it is.
    public var settings: IndexSettings?
    /// What happens to documents whose id is in the index.
    public var onSameID = SameIDPolicy.replace
    /// Threads that parse and sketch.
    public var threads = 1
    /// Bytes that batches and documents waiting to be written may take.
    public var memory = 512 << 20
    /// Whether the run stops at the first malformed record or unreadable input.
    public var isStrict = false

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
    }

    /// Reads the inputs in order and adds what they hold.
    ///
    /// The index's bytes do not depend on ``threads``.
    ///
    /// - Parameters:
    ///   - inputs: what to read.
    ///   - path: the index directory; made if it is missing.
    ///   - report: told of everything that was passed over, in order, on the calling thread.
    ///   - progress: told how far the run is after every batch, on the calling thread.
    /// - Returns: what was read and what became of it.
    /// - Throws: ``PipelineError``. What was committed before stays in the index.
    public func run(
        _ inputs: [CrawlInput],
        into path: String,
        report: (InputProblem) -> Void = { _ in },
        progress: (Summary) -> Void = { _ in }
    ) throws(PipelineError) -> Summary {
        let source = try SourceReader(opening: inputs, reading)
        let writer = try PipelineError.wrapping { () throws(IndexError) in
            try IndexWriter(
                DirectoryStorage(path: path),
                settings: settings,
                policy: onSameID,
                memory: shardMemory
            )
        }
        defer { writer.close() }
        var summary = Summary()
        do throws(PipelineError) {
            try add(source, to: writer, &summary, report, progress)
        } catch {
            // A strict run keeps what came before the record it stopped at.
            if !error.isOfIndex { try PipelineError.wrapping { () throws(IndexError) in try writer.commit() } }
            throw error
        }
        try PipelineError.wrapping { () throws(IndexError) in try writer.commit() }
        summary.added = writer.counts
        summary.shards = writer.committedShards
        return summary
    }

    private func add(
        _ source: SourceReader,
        to writer: IndexWriter,
        _ summary: inout Summary,
        _ report: (InputProblem) -> Void,
        _ progress: (Summary) -> Void
    ) throws(PipelineError) {
        let (parameters, reading) = (writer.parameters, reading)
        try OrderedPipeline.run(
            threads: threads,
            jobs: jobs,
            read: { (job: SketchingJob) in job.read(from: source) },
            makeWorker: { () throws(PipelineError) in try IndexWorker(reading, parameters) },
            write: { (job: SketchingJob) throws(PipelineError) in
                try PipelineError.wrapping { () throws(IndexError) in
                    try writer.add(job.documents, job.sketches, first: job.countedDocuments(isStrict: isStrict))
                }
                summary.reading.add(job.documents, inflatedBytes: job.inflatedBytes, packedBytes: job.packedBytes)
                summary.illFormedBytes += job.sketches.illFormedBytes
                summary.added = writer.counts
                summary.shards = writer.committedShards
                try job.tellProblems(isStrict: isStrict, to: report)
                progress(summary)
            }
        )
    }

    /// What of ``memory`` documents that wait for their shard may take.
    ///
    /// Must not depend on ``threads``: it decides where one shard ends and the next begins.
    private var shardMemory: Int { memory / 4 * 3 }

    /// How many batches may be in flight in the rest: each has its records, its texts and its sketches, together about
    /// three times a batch.
    private var jobs: Int {
        max(threads + 1, min(2 * threads + 2, memory / 4 / (3 * reading.batchBytes)))
    }
}

/// Parses and sketches.
private final class IndexWorker: PipelineWorker {
    private var parser: DocumentParser
    private var sketcher: DocumentSketcher

    init(_ reading: ReadingOptions, _ parameters: IndexParameters) throws(PipelineError) {
        parser = try PipelineError.parser(reading)
        sketcher = try PipelineError.wrapping { () throws(IndexError) in try DocumentSketcher(parameters: parameters) }
    }

    func work(on job: SketchingJob) {
        job.parse(with: &parser)
        job.sketches.sketch(job.documents, with: &sketcher)
    }
}
