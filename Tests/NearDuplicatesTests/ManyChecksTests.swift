import CrawlModel
import IndexStorage
import NearDuplicates
import Synchronization
import TestSupport
import Testing

/// A searcher that may take memory for many checks gives the answers of one that takes none.
struct ManyChecksTests {
    /// Pages of a few sites: a template that hundreds share, and articles of which some are on several sites.
    private static func pages(_ count: Int, _ generator: inout SeededGenerator) -> [Document] {
        let templates = (0..<2).map { _ in MadeUpText.fresh(words: 160, using: &generator) }
        let stories = (0..<12).map { _ in MadeUpText.fresh(words: 120, using: &generator) }
        return (0..<count)
            .map { number in
                let article =
                    number % 3 == 0
                    ? stories[number / 3 % stories.count].edited(share: 0.02, using: &generator)
                    : MadeUpText.fresh(words: 60 + number % 90, using: &generator)
                let template = templates[number % templates.count]
                let text = template.string(using: &generator) + " " + article.string(using: &generator)
                return Document(id: "\(number)", text: text, url: "https://example.org/\(number)")
            }
    }

    @Test("with the memory for it, and without", arguments: [1, 2, 3] as [UInt64], [Cut.one, .tombstones])
    func sameAnswers(_ seed: UInt64, _ cut: Cut) throws {
        var generator = SeededGenerator(seed: seed)
        let documents = Self.pages(700, &generator)
        let storage = try index(documents, cut: cut)
        // Shards of seven have no common lists: one shard with dead documents.
        if cut == .tombstones { try compacted(storage, without: 20) }
        let snapshot = try IndexSnapshot(storage)
        var rule = MatchRule()
        if seed == 2 { rule.postingCap = 8 }
        let memory = 64 << 20
        let resources = (some: BulkResources(memory: memory), none: BulkResources(memory: 100))
        var plain = try Searcher(snapshot, rule: rule)
        var prepared = try Searcher(snapshot, rule: rule, forMany: resources.some)
        var refused = try Searcher(try IndexSnapshot(storage), rule: rule, forMany: resources.none)
        var sketcher = try DocumentSketcher(parameters: snapshot.parameters)
        var matches = 0
        for document in documents.shuffled(using: &generator).prefix(250) {
            sketcher.sketch(document.text)
            let expected = try plain.check(sketcher)
            let place: Comment = "seed \(seed), \(cut), \(document.id)"
            #expect(try prepared.check(sketcher) == expected, place)
            #expect(try refused.check(sketcher) == expected, place)
            matches += expected.matches.count
        }
        #expect(matches > 500)
        #expect(resources.some.listBytesLeft < memory / 2, "nothing was prepared")
        #expect(resources.none.listBytesLeft == 50)
    }

    /// Makes one shard of all, and then removes some documents of it.
    private func compacted(_ storage: MemoryStorage, without removed: Int) throws {
        let writer = try IndexWriter(storage, settings: IndexSettings(), memory: 1 << 30)
        defer { writer.close() }
        _ = try writer.compact()
        writer.mergePolicy = .never
        for number in 0..<removed { #expect(try writer.remove(id: "\(number * 7)")) }
        try writer.commit()
    }

    @Test("memory for lists is given out once, and again when it comes back")
    func memory() {
        let resources = BulkResources(memory: 201)
        #expect(resources.nameBytes == 100)
        #expect(resources.takeForLists(60))
        #expect(!resources.takeForLists(42))
        #expect(resources.takeForLists(41))
        #expect(!resources.takeForLists(1))
        resources.giveBack(30)
        #expect(!resources.takeForLists(31))
        #expect(resources.takeForLists(30))
        #expect(resources.listBytesLeft == 0)
    }

    @Test("answers are the same before lists are turned round beside them, while they are, and then")
    func beside() throws {
        var generator = SeededGenerator(seed: 4)
        let documents = Self.pages(700, &generator)
        let storage = try index(documents, cut: .one)
        let snapshot = try IndexSnapshot(storage)
        let jobs = Mutex<[@Sendable () -> Void]>([])
        let resources = BulkResources(memory: 64 << 20) { job in jobs.withLock { $0.append(job) } }
        var plain = try Searcher(snapshot)
        var first = try Searcher(snapshot, rule: MatchRule(), forMany: resources)
        var second = try Searcher(snapshot, rule: MatchRule(), forMany: resources)
        var sketcher = try DocumentSketcher(parameters: snapshot.parameters)
        for (number, document) in documents.enumerated() {
            if number == 400 {
                let asked = jobs.withLock { $0 }
                #expect(asked.count == 1, "whoever asks, lists are turned round once")
                for job in asked { job() }
            }
            sketcher.sketch(document.text)
            let expected = try plain.check(sketcher)
            #expect(try first.check(sketcher) == expected, "\(document.id)")
            #expect(try second.check(sketcher) == expected, "\(document.id)")
        }
        #expect(jobs.withLock { $0.count } == 1)
        #expect(resources.listBytesLeft < 32 << 20, "what was made takes memory")
    }
}
