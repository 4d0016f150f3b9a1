import CrawlGeneration
import CrawlModel
import CrawlPipelines
import CrawlReading
import TestSupport
import Testing

/// One made-up crawl, as its captures, as the text of its pages, and as JSON lines.
struct SampleCrawlTests {
    private let folder: TemporaryFolder
    private let paths: [GeneratedFormat: String]
    private let pages = 400

    init() throws {
        folder = try TemporaryFolder()
        var settings = GenerationSettings(seed: 71)
        settings.hosts = .count(20)
        // Pages that are read as another charset than they are in would differ here.
        settings.latin1Hosts = .percent(30)
        settings.chunked = .percent(30)
        var paths: [GeneratedFormat: String] = [:]
        for format in GeneratedFormat.allCases {
            var generator = try CrawlGenerator(settings)
            let bytes = CrawlGenerator.preamble(format) + generator.block(0..<pages, as: format).bytes
            paths[format] = try folder.write(bytes, to: "crawl.\(format.rawValue)")
        }
        self.paths = paths
    }

    private func path(_ format: GeneratedFormat) throws -> String { try #require(paths[format]) }

    @Test("A WARC, a WET and JSON lines of one crawl give the same verdicts, whichever was indexed")
    func sameVerdicts() throws {
        for indexed in GeneratedFormat.allCases {
            let place = folder.file("index-\(indexed.rawValue)")
            let summary = try index([path(indexed)], into: place)
            #expect(summary.reading.documents == pages && summary.reading.repairs.records == 0)
            let expected = try check([path(.jsonLines)], against: place)
            #expect(expected.lines.count == pages && expected.problems.isEmpty)
            #expect(Set(expected.objects.compactMap { $0["verdict"] as? String }) == ["exact"])
            for format in GeneratedFormat.allCases where format != .jsonLines {
                let found = try check([path(format)], against: place)
                #expect(found.findings == expected.findings, "\(format.rawValue) against \(indexed.rawValue)")
                #expect(found.summary.reading.skippedRecords == 0)
            }
        }
    }

    @Test("Pages of a crawl checked against another have the same verdicts from each format, of several kinds")
    func otherCrawl() throws {
        var settings = GenerationSettings(seed: 71)
        settings.hosts = .count(20)
        var generator = try CrawlGenerator(settings)
        // The originals of most of what is planted in the whole crawl.
        let earlier = try folder.write(generator.block(0..<pages / 2, as: .jsonLines).bytes, to: "earlier.jsonl")
        try index([earlier], into: folder.file("index"))
        let expected = try check([path(.jsonLines)], against: folder.file("index"))
        #expect(Set(expected.objects.compactMap { $0["verdict"] as? String }).count >= 4)
        for format in GeneratedFormat.allCases {
            #expect(try check([path(format)], against: folder.file("index")).findings == expected.findings)
        }
    }

    @Test("What of a capture is no page is passed over, and does not stop a strict run")
    func passedOver() throws {
        let summary = try index([path(.warc)], into: folder.file("index")) { $0.isStrict = true }
        #expect(summary.reading.passedOver.recordTypes["request"] > 0)
        #expect(summary.reading.passedOver.mediaTypes["image/png"] > 0)
        #expect(summary.reading.documents == pages)
    }
}
