import CrawlModel
import IndexStorage
import NearDuplicates
import Testing

/// A key that many hold proposes the first live documents of the index, and says that there are more.
struct PostingCapTests {
    private let text = story("", 1, words: 40).text

    private func rule(cap: Int) -> MatchRule {
        var rule = MatchRule()
        rule.postingCap = cap
        return rule
    }

    private func copies(_ ids: [String]) -> [Document] { ids.map { Document(id: $0, text: text) } }

    @Test("a much-copied document is matched to the first copies", arguments: Cut.allCases)
    func firstCopies(_ cut: Cut) throws {
        let ids = (0..<50).map { "copy-\($0)" }
        let storage = try index(copies(ids), cut: cut)
        for cap in [1, 7, 49, 50, 51] {
            var checker = try Checker(storage, rule: rule(cap: cap))
            let result = try checker.check(text)
            #expect(result.matches.map(\.id) == Array(ids.prefix(cap)))
            #expect(result.matches.allSatisfy { $0.relation == .exact })
            #expect((result.commonKeys > 0) == (cap < 50), "cap \(cap)")
        }
    }

    @Test("dead documents use up no cap, however many lie in front", arguments: [1, 20, 1500])
    func deadInFront(_ dead: Int) throws {
        let storage = MemoryStorage()
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        let doomed = (0..<dead).map { "dead-\($0)" }
        for document in copies(doomed + ["first", "second", "third"]) { try writer.add(document) }
        try writer.commit()
        for id in doomed { try writer.add(story(id, 2, words: 8)) }
        try writer.commit()
        writer.close()
        var checker = try Checker(storage, rule: rule(cap: 2))
        #expect(try checker.check(text).matches.map(\.id) == ["first", "second"])
        var wider = try Checker(storage, rule: rule(cap: 3))
        let all = try wider.check(text)
        #expect(all.matches.map(\.id) == ["first", "second", "third"])
        #expect(all.commonKeys == 0)
    }
}
