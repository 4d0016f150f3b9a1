import CrawlModel
import NearDuplicates
import Testing

@testable import DuplicateClusters

/// With the true shingle sets all figures are exact, and so is what is called near.
struct ExactTests {
    @Test("figures and relations of all pairs", arguments: [1, 2, 3] as [UInt64])
    func pairs(seed: UInt64) throws {
        let documents = MadeUpDump(seed: seed, count: 100).documents
        let sets = try shingles(of: documents)
        let work = try work(index(documents, shardDocuments: 30))
        let table = try DocumentTable.make(of: work.sources, keep: .longest, in: work.storage, memory: work.memory)
        let near = try NearCopies.find(work, table)
        var options = ClusterOptions()
        let writer = try ShingleSetsWriter(work.storage, documents: documents.count)
        // In another order than that of their numbers; of exact copies the first has a set for all.
        for number in documents.indices.reversed() {
            guard let rank = table.rank(of: number), table.head(ofRank: rank) == rank else { continue }
            let set = sets[number]
            try writer.add(set.span, of: number)
        }
        options.shingles = try writer.finish()
        var pairs: [VerifiedPair] = []
        options.report = { pairs.append($0) }
        let all = try ClusterDecisions.find(work, table, near, options)
        options.report = nil
        let decisions = try ClusterDecisions.find(work, table, near, options)
        var found: Set<[Int]> = []
        for pair in pairs {
            found.insert([pair.document, pair.other])
            guard pair.relation != .exact else { continue }
            #expect(pair.figures == figures(sets[pair.document], sets[pair.other]), "seed \(seed)")
            #expect((pair.relation == .near) == (pair.figures.jaccard >= 0.8), "seed \(seed)")
        }
        for rank in 0..<table.rankCount {
            for other in 0..<rank {
                let (a, b) = (table.document(atRank: rank), table.document(atRank: other))
                guard figures(sets[a], sets[b]).jaccard >= 0.8 else { continue }
                #expect(found.contains([a, b]), "\(a) and \(b), seed \(seed)")
            }
        }
        for number in documents.indices {
            let decision = decisions[number]
            #expect(decision == all[number])
            guard decision.role == .member, decision.relation != .exact else { continue }
            let exact = figures(sets[number], sets[Int(decision.representative)])
            #expect(decision.jaccard == Float(exact.jaccard) && decision.containment == Float(exact.containment))
        }
    }

    private func shingles(of documents: [Document]) throws -> [[UInt64]] {
        var sketcher = try DocumentSketcher(parameters: IndexSettings().parameters())
        return documents.map { document in
            sketcher.sketch(document.text)
            let shingles = sketcher.shingles
            return shingles.indices.map { shingles[$0] }
        }
    }

    private func figures(_ a: [UInt64], _ b: [UInt64]) -> ClusterFigures {
        let (a, b) = (Set(a), Set(b))
        let shared = Double(a.intersection(b).count)
        return ClusterFigures(
            jaccard: shared / Double(a.union(b).count),
            containment: shared / Double(a.count),
            coverage: shared / Double(b.count)
        )
    }
}
