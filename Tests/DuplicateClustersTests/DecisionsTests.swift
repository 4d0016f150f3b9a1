import IndexStorage
import NearDuplicates
import Synchronization
import Testing

@testable import DuplicateClusters

/// Decisions are those of the plain definition, however shards are cut and on however many threads.
struct DecisionsTests {
    static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6]

    @Test("representatives and members", arguments: KeepRule.allCases, seeds)
    func decisions(keep: KeepRule, seed: UInt64) throws { try check(keep: keep, seed: seed) }

    @Test("low caps: common keys propose the first few alone", arguments: [1, 2, 5], seeds)
    func caps(cap: Int, seed: UInt64) throws {
        var rule = MatchRule()
        rule.postingCap = cap
        try check(keep: .longest, seed: seed, rule: rule, isCapped: true)
    }

    @Test(
        "other relations that count",
        arguments: [[.exact], [.near], [.exact, .near], [.revised, .contains], [], Relation.allCases] as [[Relation]],
        [1, 2] as [UInt64]
    )
    func drops(drop: [Relation], seed: UInt64) throws { try check(keep: .first, seed: seed, drop: Set(drop)) }

    @Test("boilerplate doesn't count, and what another index holds is dropped", arguments: seeds)
    func boilerplate(seed: UInt64) throws {
        try check(keep: .longest, seed: seed, boilerplateShare: 0.5, known: [0, 3, 17, 40])
        try check(keep: .first, seed: seed, boilerplateShare: 1)
    }

    private func check(
        keep: KeepRule,
        seed: UInt64,
        rule: MatchRule = MatchRule(),
        isCapped: Bool = false,
        drop: Set<Relation> = [.exact, .near, .revised, .contained],
        boilerplateShare: Double = 0,
        known: Set<Int> = []
    ) throws {
        let documents = MadeUpDump(seed: seed, count: 120).documents
        let plain = try PlainClusters(documents, keep: keep, rule: rule)
        // Near copies of what is known are told by whoever says what is known: exact ones at least are.
        let known = Set(
            documents.indices.filter { number in known.contains { plain.heads()[$0] == plain.heads()[number] } }
        )
        let boilerplate = plain.someFingerprints(boilerplateShare)
        // Bands are capped too, where there are caps.
        for (shardDocuments, threads) in [(1000, 1), (9, 2), (1, 3)] {
            let work = try work(index(documents, shardDocuments: shardDocuments), rule: rule, threads: threads)
            let table = try DocumentTable.make(of: work.sources, keep: keep, in: work.storage, memory: work.memory)
            var set = DocumentSet(universe: documents.count)
            for number in known { set[number] = true }
            let near = try NearCopies.find(work, table, known: set)
            var options = ClusterOptions()
            options.drop = drop
            if !boilerplate.isEmpty { options.isBoilerplate = { boilerplate.contains($0) } }
            let found = try ClusterDecisions.find(work, table, near, options)
            let leaders = documents.indices.map { near.leader(of: $0) }
            let expected = plain.decisions(drop: drop, boilerplate: boilerplate, known: known, leaders: leaders)
            for number in documents.indices {
                #expect(
                    found[number] == expected[number],
                    "document \(number), seed \(seed), shards of \(shardDocuments)"
                )
            }
            #expect(found.memberCount == expected.count { $0.role == .member })
            #expect(isCapped || leaders == plain.leaders(known: known))
            #expect(try work.storage.list().allSatisfy { $0.hasSuffix(".ndwork") }, "no scratch is left")
        }
    }

    @Test("all pairs that relate are told, in the order of ranks, and change no decision", arguments: seeds)
    func pairs(seed: UInt64) throws {
        let documents = MadeUpDump(seed: seed, count: 100).documents
        let plain = try PlainClusters(documents, keep: .longest)
        let heads = plain.heads()
        var copies: [Int: Int] = [:]
        let numbers = plain.order.map { number in
            copies[heads[number], default: 0] += 1
            return (number, copies[heads[number]]!)
        }
        let copyNumbers = Dictionary(uniqueKeysWithValues: numbers)
        // Of a third copy the pair with the first alone is told.
        let expected = plain.pairs()
            .filter { pair in
                let (number, other) = (Int(pair[0])!, Int(pair[1])!)
                return copyNumbers[number]! <= 2 ? copyNumbers[other]! <= 2 : heads[number] == other
            }
        for (shardDocuments, threads) in [(1000, 1), (9, 2)] {
            let work = try work(index(documents, shardDocuments: shardDocuments), threads: threads)
            let table = try DocumentTable.make(of: work.sources, keep: .longest, in: work.storage, memory: work.memory)
            let near = try NearCopies.find(work, table)
            var pairs: [[String]] = []
            var options = ClusterOptions()
            options.copyCap = 2
            options.report = { pairs.append(["\($0.document)", "\($0.other)", $0.relation.rawValue]) }
            let all = try ClusterDecisions.find(work, table, near, options)
            #expect(pairs == expected, "seed \(seed)")
            options.report = nil
            let decisions = try ClusterDecisions.find(work, table, near, options)
            #expect(documents.indices.allSatisfy { all[$0] == decisions[$0] }, "seed \(seed)")
        }
    }
}

extension PlainClusters {
    /// Some of the fingerprints that several documents hold.
    func someFingerprints(_ share: Double) -> Set<UInt32> {
        var holders: [UInt32: Int] = [:]
        for sketch in sketches { for key in sketch.fingerprints { holders[key, default: 0] += 1 } }
        return Set(holders.keys.filter { holders[$0]! > 8 && Double($0 % 1000) < 1000 * share })
    }
}
