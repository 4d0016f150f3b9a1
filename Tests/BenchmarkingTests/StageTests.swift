import Benchmarking
import CrawlReading
import Foundation
import StreamCompression
import TestSupport
import Testing

struct StageTests {
    @Test("every stage of a plain crawl is measured, with the bytes and documents that are in it")
    func plain() throws {
        let tiny = try TinyCrawl()
        var benchmark = Benchmark(tiny.options())
        let stages = try benchmark.run(tiny.crawl.inputs)
        // Nothing is packed.
        #expect(stages.map(\.stage) == Stage.allCases.filter { $0 != .inflate })
        #expect(benchmark.failedInputs == 0)
        for stage in stages {
            #expect(stage.seconds.values.count == 1)
            #expect(stage.megabytesPerSecond > 0)
            if stage.stage != .read { #expect(stage.documents == TinyCrawl.pages) }
            if !stage.stage.countsText { #expect(stage.bytes == tiny.crawl.bytes) }
        }
        let text = try #require(stages.first { $0.stage == .sketch }).bytes
        #expect(text < tiny.crawl.bytes && text > tiny.crawl.bytes / 2)
        #expect(try #require(stages.first { $0.stage == .index }?.diskBytes) > 100 * TinyCrawl.pages)
        // Everyone is found to be like itself.
        #expect(try #require(stages.first { $0.stage == .check }?.matches) >= TinyCrawl.pages)
    }

    @Test("counts do not depend on threads")
    func threads() throws {
        let tiny = try TinyCrawl()
        let counts = try [1, 3]
            .map { threads in
                var benchmark = Benchmark(tiny.options(threads: threads))
                return try benchmark.run(tiny.crawl.inputs)
                    .map { [$0.bytes, $0.documents, $0.matches ?? 0, $0.answerBytes ?? 0] }
            }
        #expect(counts[0] == counts[1])
    }

    @Test(
        "of a packed crawl inflating is measured, and all bytes are those without packing",
        arguments: ["gzip", "zstd"]
    )
    func packed(_ kind: String) throws {
        let tiny = try TinyCrawl()
        let text = try Data(contentsOf: URL(fileURLWithPath: tiny.crawl.path))
        let path = try tiny.folder.write(
            packed([UInt8](text), as: kind == "gzip" ? .gzip : .zstd),
            to: "crawl.packed"
        )
        var benchmark = Benchmark(tiny.options(stages: [.read, .inflate, .parse]))
        let stages = try benchmark.run([CrawlInput(path: path)])
        #expect(stages.map(\.stage) == [.read, .inflate, .parse])
        for stage in stages { #expect(stage.bytes == tiny.crawl.bytes) }
    }

    private func packed(_ bytes: [UInt8], as kind: CompressionKind) throws -> [UInt8] {
        var encoder = try StreamEncoder(kind: kind)
        var packed: [UInt8] = []
        try encoder.appendMember(bytes, to: &packed)
        return packed
    }

    @Test("an input that is not there is counted")
    func missing() throws {
        let tiny = try TinyCrawl()
        var benchmark = Benchmark(tiny.options(stages: [.read]))
        _ = try benchmark.run(CrawlInputs.resolve([tiny.folder.path + "/none"]))
        #expect(benchmark.failedInputs == 1)
    }

    @Test("nothing is left in the folder")
    func leavesNothing() throws {
        let folder: TemporaryFolder
        do {
            let tiny = try TinyCrawl()
            folder = tiny.folder
            var benchmark = Benchmark(tiny.options(stages: [.index, .check]))
            _ = try benchmark.run(tiny.crawl.inputs)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("the middle of several, and the least value that a share of them is not above")
    func spread() {
        let spread = Spread([5, 1, 4, 2, 3])
        #expect(spread.median == 3)
        #expect(Spread([4, 1, 3, 2]).median == 2)
        #expect(spread.percentile(0.5) == 3)
        #expect(spread.percentile(0.99) == 5)
        #expect(spread.percentile(0) == 1)
        #expect(Spread([]).percentile(0.5) == 0)
    }
}
