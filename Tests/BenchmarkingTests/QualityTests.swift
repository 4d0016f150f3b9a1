import Benchmarking
import CrawlGeneration
import Testing

struct QualityTests {
    @Test("exact copies are all found, and the counts are those of the crawl whatever the threads")
    func recall() throws {
        let tiny = try TinyCrawl(truth: [.planted])
        let figures = try [1, 3]
            .map { threads in
                try QualityMeasurement(tiny.options(threads: threads))
                    .run(GenerationSettings(seed: TinyCrawl.seed), pages: TinyCrawl.pages)
            }
        #expect(figures[0] == figures[1])
        let quality = figures[0]
        #expect(quality.pages == TinyCrawl.pages)
        #expect(quality.rows.reduce(0) { $0 + $1.pages } == TinyCrawl.pages)
        for kind in DuplicateKind.drawn {
            let row = try #require(quality.rows.first { $0.kind == kind })
            #expect(row.pages == tiny.crawl.planted.count { $0.kind == kind })
            #expect(row.fittingFound <= row.fitting && row.fitting <= row.pages && row.fittingFound <= row.found)
            #expect(row.found <= row.pages && row.right <= row.matches && row.found <= row.right)
        }
        #expect(quality.rows.first { $0.kind == .exact }?.recall == 1)
        #expect(quality.rows.first { $0.kind == .exact }?.fittingRecall == 1)
        #expect(quality.rows.last?.kind == nil)
        // About one match in sixty-four is looked at.
        let (drawn, matches) = quality.rows.reduce((0, 0)) { ($0.0 + $1.drawn, $0.1 + $1.matches) }
        #expect(drawn * 32 < matches * 2 && drawn * 128 > matches / 2)
        #expect(try #require(quality.rulePrecision) > 0.5)
        #expect(quality.recall > 0.8)
    }
}
