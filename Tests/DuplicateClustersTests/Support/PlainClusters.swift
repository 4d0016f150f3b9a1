import CrawlModel
import NearDuplicates
import ShardFormat

@testable import DuplicateClusters

/// The plain definition of what clustering does, each document compared with every other.
struct PlainClusters {
    let sketches: [PlainSketch]
    let parameters: IndexParameters
    let rule: MatchRule
    /// Numbers by rank.
    let order: [Int]
    private let rankOf: [Int]

    init(_ documents: [Document], keep: KeepRule, rule: MatchRule = MatchRule()) throws {
        let sketches = try PlainSketch.sketches(of: documents)
        self.sketches = sketches
        self.rule = rule
        parameters = try IndexSettings().parameters()
        func isBefore(_ a: Int, _ b: Int) -> Bool {
            switch keep {
            case .first: return a < b
            case .last: return a > b
            case .longest: return (-sketches[a].tokens, a) < (-sketches[b].tokens, b)
            case .newest:
                let dates = [a, b].map { documents[$0].date.flatMap(CrawlDate.init)?.seconds ?? Int.min }
                return (-(dates[0] / 2), a) < (-(dates[1] / 2), b)
            }
        }
        order = documents.indices.sorted(by: isBefore)
        var ranks = [Int](repeating: 0, count: documents.count)
        for (rank, number) in order.enumerated() { ranks[number] = rank }
        rankOf = ranks
    }

    /// For each document the best-ranked one that says the same.
    func heads() -> [Int] {
        var heads: [ContentHash: Int] = [:]
        for number in order where heads[sketches[number].contentHash] == nil {
            heads[sketches[number].contentHash] = number
        }
        return sketches.map { heads[$0.contentHash]! }
    }

    /// For each document its leader; `known` take no part.
    func leaders(known: Set<Int> = []) -> [Int?] {
        let heads = heads()
        var leaders: [Int?] = sketches.indices.map { known.contains($0) ? nil : heads[$0] }
        var leading: [Int] = []
        for number in order where heads[number] == number && !known.contains(number) {
            let leader = leading.first { other in
                !sketches[other].bands.isDisjoint(with: sketches[number].bands)
                    && sketches[other].jaccard(sketches[number], parameters) >= rule.nearJaccard
            }
            leaders[number] = leader ?? number
            if leader == nil { leading.append(number) }
        }
        return leaders.map { $0.flatMap { leaders[$0] } }
    }
}
