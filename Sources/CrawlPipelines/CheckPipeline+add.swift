internal import CrawlModel
public import CrawlReading
public import LiveIndex
internal import NearDuplicates

extension CheckPipeline {
    /// Checks the documents of the inputs in order, and adds each to which nothing relates; the next finds it.
    ///
    /// Documents are sketched on several threads and decided about one after the other: answers do not depend on
    /// ``threads``. What is written has been acknowledged by the index before. Passages are not told: ``explains`` must
    /// be false.
    ///
    /// - Parameters:
    ///   - inputs: what to read.
    ///   - index: what to check against, and to add to.
    ///   - formatter: writes the answers.
    ///   - stop: once it is made nothing more is read; what was read is decided about.
    ///   - output: takes what was written, in order, on the calling thread.
    ///   - report: told of everything that was passed over, in order, on the calling thread.
    ///   - progress: told how far the run is after every batch, on the calling thread.
    /// - Returns: what was read and what became of it.
    /// - Throws: ``PipelineError``.
    public func run(
        _ inputs: [CrawlInput],
        addingTo index: LiveIndex,
        formatter: any CheckFormatter,
        stop: StopRequest = StopRequest(),
        output: ([UInt8]) throws(PipelineError) -> Void,
        report: (InputProblem) -> Void = { _ in },
        progress: (Summary) -> Void = { _ in }
    ) throws(PipelineError) -> Summary {
        precondition(!explains, "texts are gone when documents are decided about")
        let source = try SourceReader(opening: inputs, reading)
        let request = CheckRequest(rule: rule, limit: limit)
        var summary = Summary()
        try OrderedPipeline.run(
            threads: threads,
            jobs: OrderedPipeline.jobs(threads: threads),
            stop: stop,
            read: { (job: SketchingJob) in job.read(from: source, large: Self.largeBatch) },
            makeWorker: { () throws(PipelineError) in try KeepingWorker(reading, index) },
            write: { (job: SketchingJob) throws(PipelineError) in
                let added = try decide(job, index, request, formatter)
                try output(job.output)
                summary.reading.add(job.documents, inflatedBytes: job.inflatedBytes, packedBytes: job.packedBytes)
                summary.verdicts.add(job.verdicts)
                summary.added += added
                try job.tellProblems(isStrict: isStrict, to: report)
                progress(summary)
            }
        )
        return summary
    }

    /// Decides about a job's documents and writes the answers; how many were added.
    private func decide(
        _ job: SketchingJob,
        _ index: LiveIndex,
        _ request: CheckRequest,
        _ formatter: any CheckFormatter
    ) throws(PipelineError) -> Int {
        let batch = job.documents
        let fields = batch.fields.storage
        let entries = batch.entries.prefix(job.countedDocuments(isStrict: isStrict))
        let sketched = zip(entries, job.kept)
            .map { entry, sketch in
                SketchedDocument(
                    id: Array(fields[entry.id.start..<entry.id.end]),
                    url: Array(fields[entry.url.start..<entry.url.end]),
                    date: Array(fields[entry.date.start..<entry.date.end]),
                    sketch: sketch
                )
            }
        let additions = try PipelineError.wrapping { () throws(IndexError) in
            try index.addUnique(sketched, request)
        }
        job.output.removeAll(keepingCapacity: true)
        job.verdicts = VerdictCounts()
        var told = 0
        for (entry, result) in zip(entries, additions.results) {
            if !isStrict { job.tellSkipped(from: &told, before: entry.recordOffset, with: formatter) }
            job.verdicts.add(result)
            formatter.append(CheckedDocument(batch: batch, entry: entry, result: result, text: nil), to: &job.output)
        }
        if !isStrict { job.tellSkipped(from: &told, before: .max, with: formatter) }
        if case .failed(let error)? = batch.end { formatter.append(.failed(error), to: &job.output) }
        return additions.isAdded.count { $0 }
    }
}

/// Parses and sketches, and keeps every sketch for later.
private final class KeepingWorker: PipelineWorker {
    private var parser: DocumentParser
    private var sketcher: DocumentSketcher

    init(_ reading: ReadingOptions, _ index: LiveIndex) throws(PipelineError) {
        parser = try PipelineError.parser(reading, leavingTextsEscaped: true)
        sketcher = try PipelineError.wrapping { () throws(IndexError) in
            try DocumentSketcher(parameters: index.parameters)
        }
    }

    func work(on job: SketchingJob) {
        job.kept.removeAll(keepingCapacity: true)
        job.parse(with: &parser) { documents in
            for entry in job.documents.entries[documents] {
                sketcher.sketch(job.documents, entry)
                job.kept.append(KeptSketch(sketcher))
            }
        }
    }
}
