import CrawlModel
import TestSupport
import Testing

@testable import NearDuplicates

struct PassageTests {
    private let finder = PassageFinder(shingleTokens: 5, window: 16, leastTokens: 10)

    private func anchors(_ pairs: [(Int, Int)]) -> [PassageFinder.Anchor] {
        pairs.map { PassageFinder.Anchor(incoming: $0.0, indexed: $0.1) }
    }

    @Test("anchors in step and within a window make one passage, whatever their order")
    func joined() {
        let passages = finder.passages(joining: anchors([(36, 136), (4, 104), (20, 120)]))
        #expect(passages == [Passage(incoming: 4..<41, indexed: 104..<141)])
    }

    @Test("a gap of more than a window parts passages, a window does not")
    func parted() {
        #expect(
            finder.passages(joining: anchors([(0, 0), (16, 16), (33, 33), (49, 49)])) == [
                Passage(incoming: 0..<21, indexed: 0..<21), Passage(incoming: 33..<54, indexed: 33..<54),
            ]
        )
    }

    @Test("anchors out of step make passages of their own, in the order of the incoming text")
    func outOfStep() {
        #expect(
            finder.passages(joining: anchors([(10, 60), (20, 70), (12, 12), (22, 22), (10, 5), (20, 15)])) == [
                Passage(incoming: 10..<25, indexed: 5..<20), Passage(incoming: 10..<25, indexed: 60..<75),
                Passage(incoming: 12..<27, indexed: 12..<27),
            ]
        )
    }

    @Test("what is shorter than the least length is dropped")
    func short() {
        #expect(finder.passages(joining: []).isEmpty)
        #expect(finder.passages(joining: anchors([(7, 9)])).isEmpty)
        #expect(finder.passages(joining: anchors([(7, 9), (11, 13)])).isEmpty)
        #expect(finder.passages(joining: anchors([(7, 9), (12, 14)])).count == 1)
    }

    @Test("a shared run is found but for less than a window at either end, and no token beyond it", arguments: 0..<40)
    func sharedRun(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var settings = IndexSettings()
        settings.window = [4, 16, 32].randomElement(using: &generator)!
        settings.shingleTokens = [3, 5, 9].randomElement(using: &generator)!
        let least = 2 * settings.window + settings.shingleTokens
        let length = Int.random(in: least...(least + 300), using: &generator)
        let run = distinctWords(length, using: &generator)
        // Nothing else is shared: every other word comes once.
        let indexed = Embedded(run, using: &generator)
        let incoming = Embedded(run, using: &generator)
        var rule = MatchRule()
        (rule.overlapTokens, rule.sharedFingerprints) = (1, 1)
        var checker = try Checker(
            index([Document(id: "a", text: indexed.text)], settings: settings),
            rule: rule
        )
        let match = try #require(checker.check(incoming.text, explaining: true).matches.first)
        let passage = try #require(match.passages.first)
        #expect(match.passages.count == 1)
        #expect(incoming.tokens[passage.incoming] == indexed.tokens[passage.indexed])
        #expect(incoming.run.lowerBound <= passage.incoming.lowerBound)
        #expect(passage.incoming.upperBound <= incoming.run.upperBound)
        #expect(passage.incoming.lowerBound - incoming.run.lowerBound < settings.window)
        #expect(incoming.run.upperBound - passage.incoming.upperBound < settings.window)
    }

    @Test("a passage goes over an edit only where less than a window is changed", arguments: 0..<20)
    func editedRun(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let words = distinctWords(400, using: &generator)
        let edited = words.map { Int.random(in: 0..<25, using: &generator) == 0 ? $0 + "x" : $0 }
        var checker = try Checker(
            index([Document(id: "a", text: words.joined(separator: " "))]),
            rule: SearchOracleTests.rules[2].rule
        )
        let matches = try checker.check(edited.joined(separator: " "), explaining: true).matches
        let passages = try #require(matches.first).passages
        #expect(!passages.isEmpty)
        for passage in passages {
            #expect(passage.incoming == passage.indexed)
            let same = passage.incoming.map { words[$0] == edited[$0] }
            #expect(!same.prefix(5).contains(false) && !same.suffix(5).contains(false))
            let changed = same.split(separator: true).map(\.count).max() ?? 0
            #expect(changed <= 16 - 5)
        }
    }

    private func distinctWords(_ count: Int, using generator: inout SeededGenerator) -> [String] {
        (0..<count).map { _ in "w" + String(generator.next(), radix: 36) }
    }

    /// A run of words somewhere in a text whose other words come nowhere else.
    private struct Embedded {
        var tokens: [String] = []
        var run: Range<Int>

        init(_ shared: [String], using generator: inout SeededGenerator) {
            let before = Int.random(in: 0...150, using: &generator)
            run = before..<before + shared.count
            for _ in 0..<before { tokens.append("o" + String(generator.next(), radix: 36)) }
            tokens += shared
            for _ in 0..<Int.random(in: 0...150, using: &generator) {
                tokens.append("o" + String(generator.next(), radix: 36))
            }
        }

        var text: String { tokens.joined(separator: " ") }
    }
}
