internal import CrawlModel
internal import NearDuplicates
internal import ShardFormat
internal import Synchronization

/// Sketchers that are used again: each has some megabytes of work areas.
final class SketcherPool: Sendable {
    /// One sketcher and the batch it reads from; whoever took it has it alone.
    private final class Worker: @unchecked Sendable {
        var sketcher: DocumentSketcher
        var batch = DocumentBatch()

        init(_ parameters: IndexParameters) throws(IndexError) {
            sketcher = try DocumentSketcher(parameters: parameters)
        }
    }

    private let free = Mutex<[Worker]>([])
    private static let kept = 64

    /// Sketches documents; those with too few tokens are counted and left out.
    func columns(
        _ documents: [Document],
        _ parameters: IndexParameters
    ) throws(IndexError) -> (DocumentColumns, AddedCounts) {
        var columns = DocumentColumns()
        var counts = AddedCounts()
        try withWorker(parameters) { worker in
            for document in documents {
                worker.batch.removeAll(keepingAtMost: 1 << 20)
                worker.batch.append(document)
                worker.sketcher.sketch(worker.batch, worker.batch.entries[0])
                guard worker.sketcher.tokenCount >= parameters.minimumTokens else {
                    if worker.sketcher.tokenCount == 0 { counts.empty += 1 } else { counts.tooShort += 1 }
                    continue
                }
                columns.append(
                    worker.sketcher,
                    as: ShardIdentity(id: document.id, url: document.url ?? "", date: document.date ?? "")
                )
            }
        }
        return (columns, counts)
    }

    /// Sketches one document.
    func sketch(
        _ document: Document,
        _ parameters: IndexParameters,
        keepsShingles: Bool
    ) throws(IndexError) -> SketchedDocument {
        try withWorker(parameters) { worker in
            worker.batch.removeAll(keepingAtMost: 1 << 20)
            worker.batch.append(document)
            worker.sketcher.sketch(worker.batch, worker.batch.entries[0])
            return SketchedDocument(
                id: Array(document.id.utf8),
                url: Array((document.url ?? "").utf8),
                date: Array((document.date ?? "").utf8),
                sketch: KeptSketch(worker.sketcher, keepsShingles: keepsShingles)
            )
        }
    }

    private func withWorker<Value>(
        _ parameters: IndexParameters,
        _ body: (Worker) -> Value
    ) throws(IndexError) -> Value {
        let taken = free.withLock { $0.popLast() }
        let worker: Worker
        if let taken { worker = taken } else { worker = try Worker(parameters) }
        defer { free.withLock { if $0.count < Self.kept { $0.append(worker) } } }
        return body(worker)
    }
}
