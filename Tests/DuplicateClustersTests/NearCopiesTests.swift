import CrawlModel
import NearDuplicates
import Testing

@testable import DuplicateClusters

/// Tables and leaders are those of the plain definition, however shards are cut and on however many threads.
struct NearCopiesTests {
    @Test("order, exact copies, hosts and leaders", arguments: KeepRule.allCases, [1, 2, 3, 4] as [UInt64])
    func leaders(keep: KeepRule, seed: UInt64) throws {
        let documents = MadeUpDump(seed: seed, count: 120).documents
        let plain = try PlainClusters(documents, keep: keep)
        for (shardDocuments, threads) in [(1000, 1), (7, 2), (1, 3)] {
            let work = try work(index(documents, shardDocuments: shardDocuments), threads: threads)
            let table = try DocumentTable.make(of: work.sources, keep: keep, in: work.storage, memory: work.memory)
            let comment = Comment(rawValue: "seed \(seed), shards of \(shardDocuments)")
            #expect(table.count == documents.count && table.rankCount == documents.count, comment)
            #expect((0..<table.rankCount).map { table.document(atRank: $0) } == plain.order, comment)
            let heads = plain.heads()
            #expect(
                documents.indices.map { table.document(atRank: table.head(ofRank: table.rank(of: $0)!)) } == heads,
                comment
            )
            #expect(documents.indices.map { table.tokens(of: $0) } == plain.sketches.map(\.tokens), comment)
            #expect(table.hostCount == Set(documents.compactMap(\.host)).count, comment)
            #expect(
                Set(documents.indices.map { "\(documents[$0].host ?? "") \(table.host(of: $0))" }).count
                    == table.hostCount + 1,
                comment
            )
            let near = try NearCopies.find(work, table)
            let leaders = plain.leaders()
            #expect(documents.indices.map { near.leader(of: $0) } == leaders, comment)
            #expect(Set(leaders).count < Set(heads).count, "something is nearly the same")
        }
    }
}
