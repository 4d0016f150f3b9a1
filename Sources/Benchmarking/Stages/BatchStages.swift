internal import CrawlModel
package import CrawlPipelines
package import CrawlReading
internal import Dispatch
internal import NearDuplicates
internal import ShardFormat
internal import Synchronization

/// The stages that work on batches: read, parse, shingle, sketch.
///
/// Inputs are gone through in groups of batches; of each group one stage after the other is timed, on as many threads as
/// the pipelines would have. A group is larger than the processor's caches, so that each stage finds its input in memory. What
/// memory that takes is the measurement's, and is not told.
package struct BatchStages {
    private static let groupBytes = 32 << 20

    /// The stages that can be measured.
    package static let stages: [Stage] = [.read, .parse, .shingle, .sketch]

    /// What was measured.
    package struct Measured {
        /// The stages that were wanted.
        package var stages: [StageFigures]
        /// Inputs that could not be read, or not to their end.
        package var failedInputs: Int
    }

    /// How they are measured.
    package let options: StageOptions

    /// Creates the measurement.
    package init(_ options: StageOptions) { self.options = options }

    /// Goes through the inputs as often as there are runs.
    ///
    /// - Throws: ``PipelineError``.
    package func run(_ inputs: [CrawlInput]) throws(PipelineError) -> Measured {
        let wanted = Self.stages.filter { options.stages.contains($0) }
        var seconds: [Stage: [Double]] = [:]
        var counts = Counts()
        let workers = try makeWorkers()
        for _ in 0..<max(options.runs, 1) {
            let pass = try Pass(inputs, options.reading, workers, wanted)
            try pass.run()
            counts = pass.counts
            for stage in wanted { seconds[stage, default: []].append(pass.seconds[stage] ?? 0) }
        }
        let stages = wanted.map { stage in
            StageFigures(
                stage,
                threads: stage == .read ? 1 : options.threads,
                bytes: stage.countsText ? counts.textBytes : counts.inputBytes,
                documents: stage == .read ? 0 : counts.documents,
                seconds: seconds[stage] ?? [],
                peakMemory: nil
            )
        }
        return Measured(stages: stages, failedInputs: counts.failedInputs)
    }

    private func makeWorkers() throws(PipelineError) -> [StageWorker] {
        var workers: [StageWorker] = []
        for _ in 0..<max(options.threads, 1) { workers.append(try StageWorker(options.reading)) }
        return workers
    }

    struct Counts {
        var inputBytes = 0
        var textBytes = 0
        var documents = 0
        var failedInputs = 0
    }

    /// One time through the inputs.
    private final class Pass {
        private(set) var counts = Counts()
        private(set) var seconds: [Stage: Double] = [:]
        private var reader: CrawlReader
        private let workers: [StageWorker]
        private let wanted: [Stage]
        private var slots: [BatchSlot] = []

        init(
            _ inputs: [CrawlInput],
            _ reading: ReadingOptions,
            _ workers: [StageWorker],
            _ wanted: [Stage]
        ) throws(PipelineError) {
            do throws(ReadingOptionsError) {
                reader = try CrawlReader(inputs: inputs, options: reading)
            } catch {
                throw .options(error)
            }
            self.workers = workers
            self.wanted = wanted
        }

        func run() throws(PipelineError) {
            while true {
                let watch = Stopwatch()
                let filled = readGroup()
                note(.read, watch.seconds)
                guard filled > 0 else { return }
                // Only reading was asked for.
                guard wanted != [.read] else { continue }
                let group = slots[..<filled]
                time(.parse, group) { $0.parse($1) }
                for slot in group {
                    counts.documents += slot.documents.entries.count
                    counts.textBytes += slot.textBytes
                }
                if wanted.contains(.shingle) { time(.shingle, group) { $0.shingle($1) } }
                if wanted.contains(.sketch) { time(.sketch, group) { $0.sketch($1) } }
            }
        }

        /// Fills slots up to the size of a group; says how many.
        private func readGroup() -> Int {
            var (filled, bytes) = (0, 0)
            while bytes < BatchStages.groupBytes {
                if filled == slots.count { slots.append(BatchSlot()) }
                // What shares the records' bytes has to let go, or they are copied before they are filled anew.
                slots[filled].documents.removeTexts(keepingAtMost: .max)
                guard let batch = reader.next(reusing: slots[filled].records.take()) else { break }
                bytes += batch.bytes.count
                counts.inputBytes += Int(clamping: batch.inflatedBytes)
                if case .failed? = batch.end { counts.failedInputs += 1 }
                slots[filled].records = batch
                filled += 1
            }
            return filled
        }

        private func time(
            _ stage: Stage,
            _ group: ArraySlice<BatchSlot>,
            _ body: @Sendable (StageWorker, BatchSlot) -> Void
        ) {
            let watch = Stopwatch()
            let queue = SlotQueue(Array(group))
            let workers = workers
            DispatchQueue.concurrentPerform(iterations: workers.count) { number in
                while let slot = queue.next() { body(workers[number], slot) }
            }
            note(stage, watch.seconds)
        }

        private func note(_ stage: Stage, _ time: Double) { seconds[stage, default: 0] += time }
    }
}

/// A batch and what becomes of it; one thread has it at any time.
final class BatchSlot: @unchecked Sendable {
    var records: RecordBatch?
    var documents = DocumentBatch()
    var sketches = SketchBatch()

    /// Of texts as they stand, some with escapes.
    var textBytes: Int { documents.entries.reduce(0) { $0 + $1.text.count } }
}

/// Hands each slot to one thread.
private final class SlotQueue: Sendable {
    private let slots: [BatchSlot]
    private let position = Atomic<Int>(0)

    init(_ slots: [BatchSlot]) { self.slots = slots }

    func next() -> BatchSlot? {
        let place = position.wrappingAdd(1, ordering: .relaxed).oldValue
        return place < slots.count ? slots[place] : nil
    }
}
