import CrawlModel
import NearDuplicates
import Sketching
import TestSupport
import Testing

/// The searcher against the plain definition: every incoming document against every indexed one.
struct SearchOracleTests {
    /// Rules that make different candidates.
    static let rules: [(name: String, rule: MatchRule)] = {
        var overlaps = MatchRule()
        overlaps.overlapTokens = 30
        var lax = MatchRule()
        lax.nearJaccard = 0.5
        lax.revisedShare = 0.3
        lax.containment = 0.2
        lax.coverage = 0.4
        lax.sharedFingerprints = 1
        return [("default", MatchRule()), ("with overlaps", overlaps), ("lax", lax)]
    }()

    static let seeds: Range<UInt64> = Stress.isOn ? 0..<60 : 0..<4

    /// Settings that make different sketches.
    static func settings(_ seed: UInt64) -> IndexSettings {
        var settings = IndexSettings()
        settings.seed = seed
        if seed % 3 == 1 {
            settings.window = 8
            settings.shingleTokens = 3
        }
        if seed % 3 == 2 { settings.minimumTokens = 20 }
        return settings
    }

    @Test("uncapped, the searcher finds exactly what the plain definition finds", arguments: seeds, Cut.allCases)
    func uncapped(_ seed: UInt64, _ cut: Cut) throws {
        try compare(seed, cut, caps: [1_000_000])
    }

    @Test("capped, answers follow the order of the index, however it is cut", arguments: seeds, Cut.allCases)
    func capped(_ seed: UInt64, _ cut: Cut) throws {
        try compare(seed, cut, caps: [1, 2, 5])
    }

    @Test("capped, many versions of one short text are told apart as the plain definition has it", arguments: seeds)
    func shortVersions(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let text = MadeUpText.fresh(words: 8 + Int(seed % 30), using: &generator)
        let documents = (0..<60)
            .map { number in
                Document(
                    id: "\(number)",
                    text: text.edited(share: 0.1, using: &generator).string(using: &generator),
                    url: "https://example.org/\(number)"
                )
            }
        let plain = try PlainIndex(documents, IndexSettings().parameters())
        for cut in Cut.allCases {
            let snapshot = try IndexSnapshot(index(documents, cut: cut))
            for cap in [1, 2, 8] {
                var rule = MatchRule()
                rule.postingCap = cap
                var checker = try Checker(snapshot, rule: rule)
                for document in documents.suffix(15) {
                    try compare(
                        checker.check(document.text, explaining: true),
                        plain.check(document.text, rule),
                        "seed \(seed), \(cut), cap \(cap), \(document.id)"
                    )
                }
            }
        }
    }

    @Test("every relation and verdict comes up in the made-up corpora")
    func corporaAreVaried() throws {
        var verdicts: [String: Int] = [:]
        for seed in Self.seeds {
            let corpus = MadeUpCorpus(seed: seed, indexed: 60, incoming: 20)
            let plain = try PlainIndex(corpus.indexed, Self.settings(seed).parameters())
            for document in corpus.incoming {
                verdicts[try plain.check(document.text, Self.rules[1].rule).verdict.name, default: 0] += 1
            }
        }
        let names = Relation.allCases.map(\.rawValue) + ["unique", "empty"]
        #expect(names.allSatisfy { verdicts[$0, default: 0] >= 1 }, "\(verdicts)")
    }

    @Test("a limit keeps the strongest matches and counts the others")
    func limit() throws {
        let corpus = MadeUpCorpus(seed: 3, indexed: 60, incoming: 40)
        var checker = try Checker(index(corpus.indexed), rule: Self.rules[2].rule)
        var cut = 0
        for document in corpus.incoming {
            let all = try checker.check(document.text)
            for limit in 0...3 {
                let some = try checker.check(document.text, limit: limit)
                #expect(some.matches == Array(all.matches.prefix(limit)))
                #expect(some.omitted == max(0, all.matches.count - limit))
                #expect(some.verdict == all.verdict)
                cut += some.omitted
            }
        }
        #expect(cut > 0)
    }

    private func compare(_ seed: UInt64, _ cut: Cut, caps: [Int]) throws {
        let corpus = MadeUpCorpus(seed: seed, indexed: 60, incoming: 20)
        let settings = Self.settings(seed)
        let plain = try PlainIndex(corpus.indexed, settings.parameters())
        let snapshot = try IndexSnapshot(index(corpus.indexed, cut: cut, settings: settings))
        for (name, rule) in Self.rules {
            for cap in caps {
                var rule = rule
                rule.postingCap = cap
                var checker = try Checker(snapshot, rule: rule)
                for document in corpus.incoming {
                    let expected = try plain.check(document.text, rule)
                    let found = try checker.check(document.text, explaining: true)
                    let place = "seed \(seed), \(cut), \(name), cap \(cap), \(document.id)"
                    compare(found, expected, Comment(rawValue: place))
                }
            }
        }
    }

    private func compare(_ found: CheckResult, _ expected: PlainIndex.Answer, _ place: Comment) {
        found.expect(toBe: expected, place)
    }
}
