import CrawlModel
import NearDuplicates
import TestSupport
import Testing

/// What is said of a text doesn't depend on what was checked before it.
struct RecentFindingsTests {
    /// Versions of one text, and texts that nearly all of them relate to.
    private func versions(
        _ count: Int,
        named name: String,
        of text: MadeUpText,
        _ generator: inout SeededGenerator
    )
        -> [Document]
    {
        (0..<count)
            .map { number in
                Document(
                    id: "\(name)-\(number)",
                    text: text.edited(share: 0.01, using: &generator).string(using: &generator),
                    url: "https://example.org/\(name)-\(number)"
                )
            }
    }

    @Test("a text that was checked before is answered as if it were the first", arguments: [Cut.one, .tombstones])
    func again(_ cut: Cut) throws {
        var generator = SeededGenerator(seed: 11)
        let text = MadeUpText.fresh(words: 110, using: &generator)
        let snapshot = try IndexSnapshot(index(versions(64, named: "indexed", of: text, &generator), cut: cut))
        // More matches than are kept, so that the first are dropped; and the same texts again.
        let incoming = versions(330, named: "incoming", of: text, &generator)
        var used = try Checker(snapshot)
        var matches = 0
        for (turn, document) in (incoming + incoming.shuffled(using: &generator)).enumerated() {
            let limit = turn % 3 == 0 ? 2 : nil
            let explaining = turn % 5 == 0
            let found = try used.check(document.text, limit: limit, explaining: explaining)
            var fresh = try Checker(snapshot)
            #expect(
                try fresh.check(document.text, limit: limit, explaining: explaining) == found,
                "\(cut), turn \(turn), \(document.id)"
            )
            matches += found.matches.count + found.omitted
        }
        #expect(matches > 2 * 16384)
    }

    @Test("what is added or removed later counts at once")
    func moved() throws {
        var generator = SeededGenerator(seed: 12)
        let text = MadeUpText.fresh(words: 200, using: &generator)
        let documents = versions(30, named: "indexed", of: text, &generator)
        let incoming = text.string(using: &generator)
        let some = try IndexSnapshot(index(Array(documents.prefix(20))))
        let all = try IndexSnapshot(index(documents))
        var sketcher = try DocumentSketcher(parameters: all.parameters)
        sketcher.sketch(incoming)
        var searcher = try Searcher(some)
        #expect(try searcher.check(sketcher).matches.count == 20)
        #expect(try searcher.check(sketcher).matches.count == 20)
        searcher.move(to: all)
        #expect(try searcher.check(sketcher).matches.count == 30)
        searcher.move(to: some)
        #expect(try searcher.check(sketcher).matches.count == 20)
    }
}
