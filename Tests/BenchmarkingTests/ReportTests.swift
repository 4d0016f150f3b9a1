import Benchmarking
import CrawlGeneration
import Foundation
import Testing

struct ReportTests {
    @Test("the JSON of a report can be read, and has what was measured")
    func json() throws {
        let tiny = try TinyCrawl()
        var report = BenchmarkReport()
        report.subject = "a \"tiny\" crawl"
        var benchmark = Benchmark(tiny.options(stages: [.sketch, .index]))
        report.stages = try benchmark.run(tiny.crawl.inputs)
        report.quality = try QualityMeasurement(tiny.options()).run(GenerationSettings(seed: 1), pages: 100)
        var growth = GrowthMeasurement(tiny.options(), seed: 3)
        growth.checks = 5
        report.growth = [try growth.measure(documents: 50)]
        report.latencies = report.growth[0].latencies
        report.cold = report.growth[0].cold
        let object = try #require(try JSONSerialization.jsonObject(with: Data(report.json)) as? [String: Any])
        #expect(object["subject"] as? String == report.subject)
        let stages = try #require(object["stages"] as? [[String: Any]])
        #expect(stages.map { $0["stage"] as? String } == ["sketch", "index"])
        #expect(stages[1]["documents"] as? Int == TinyCrawl.pages)
        #expect(stages[1]["disk_bytes"] as? Int == report.stages[1].diskBytes)
        let quality = try #require(object["quality"] as? [String: Any])
        #expect((quality["kinds"] as? [[String: Any]])?.count == report.quality?.rows.count)
        #expect((object["latency"] as? [[String: Any]])?.count == 3)
        let grown = try #require((object["growth"] as? [[String: Any]])?.first)
        #expect((grown["index"] as? [String: Any])?["documents"] as? Int == 50)
        #expect((object["cold"] == nil) == (report.cold == nil))
    }
}
