internal import CrawlModel
public import CrawlReading
internal import Dispatch
public import NearDuplicates
internal import ShardFormat

/// Reads inputs and says of each document which indexed ones it relates to.
public struct CheckPipeline: Sendable {
    /// How inputs are read.
    ///
    /// In smaller batches than for indexing: thousands of short pages may have hundreds of matches each, and a batch's
    /// answers are held until those of the batches before it are written.
    public var reading = ReadingOptions(batchBytes: 256 << 10)
    /// The rule that decides.
    public var rule = MatchRule()
    /// The most matches told of a document; nil for all.
    public var limit: Int?
    /// Whether shared passages are told.
    public var explains = false
    /// Threads that parse, sketch and search.
    public var threads = 1
    /// Whether the run stops at the first malformed record or unreadable input.
    public var isStrict = false
    /// Memory for what makes answers quicker, in bytes: names of the index's documents unpacked, and its longest lists turned
    /// round.
    ///
    /// It is taken as it is needed; what there is no room for is read from the index's files again and again.
    public var memory = 256 << 20

    /// Longer batches, which have one long record each, go through one at a time.
    static let largeBatch = 8 << 20

    /// Creates a pipeline with the default options.
    public init() {}

    /// What a run found.
    public struct Summary: Sendable {
        /// What was read.
        public var reading = ReadingSummary()
        /// What was found.
        public var verdicts = VerdictCounts()
        /// Documents that were added, because nothing related to them.
        public var added = 0
    }

    /// Checks the documents of the inputs in order.
    ///
    /// Answers do not depend on ``threads``.
    ///
    /// - Parameters:
    ///   - inputs: what to read.
    ///   - snapshot: the index.
    ///   - formatter: writes the answers.
    ///   - stop: makes the run end early.
    ///   - output: takes what was written, in order, on the calling thread.
    ///   - report: told of everything that was passed over, in order, on the calling thread.
    ///   - progress: told how far the run is after every batch, on the calling thread.
    /// - Returns: what was read and what became of it.
    /// - Throws: ``PipelineError``.
    public func run(
        _ inputs: [CrawlInput],
        against snapshot: IndexSnapshot,
        formatter: any CheckFormatter,
        stop: StopRequest = StopRequest(),
        output: ([UInt8]) throws(PipelineError) -> Void,
        report: (InputProblem) -> Void = { _ in },
        progress: (Summary) -> Void = { _ in }
    ) throws(PipelineError) -> Summary {
        let source = try SourceReader(opening: inputs, reading)
        let beside = DispatchQueue(label: "neardup.search")
        let resources = BulkResources(memory: memory) { job in beside.async(execute: job) }
        var summary = Summary()
        try OrderedPipeline.run(
            threads: threads,
            jobs: OrderedPipeline.jobs(threads: threads),
            stop: stop,
            read: { (job: SketchingJob) in job.read(from: source, large: Self.largeBatch) },
            makeWorker: { () throws(PipelineError) in try CheckWorker(self, snapshot, resources, formatter) },
            write: { (job: SketchingJob) throws(PipelineError) in
                if let failure = job.failure { throw .index(failure) }
                try output(job.output)
                summary.reading.add(job.documents, inflatedBytes: job.inflatedBytes, packedBytes: job.packedBytes)
                summary.verdicts.add(job.verdicts)
                try job.tellProblems(isStrict: isStrict, to: report)
                progress(summary)
            }
        )
        return summary
    }
}

/// Parses, sketches, searches and writes the answers.
private final class CheckWorker: PipelineWorker {
    private var parser: DocumentParser
    private var sketcher: DocumentSketcher
    private var searcher: Searcher
    private let pipeline: CheckPipeline
    private let formatter: any CheckFormatter

    init(
        _ pipeline: CheckPipeline,
        _ snapshot: IndexSnapshot,
        _ resources: BulkResources,
        _ formatter: any CheckFormatter
    ) throws(PipelineError) {
        self.pipeline = pipeline
        self.formatter = formatter
        parser = try PipelineError.parser(pipeline.reading, leavingTextsEscaped: !pipeline.explains)
        sketcher = try PipelineError.wrapping { () throws(IndexError) in
            try DocumentSketcher(parameters: snapshot.parameters)
        }
        searcher = try PipelineError.wrapping { () throws(IndexError) in
            try Searcher(snapshot, rule: pipeline.rule, forMany: resources)
        }
    }

    func work(on job: SketchingJob) {
        job.output.removeAll(keepingCapacity: true)
        job.verdicts = VerdictCounts()
        job.failure = nil
        // Both lists are in the order of the input, and so is what is written of them: what parsing on adds to the skipped
        // lies behind the documents before. A strict run tells of the first record that was passed over when it stops,
        // and gives no answers after it.
        var told = 0
        job.parse(with: &parser) { documents in
            guard job.failure == nil else { return }
            do throws(IndexError) {
                let counted = min(documents.upperBound, job.countedDocuments(isStrict: pipeline.isStrict))
                try check(documents.lowerBound..<max(documents.lowerBound, counted), of: job, told: &told)
            } catch {
                job.failure = error
            }
        }
        if !pipeline.isStrict { job.tellSkipped(from: &told, before: .max, with: formatter) }
        if case .failed(let error)? = job.documents.end { formatter.append(.failed(error), to: &job.output) }
    }

    private func check(_ documents: Range<Int>, of job: SketchingJob, told: inout Int) throws(IndexError) {
        guard let first = documents.first else { return }
        // One for all: a batch has many parts, whose owners would be counted anew for each document.
        var document = CheckedDocument(
            batch: job.documents,
            entry: job.documents.entries[first],
            result: .empty(tokens: 0)
        )
        for index in documents {
            let entry = document.batch.entries[index]
            if !pipeline.isStrict { job.tellSkipped(from: &told, before: entry.recordOffset, with: formatter) }
            sketcher.sketch(document.batch, entry)
            let result = try searcher.check(sketcher, limit: pipeline.limit, explaining: pipeline.explains)
            job.verdicts.add(result)
            document.move(to: entry, result: result, explains: pipeline.explains)
            formatter.append(document, to: &job.output)
        }
    }
}
