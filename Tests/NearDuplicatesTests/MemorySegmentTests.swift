import CrawlModel
import ShardFormat
import TestSupport
import Testing

@testable import NearDuplicates

/// Documents in memory are searched like documents on disk.
struct MemorySegmentTests {
    @Test("the same documents give the same answers from memory and from a shard", arguments: 0..<4 as Range<UInt64>)
    func memoryAndShardAgree(_ seed: UInt64) throws {
        let corpus = MadeUpCorpus(seed: seed, indexed: 40, incoming: 30)
        let parameters = try IndexSettings().parameters()
        // One by one, so that parts are made of parts, dead documents in them; cut in two as well.
        var whole = MemorySegment(parameters: parameters)
        var halves = [whole, whole]
        var sketcher = try DocumentSketcher(parameters: parameters)
        // Every third document is appended twice, first with another's text: the later one takes its place.
        for (number, document) in corpus.indexed.enumerated() {
            if number % 3 == 0 {
                sketcher.sketch(corpus.incoming[number % corpus.incoming.count].text)
                if sketcher.tokenCount > 0 {
                    let replaced = columns(sketcher, ShardIdentity(id: document.id))
                    whole.append(replaced)
                    halves[number * 2 / corpus.indexed.count].append(replaced)
                }
            }
            sketcher.sketch(document.text)
            guard sketcher.tokenCount > 0 else { continue }
            let hash = IdentifierHash.hash(document.id)
            let id = Array(document.id.utf8)
            let half = number * 2 / corpus.indexed.count
            if let older = whole.document(withID: id.span, hash: hash) { whole.kill(older) }
            if let older = halves[half].document(withID: id.span, hash: hash) { halves[half].kill(older) }
            let identity = ShardIdentity(id: document.id, url: document.url ?? "", date: document.date ?? "")
            whole.append(columns(sketcher, identity))
            halves[half].append(columns(sketcher, identity))
        }
        #expect(whole.parts.count > 1 && whole.parts.count < 8, "seed \(seed): \(whole.parts.count) parts")
        let snapshot = try IndexSnapshot(index(corpus.indexed, cut: .one))
        for cap in [2, 1_000_000] {
            var rule = MatchRule()
            rule.postingCap = cap
            rule.overlapTokens = 40
            var onDisk = try Searcher(snapshot, rule: rule)
            var inMemory = try Searcher([whole], parameters: parameters, rule: rule)
            var inHalves = try Searcher([whole], parameters: parameters, rule: rule)
            inHalves.move(to: halves)
            for document in corpus.incoming {
                let expected = try onDisk.check(document.text, explaining: true)
                let found = try inMemory.check(document.text, explaining: true)
                #expect(found == expected, "seed \(seed), cap \(cap), \(document.id)")
                #expect(try inHalves.check(document.text, explaining: true) == expected, "seed \(seed), halves")
            }
        }
    }

    @Test("a table finds the documents of every key, ascending", arguments: 0..<20 as Range<UInt64>)
    func table(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...2000, using: &random)
        // Few keys make long lists; many make short ones.
        let keys = UInt32.random(in: 1...4000, using: &random)
        var pairs: [UInt64] = []
        var expected: [UInt32: [UInt32]] = [:]
        for document in 0..<UInt32(count) {
            let number = UInt32.random(in: 0..<keys, using: &random)
            let key = number == 0 ? UInt32.max : number &* 2_654_435_761
            pairs.append(UInt64(key) << 32 | UInt64(document))
            expected[key, default: []].append(document)
        }
        let table = KeyTable(pairs, isDistinct: seed % 2 == 0)
        // The same of tables that were made of some documents each.
        let cuts = [0, count / 5, count / 5, count / 2, count]
        let tables = zip(cuts, cuts.dropFirst())
            .map { start, end in
                (KeyTable(pairs[start..<end].map { $0 - UInt64(start) }, isDistinct: false), UInt32(start))
            }
        let asked = Array(expected.keys) + (1...100)
        for table in [table, KeyTable(tables)] {
            var found: [UInt32: [UInt32]] = [:]
            table.find(asked.span) { found[asked[$0]] = $1.map { table.document(at: $0) } }
            #expect(found == expected, "seed \(seed)")
            for key in asked { #expect(table.places(of: key).map { table.document(at: $0) } == expected[key] ?? []) }
        }
    }

    private func columns(_ sketcher: borrowing DocumentSketcher, _ identity: ShardIdentity) -> DocumentColumns {
        var columns = DocumentColumns()
        columns.append(sketcher, as: identity)
        return columns
    }
}
