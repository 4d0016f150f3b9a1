import CrawlPipelines
import CrawlReading
import StreamCompression
import TestSupport
import Testing

/// The same documents give the same verdicts, however they are written and packed.
struct FormatsTests {
    private let folder: TemporaryFolder
    private let pages: [Page]
    private let expected: Checked

    init() throws {
        folder = try TemporaryFolder()
        let known = madeUpPages(60, seed: 21)
        let dump = try folder.write(known.map(jsonLine).joined(), to: "dump.jsonl")
        try index([dump], into: folder.file("index"))
        pages = madeUpPages(50, seed: 22, prefix: "incoming", like: known) + [Page(id: "none", text: "...")]
        let lines = try folder.write(pages.map(jsonLine).joined(), to: "plain.jsonl")
        expected = try check([lines], against: folder.file("index")) { $0.explains = true }
    }

    private func compare(_ paths: [String], _ name: Comment) throws {
        let found = try check(paths, against: folder.file("index")) { $0.explains = true }
        #expect(found.problems.isEmpty, name)
        #expect(found.findings == expected.findings, name)
    }

    @Test("the expected findings are of several kinds")
    func isVaried() {
        #expect(expected.lines.count == pages.count)
        #expect(Set(expected.objects.compactMap { $0["verdict"] as? String }).count >= 5)
    }

    @Test("JSON lines", arguments: CompressionKind.allCases)
    func jsonLines(_ kind: CompressionKind) throws {
        let path = try folder.write(packed(pages.map(jsonLine).joined(), kind), to: "documents")
        try compare([path], "JSON lines, \(kind.rawValue)")
    }

    @Test("WET", arguments: CompressionKind.allCases)
    func wet(_ kind: CompressionKind) throws {
        let info = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 2\r\n\r\na:\r\n\r\n"
        let path = try folder.write(packed(info + pages.map(wetRecord).joined(), kind), to: "documents")
        try compare([path], "WET, \(kind.rawValue)")
    }

    @Test("text files of a directory", arguments: CompressionKind.allCases)
    func textFiles(_ kind: CompressionKind) throws {
        for (number, page) in pages.enumerated() {
            _ = try folder.write(packed(page.text, kind), to: "texts/\(1000 + number).txt")
        }
        try compare([folder.file("texts")], "text, \(kind.rawValue)")
    }

    @Test("indexing any of them gives the same shards", arguments: CompressionKind.allCases)
    func shards(_ kind: CompressionKind) throws {
        let path = try folder.write(packed(pages.map(jsonLine).joined(), kind), to: "documents")
        try index([path], into: folder.file("packed"))
        try index([folder.file("plain.jsonl")], into: folder.file("plain"))
        let shard = "shard-00000001.ndshard"
        #expect(try folder.contents(of: "packed")[shard] == folder.contents(of: "plain")[shard])
    }
}
