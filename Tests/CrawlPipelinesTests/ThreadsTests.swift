import CrawlPipelines
import CrawlReading
import Foundation
import NearDuplicates
import TestSupport
import Testing

/// The number of threads, and how input is cut into batches, change the time a run takes and nothing else.
struct ThreadsTests {
    private let folder: TemporaryFolder
    private let dump: String
    private let update: String
    private let incoming: String

    /// So little that a shard has some two hundred pages.
    private static let memory = 3 << 20

    init() throws {
        folder = try TemporaryFolder()
        let pages = madeUpPages(500, seed: 1)
        dump = try folder.write(pages.map(jsonLine).joined(), to: "dump.jsonl")
        // Later versions of every fifth page, and pages that are new.
        let changed = pages.enumerated().filter { $0.offset % 5 == 0 }.map { Page(id: $1.id, text: $1.text + " more") }
        let added = madeUpPages(30, seed: 2, prefix: "added", like: pages)
        update = try folder.write((changed + added).map(jsonLine).joined(), to: "update.jsonl")
        incoming = try folder.write(
            madeUpPages(150, seed: 3, prefix: "incoming", like: pages).map(jsonLine).joined(),
            to: "incoming.jsonl"
        )
    }

    private func build(_ name: String, threads: Int, batchBytes: Int = 4096) throws -> IndexPipeline.Summary {
        for input in [dump, update] {
            let summary = try index([input], into: folder.file(name)) {
                ($0.threads, $0.memory, $0.reading.batchBytes) = (threads, Self.memory, batchBytes)
            }
            if input == update { return summary }
        }
        fatalError("unreachable")
    }

    @Test("1, 2 and 5 threads write the same bytes, and so do other batches")
    func shards() throws {
        let summary = try build("one", threads: 1)
        #expect(summary.added.replaced == 100)
        let expected = try folder.contents(of: "one")
        #expect(expected.keys.count { $0.hasSuffix(".ndshard") } >= 3)
        #expect(expected.keys.contains { $0.hasSuffix(".ndtombs") })
        for (name, threads, batchBytes) in [
            ("two", 2, 4096), ("five", 5, 4096), ("small", 2, 100), ("large", 3, 1 << 20),
        ] {
            _ = try build(name, threads: threads, batchBytes: batchBytes)
            let found = try folder.contents(of: name)
            #expect(found.keys.sorted() == expected.keys.sorted(), "\(name)")
            for (file, bytes) in expected where file != "lock" { #expect(found[file] == bytes, "\(name): \(file)") }
        }
    }

    @Test("1, 2 and 5 threads write the same answers, and so do other batches", arguments: [false, true])
    func answers(explains: Bool) throws {
        _ = try build("index", threads: 2)
        let expected = try check([incoming, dump], against: folder.file("index")) { $0.explains = explains }
        #expect(expected.lines.count == 650)
        #expect(expected.summary.verdicts.duplicates > 500)
        for (threads, batchBytes) in [(2, 4096), (5, 4096), (5, 100), (3, 1 << 20)] {
            let found = try check([incoming, dump], against: folder.file("index")) {
                ($0.threads, $0.reading.batchBytes, $0.explains) = (threads, batchBytes, explains)
            }
            #expect(found.output == expected.output, "\(threads) threads, batches of \(batchBytes)")
            #expect(found.summary.verdicts == expected.summary.verdicts)
        }
    }

    @Test("little memory makes many small shards, and the same answers")
    func memory() throws {
        let few = try index([dump], into: folder.file("few"))
        #expect(few.shards == 1)
        let many = try index([dump], into: folder.file("many")) { $0.memory = 1 << 20 }
        #expect(many.shards > 50)
        try IndexSnapshot(path: folder.file("many")).verify()
        let answers = try ["few", "many"].map { try check([incoming], against: folder.file($0)).output }
        #expect(answers[0] == answers[1])
    }
}
