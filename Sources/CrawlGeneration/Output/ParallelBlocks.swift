internal import Dispatch

/// The blocks of a crawl in order, as many at a time as there are threads.
package struct ParallelBlocks {
    private static let pagesOfBlock = 256

    // Each is used by one thread at a time: `concurrentPerform` gives every index to one call, and waits for all.
    private final class Worker: @unchecked Sendable {
        var generator: CrawlGenerator
        var block: GeneratedBlock?

        init(_ settings: GenerationSettings) throws(GenerationSettingsError) {
            generator = try CrawlGenerator(settings)
        }
    }

    private let workers: [Worker]
    private let format: GeneratedFormat
    private let truth: TruthOptions
    private let pages: Int
    private var firstPage = 0

    /// Begins a crawl.
    ///
    /// - Parameters:
    ///   - settings: what the crawl is like.
    ///   - format: what it is written as.
    ///   - truth: what is told of its pairs.
    ///   - pages: how many there are in all.
    ///   - threads: how many blocks are made at a time.
    /// - Throws: ``GenerationSettingsError`` where a setting can't be followed.
    package init(
        settings: GenerationSettings,
        format: GeneratedFormat,
        truth: TruthOptions,
        pages: Int,
        threads: Int
    ) throws(GenerationSettingsError) {
        var workers: [Worker] = []
        for _ in 0..<threads { workers.append(try Worker(settings)) }
        self.workers = workers
        self.format = format
        self.truth = truth
        self.pages = pages
    }

    /// The next blocks; nil when all pages are made.
    package mutating func next() -> [GeneratedBlock]? {
        guard firstPage < pages else { return nil }
        let (start, pages, workers, format, truth) = (firstPage, pages, workers, format, truth)
        DispatchQueue.concurrentPerform(iterations: workers.count) { index in
            let first = start + index * Self.pagesOfBlock
            let end = min(first + Self.pagesOfBlock, pages)
            workers[index].block =
                first < end ? workers[index].generator.block(first..<end, as: format, truth: truth) : nil
        }
        firstPage = min(start + workers.count * Self.pagesOfBlock, pages)
        return workers.compactMap { worker in
            defer { worker.block = nil }
            return worker.block
        }
    }
}
