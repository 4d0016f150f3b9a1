import CrawlPipelines
import Foundation
import TestSupport
import Testing

/// What answers call the documents they tell of.
struct AnswersTests {
    /// Ids that stand in JSON as they are, and ids that must be escaped: of any length, the character anywhere.
    private static let ids: [String] = {
        let special = (0..<128).map { Unicode.Scalar($0 as UInt8) } + ["\u{E9}", "\u{2028}", "\u{1F600}"]
        let some = special.enumerated()
            .map { number, scalar in
                "\(number)-" + String(repeating: "x", count: number % 19) + String(scalar)
                    + String(repeating: "y", count: number % 7)
            }
        return some + (0..<300).map { "plain-\($0)-" + String(repeating: "z", count: $0 % 41) }
    }()

    @Test("ids and URLs come back as they were given, from blocks with and without escapes", arguments: [false, true])
    func names(explains: Bool) throws {
        let folder = try TemporaryFolder()
        let text = (0..<60).map { "word\($0)" }.joined(separator: " ")
        // Three of a text: each is told of three.
        let pages = Self.ids.enumerated().map { Page(id: $1, text: "group\($0 / 3) " + text) }
        let dump = try folder.write(pages.map(jsonLine).joined(), to: "dump.jsonl")
        try index([dump], into: folder.file("index"))
        let checked = try check([dump], against: folder.file("index")) { $0.explains = explains }
        #expect(checked.objects.count == pages.count)
        for (number, (page, answer)) in zip(pages, checked.objects).enumerated() {
            #expect(answer["id"] as? String == page.id)
            #expect(answer["source"] as? String == dump)
            #expect(answer["url"] as? String == "https://example.org/\(page.id)")
            #expect(answer["verdict"] as? String == "exact")
            let matches = try #require(answer["matches"] as? [[String: Any]])
            let same = matches.filter { $0["relation"] as? String == "exact" }
            let group = pages[(number / 3 * 3)..<min(pages.count, number / 3 * 3 + 3)].map(\.id)
            #expect(same.compactMap { $0["id"] as? String } == group)
            #expect(same.compactMap { $0["url"] as? String } == group.map { "https://example.org/\($0)" })
            for match in same {
                #expect(match["jaccard"] as? Double == 1)
                #expect(match["containment"] as? Double == 1)
                #expect(match["coverage"] as? Double == 1)
                #expect((match["passages"] != nil) == explains)
            }
        }
    }
}
