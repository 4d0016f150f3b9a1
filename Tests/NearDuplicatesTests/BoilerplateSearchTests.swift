import CrawlModel
import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// Searches of an index that knows what is boilerplate.
struct BoilerplateSearchTests {
    @Test(
        "with boilerplate, the searcher finds exactly what the plain definition finds",
        arguments: SearchOracleTests.seeds,
        [Cut.one, .tombstones]
    )
    func oracle(_ seed: UInt64, _ cut: Cut) throws {
        var generator = SeededGenerator(seed: seed)
        let corpus = MadeUpCorpus(seed: seed, indexed: 60, incoming: 16)
        let settings = SearchOracleTests.settings(seed)
        let parameters = try settings.parameters()
        let keys = try made(of: corpus, parameters, &generator)
        let plain = try PlainIndex(corpus.indexed, parameters, boilerplate: Set(keys.map(UInt64.init)))
        let storage = try index(corpus.indexed, cut: cut, settings: settings)
        try learn(keys, storage)
        let snapshot = try IndexSnapshot(storage)
        for (name, rule) in SearchOracleTests.rules {
            for cap in [2, 1_000_000] {
                var rule = rule
                rule.postingCap = cap
                var checker = try Checker(snapshot, rule: rule)
                for document in corpus.incoming {
                    let place = "seed \(seed), \(cut), \(name), cap \(cap), \(document.id)"
                    try checker.check(document.text, explaining: true)
                        .expect(toBe: plain.check(document.text, rule), Comment(rawValue: place))
                }
            }
        }
    }

    /// Much of what several documents hold, the rest at random, and all that some documents have.
    private func made(
        of corpus: MadeUpCorpus,
        _ parameters: IndexParameters,
        _ generator: inout SeededGenerator
    ) throws -> [UInt32] {
        var holders: [UInt64: Int] = [:]
        var keys: Set<UInt32> = []
        for (number, document) in (corpus.indexed + corpus.incoming).enumerated() {
            for key in try PlainSketch(document.text, parameters).probes {
                holders[key, default: 0] += 1
                if number % 11 == 0 { keys.insert(UInt32(key)) }
            }
        }
        for (key, count) in holders.sorted(by: { $0.key < $1.key }) {
            let share = count >= 3 ? 0.8 : 0.1
            if Double.random(in: 0..<1, using: &generator) < share { keys.insert(UInt32(key)) }
        }
        return keys.sorted()
    }

    @Test("pages of one template are unique, the template alone says so, and an equal page is exact")
    func template() throws {
        var generator = SeededGenerator(seed: 5)
        let template = MadeUpText.fresh(words: 900, using: &generator)
        let pages = (0..<12)
            .map { number in
                Document(
                    id: "\(number)",
                    text: (template + .fresh(words: 90, using: &generator)).string(using: &generator),
                    url: "https://example.org/\(number)"
                )
            }
        let storage = try index(pages)
        let parameters = try IndexSnapshot(storage).parameters
        let other = (template + .fresh(words: 90, using: &generator)).string(using: &generator)
        let navigation = template.string(using: &generator)
        var before = try Checker(storage)
        #expect(try before.check(other).verdict == .duplicate(.near))
        try learn(PlainSketch(navigation, parameters).fingerprints.map { UInt32($0) }.sorted(), storage)
        var checker = try Checker(storage)
        #expect(try checker.check(other).verdict == .unique)
        #expect(try checker.check(navigation).verdict == .boilerplate)
        let same = try checker.check(pages[3].text)
        #expect(same.verdict == .duplicate(.exact) && same.matches.map(\.id) == ["3"])
        var rule = MatchRule()
        rule.ignoresBoilerplate = false
        var off = try Checker(IndexSnapshot(storage), rule: rule)
        #expect(try off.check(other) == before.check(other))
        #expect(try off.check(navigation).verdict == .duplicate(.near))
    }

    @Test("documents in memory are searched as those on disk are")
    func memory() throws {
        let corpus = MadeUpCorpus(seed: 8, indexed: 60, incoming: 30)
        var generator = SeededGenerator(seed: 8)
        let storage = try index(corpus.indexed)
        let parameters = try IndexSnapshot(storage).parameters
        try learn(made(of: corpus, parameters, &generator), storage)
        let snapshot = try IndexSnapshot(storage)
        var columns = DocumentColumns()
        var sketcher = try DocumentSketcher(parameters: parameters)
        for document in corpus.indexed {
            sketcher.sketch(document.text)
            let identity = ShardIdentity(id: document.id, url: document.url ?? "", date: document.date ?? "")
            if sketcher.tokenCount > 0 { columns.append(sketcher, as: identity) }
        }
        var searcher = try Searcher(
            [MemorySegment(columns, parameters: parameters)],
            parameters: parameters,
            rule: MatchRule(),
            boilerplate: snapshot.boilerplate()
        )
        var checker = try Checker(snapshot)
        for document in corpus.incoming {
            sketcher.sketch(document.text)
            #expect(try searcher.check(sketcher, explaining: true) == checker.check(document.text, explaining: true))
        }
    }

    @Test(
        "what was learned stays through commits, merging and compaction, and answers are those of the new documents too"
    )
    func life() throws {
        let corpus = MadeUpCorpus(seed: 4, indexed: 60, incoming: 30)
        var generator = SeededGenerator(seed: 4)
        let half = Array(corpus.indexed.prefix(30))
        let storage = try index(half, cut: .tombstones)
        let parameters = try IndexSnapshot(storage).parameters
        let keys = try made(of: corpus, parameters, &generator)
        try learn(keys, storage)
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        for document in corpus.indexed.suffix(30) { try writer.add(document) }
        try writer.commit()
        let plain = try PlainIndex(corpus.indexed, parameters, boilerplate: Set(keys.map(UInt64.init)))
        for step in ["committed", "compacted"] {
            if step == "compacted" { _ = try writer.compact() }
            var checker = try Checker(storage)
            for document in corpus.incoming {
                try checker.check(document.text, explaining: true)
                    .expect(toBe: plain.check(document.text, MatchRule()), "\(step), \(document.id)")
            }
        }
        try IndexSnapshot(storage).verify()
        try writer.setBoilerplate(nil)
        writer.close()
        #expect(try IndexSnapshot(storage).boilerplate() == nil)
    }

    @Test("counts that were stored are used, and none are missed where they are of another list or damaged")
    func storedCounts() throws {
        let corpus = MadeUpCorpus(seed: 6, indexed: 40, incoming: 20)
        var generator = SeededGenerator(seed: 6)
        let storage = try index(corpus.indexed, cut: .fives)
        let keys = try made(of: corpus, IndexSnapshot(storage).parameters, &generator)
        try learn(keys, storage)
        let snapshot = try IndexSnapshot(storage)
        let set = try #require(try snapshot.boilerplate())
        let kind = BoilerplateCountList.attachmentKind
        let content = try #require(try snapshot.attachments(ofKind: kind).first)
        let list = try BoilerplateCountList(decoding: content, path: "counts")
        for segment in snapshot.segments {
            let counts = try #require(list.counts(of: segment.shard))
            var counted: [UInt32] = []
            let plain = BoilerplateSet(set.list)
            try segment.makeCursor()
                .boilerplateCounts(of: Array(0..<UInt32(segment.documentCount)), plain, into: &counted)
            #expect(counts == counted && counts.contains { $0 > 0 })
        }
        let expected = try answers(corpus, storage)
        var others = [content]
        for _ in 0..<40 {
            var changed = content
            changed[Int.random(in: 1..<content.count, using: &generator)] ^=
                1 << UInt8.random(in: 0..<8, using: &generator)
            others.append(changed)
        }
        others[0][1] ^= 1
        for (number, other) in others.enumerated() {
            let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
            try writer.attach(kind: kind, content: other)
            writer.close()
            // Damage within counts that were checksummed with it is no worse than wrong counts; never more.
            if let found = try? answers(corpus, storage), number == 0 { #expect(found == expected) }
        }
    }

    private func answers(_ corpus: MadeUpCorpus, _ storage: MemoryStorage) throws -> [CheckResult] {
        var checker = try Checker(storage)
        return try corpus.incoming.map { try checker.check($0.text) }
    }

    @Test("what is not what a writer leaves is found when the index is verified, and when it is searched")
    func damage() throws {
        let storage = try index([story("a", 1)])
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        try writer.attach(kind: BoilerplateList.attachmentKind, content: [1, 0, 0, 0, 9, 0, 0])
        writer.close()
        let snapshot = try IndexSnapshot(storage)
        #expect(throws: IndexError.self) { try snapshot.verify() }
        #expect(throws: IndexError.self) { _ = try Searcher(snapshot) }
    }

    private func learn(_ keys: [UInt32], _ storage: MemoryStorage) throws {
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        let keys = Set(keys.map { StoredKey.fingerprint(UInt64($0) << 32) }).sorted()
        try writer.setBoilerplate(
            BoilerplateList(documents: 1, clusters: 1, hosts: 1, keys: keys, passages: [], passageCount: 0)
        )
        writer.close()
    }
}
