import CrawlModel
import NearDuplicates
import ShardFormat
import Testing

/// Documents in memory are searched like documents on disk.
struct MemorySegmentTests {
    @Test("the same documents give the same answers from memory and from a shard", arguments: 0..<4 as Range<UInt64>)
    func memoryAndShardAgree(_ seed: UInt64) throws {
        let corpus = MadeUpCorpus(seed: seed, indexed: 40, incoming: 30)
        let parameters = try IndexSettings().parameters()
        var segment = MemorySegment(parameters: parameters)
        var sketcher = try DocumentSketcher(parameters: parameters)
        // Every third document is appended twice, first with another's text: the later one takes its place.
        for (number, document) in corpus.indexed.enumerated() {
            if number % 3 == 0 {
                sketcher.sketch(corpus.incoming[number % corpus.incoming.count].text)
                if sketcher.tokenCount > 0 { segment.append(sketcher, as: ShardIdentity(id: document.id)) }
            }
            sketcher.sketch(document.text)
            guard sketcher.tokenCount > 0 else { continue }
            segment.append(
                sketcher,
                as: ShardIdentity(id: document.id, url: document.url ?? "", date: document.date ?? "")
            )
        }
        let snapshot = try IndexSnapshot(index(corpus.indexed, cut: .one))
        for cap in [2, 1_000_000] {
            var rule = MatchRule()
            rule.postingCap = cap
            rule.overlapTokens = 40
            var onDisk = try Searcher(snapshot, rule: rule)
            var inMemory = try Searcher([segment], parameters: parameters, rule: rule)
            for document in corpus.incoming {
                let expected = try onDisk.check(document.text, explaining: true)
                let found = try inMemory.check(document.text, explaining: true)
                #expect(found == expected, "seed \(seed), cap \(cap), \(document.id)")
            }
        }
    }
}
