import Benchmarking
import CrawlGeneration
import Foundation
import TestSupport

/// A tiny crawl, and how to measure it.
struct TinyCrawl {
    static let pages = 600
    static let seed: UInt64 = 11

    let folder: TemporaryFolder
    let crawl: MadeUpCrawl

    init(truth: TruthOptions = []) throws {
        folder = try TemporaryFolder()
        crawl = try MadeUpCrawl(
            GenerationSettings(seed: Self.seed),
            .pages(Self.pages),
            in: folder.path,
            threads: 2,
            truth: truth
        )
    }

    /// One run of each stage.
    func options(threads: Int = 2, stages: [Stage] = Stage.allCases) -> StageOptions {
        var options = StageOptions()
        options.stages = stages
        options.threads = threads
        options.runs = 1
        options.temporary = folder.path
        return options
    }
}
