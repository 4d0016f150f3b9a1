internal import CrawlModel
internal import CrawlReading
internal import DuplicateClusters
internal import NearDuplicates
internal import ShardFormat

/// Reads the inputs again for the true shingles of the documents that are compared: what `--exact` counts on.
enum ShinglePass {
    /// A text of more tokens is compared by its sketch all the same.
    static let mostTokens = 1 << 22

    /// Writes the shingles of every document that stands for its exact copies; false where that was stopped.
    static func run(
        _ run: DedupRun,
        _ stop: StopRequest,
        progress: (DedupPipeline.Progress) -> Void
    ) throws(PipelineError) -> Bool {
        let snapshot = try run.openIndex()
        let places = try run.openPlaces()
        let known = try KnownDocuments.read(run.folder, of: places.count)
        let (table, sets) = try PipelineError.clustering { () throws(ClusterError) in
            (
                try DocumentTable(run.folder.storage),
                try ShingleSetsWriter(run.folder.storage, documents: places.count)
            )
        }
        let reading = run.options.indexing.fittedReading
        let source = try SourceReader(opening: run.inputs, reading)
        let planned = CrawlInputs.packedBytes(of: run.inputs)
        var summary = ReadingSummary()
        try OrderedPipeline.run(
            threads: run.options.threads,
            jobs: run.options.threads + 1,
            stop: stop,
            read: { (job: ShingleJob) in job.work.read(from: source, large: 2 * reading.batchBytes) },
            makeWorker: { () throws(PipelineError) in
                try ShingleWorker(reading, snapshot.parameters, places, table, known, sets)
            },
            write: { (job: ShingleJob) throws(PipelineError) in
                if let failure = job.clusterFailure { throw PipelineError(failure) }
                summary.add(
                    job.work.documents,
                    inflatedBytes: job.work.inflatedBytes,
                    packedBytes: job.work.packedBytes
                )
                progress(DedupPipeline.Progress(phase: .shingles, reading: summary, plannedBytes: planned))
            }
        )
        if stop.isMade { return false }
        _ = try PipelineError.clustering { () throws(ClusterError) in try sets.finish() }
        return true
    }
}

/// A batch, and why its shingles could not be kept.
private final class ShingleJob: PipelineJob, @unchecked Sendable {
    // One thread has a job at any time: see PipelineJob.
    let work = SketchingJob()
    var clusterFailure: ClusterError?
    var isLarge: Bool { work.isLarge }
    func shrink() { work.shrink() }
}

private final class ShingleWorker: PipelineWorker {
    private var parser: DocumentParser
    private var sketcher: DocumentSketcher
    private let places: DocumentPlaces
    private let table: DocumentTable
    private let known: DocumentSet?
    private let sets: ShingleSetsWriter

    init(
        _ reading: ReadingOptions,
        _ parameters: IndexParameters,
        _ places: DocumentPlaces,
        _ table: DocumentTable,
        _ known: DocumentSet?,
        _ sets: ShingleSetsWriter
    ) throws(PipelineError) {
        parser = try PipelineError.parser(reading, leavingTextsEscaped: true)
        sketcher = try PipelineError.wrapping { () throws(IndexError) in
            try DocumentSketcher(parameters: parameters, blockTokens: ShinglePass.mostTokens)
        }
        self.places = places
        self.table = table
        self.known = known
        self.sets = sets
    }

    private static func add(
        _ number: Int,
        _ documents: borrowing DocumentBatch,
        _ entry: DocumentEntry,
        _ sketcher: inout DocumentSketcher,
        to sets: ShingleSetsWriter
    ) throws(ClusterError) {
        sketcher.sketch(documents, entry)
        try sets.add(sketcher.shingles, of: number)
    }

    func work(on job: ShingleJob) {
        job.clusterFailure = nil
        let batch = job.work
        batch.parse(with: &parser) { documents in
            guard job.clusterFailure == nil else { return }
            do throws(ClusterError) {
                for entry in batch.documents.entries[documents] {
                    let input = UInt32(batch.documents.sourceIndex)
                    guard let number = places.number(input: input, offset: entry.recordOffset),
                        let rank = table.rank(of: number), table.head(ofRank: rank) == rank, known?[number] != true
                    else { continue }
                    try Self.add(number, batch.documents, entry, &sketcher, to: sets)
                }
            } catch {
                job.clusterFailure = error
            }
        }
    }
}
