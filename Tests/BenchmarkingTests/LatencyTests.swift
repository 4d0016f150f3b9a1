import Benchmarking
import CrawlGeneration
import Foundation
import TestSupport
import Testing

struct LatencyTests {
    @Test("known documents are found, unseen ones are not, and half of the checks are timed")
    func latency() throws {
        let tiny = try TinyCrawl()
        let indexed = try WholeStages(tiny.options()).index(tiny.crawl.inputs)
        var measurement = LatencyMeasurement(indexed.folder.path)
        measurement.checks = 100
        let known = try measurement.measure(known: tiny.crawl.inputs, reading: tiny.options().reading)
        #expect(known.documents == .known)
        #expect(known.microseconds.values.count == 100)
        #expect(known.matches >= 100)
        let again = try measurement.measure(
            GenerationSettings(seed: TinyCrawl.seed),
            pages: 0..<TinyCrawl.pages,
            as: .known
        )
        #expect(again.matches == known.matches)
        let unseen = try measurement.measure(GenerationSettings(seed: 99), pages: 0..<200, as: .unseen)
        #expect(unseen.matches == 0)
        #expect(unseen.microseconds.values.count == 100)
        for (whole, sketch) in zip(unseen.microseconds.values, unseen.sketchMicroseconds.values) {
            #expect(whole >= sketch && sketch > 0)
        }
    }

    @Test("growth measures an index of exactly so many documents, and leaves nothing behind")
    func growth() throws {
        let tiny = try TinyCrawl()
        let before = try FileManager.default.contentsOfDirectory(atPath: tiny.folder.path)
        var measurement = GrowthMeasurement(tiny.options(), seed: 3)
        measurement.checks = 20
        let figures = try measurement.measure(documents: 300)
        #expect(figures.index.documents == 300)
        #expect(figures.microsecondsPerDocument > 0)
        #expect(figures.latencies.map(\.documents) == [.unseen, .unseen, .known])
        #expect(figures.latencies[1].meanBytes > 2 * figures.latencies[0].meanBytes)
        #expect(figures.latencies[2].matches >= 20)
        #expect(try FileManager.default.contentsOfDirectory(atPath: tiny.folder.path) == before)
    }
}
