internal import CrawlModel
internal import CrawlReading
internal import DuplicateClusters
internal import StreamCompression

/// Reads the inputs again and writes what is kept of them, or all of them annotated.
struct OutputPass {
    /// What was written.
    struct Figures {
        /// Output files.
        var files = 0
        /// Bytes of them.
        var bytes: UInt64 = 0
        /// Malformed records, which were kept out.
        var malformed = 0
        /// Inputs that could not be read, or not to their end.
        var failedInputs = 0
        /// Bytes of the inputs, inflated.
        var inflatedBytes: UInt64 = 0
        /// Bytes of the inputs as they lie on disk.
        var packedBytes: UInt64 = 0
    }

    var kind: RecordSelection.Kind
    var reading: ReadingOptions
    var threads: Int
    /// Bytes that batches in flight may take.
    var memory: Int

    /// Writes the outputs; nothing of them depends on ``threads``.
    ///
    /// - Parameters:
    ///   - inputs: what to read.
    ///   - known: the same as they were when they were sketched.
    ///   - places: where the documents lie.
    ///   - decisions: what was decided about each.
    ///   - tree: takes the files.
    ///   - stop: makes the pass end early.
    ///   - progress: told how far it is, on the calling thread.
    /// - Returns: what was written.
    /// - Throws: ``PipelineError``.
    func run(
        _ inputs: [CrawlInput],
        _ known: [KnownInput],
        _ places: DocumentPlaces,
        _ decisions: ClusterDecisions,
        into tree: OutputTree,
        stop: StopRequest,
        progress: (Figures) -> Void
    ) throws(PipelineError) -> Figures {
        var everything = reading
        everything.keepsAllBytes = true
        let source = SelectionSource(
            RecordSelection(try PipelineError.reader(inputs, everything), of: known, places, decisions, kind)
        )
        var figures = Figures()
        var file = OpenOutput()
        try OrderedPipeline.run(
            threads: threads,
            // Each has its records, what is written of them, and room that it keeps.
            jobs: OrderedPipeline.jobs(threads: threads, memory: memory, each: 4 * reading.batchBytes),
            stop: stop,
            read: { (job: OutputJob) in source.fill(job) },
            makeWorker: { () throws(PipelineError) in try OutputWorker(kind, reading, decisions) },
            write: { (job: OutputJob) throws(PipelineError) in
                if let failure = job.failure { throw failure }
                figures.malformed += job.malformed
                figures.inflatedBytes += job.inflatedBytes
                figures.packedBytes += job.packedBytes
                if case .failed? = job.end { figures.failedInputs += 1 }
                try file.take(job, asJSONLines: kind == .annotated, into: tree)
                progress(figures)
            }
        )
        figures.files = tree.files
        figures.bytes = tree.bytes
        return figures
    }
}

/// The output of the input whose turn it is.
private struct OpenOutput {
    private var isBegun = false
    private var hasBytes = false

    mutating func take(_ job: OutputJob, asJSONLines: Bool, into tree: OutputTree) throws(PipelineError) {
        if job.beginsInput {
            isBegun = false
            hasBytes = false
        }
        let source = job.batch.source
        let isCollection = source.format != .text && source.format != .html
        var isUnread = false
        if case .failed? = job.end { isUnread = job.beginsInput && job.packed.isEmpty }
        // A page that is dropped leaves no file; a crawl of which nothing is kept leaves an empty one.
        if !isBegun, !job.packed.isEmpty || (isCollection && !isUnread) {
            try tree.begin(source.name, source, asJSONLines: asJSONLines)
            isBegun = true
        }
        if !job.packed.isEmpty {
            try tree.append(job.packed)
            hasBytes = true
        }
        guard job.end != nil, isBegun else { return }
        let kind = CompressionKind(source.compression)
        if !hasBytes, kind != .plain {
            // No bytes at all would be no gzip file.
            var member: [UInt8] = []
            do throws(CompressionError) {
                var encoder = try StreamEncoder(kind: kind)
                try encoder.appendMember([], to: &member)
            } catch {
                throw .output(message: error.description)
            }
            try tree.append(member)
        }
        try tree.end()
    }
}
