import NearDuplicates
import Sketching

@testable import DuplicateClusters

extension PlainClusters {
    /// What is decided of each document, by the same rule on the same sketches.
    func decisions(
        drop: Set<Relation>,
        boilerplate: Set<UInt32> = [],
        known: Set<Int> = [],
        leaders: [Int?]
    ) -> [ClusterDecision] {
        var deciding = Deciding(self, drop, boilerplate, leaders)
        for number in order { deciding.decide(number) }
        return deciding.decisions
    }

    /// All pairs that relate: the later document by rank, the other, and how.
    func pairs() -> [[String]] {
        let deciding = Deciding(self, [], [], leaders())
        var pairs: [[String]] = []
        for (rank, number) in order.enumerated() {
            for other in order[..<rank] {
                guard let found = deciding.relate(number, other) else { continue }
                pairs.append(["\(number)", "\(other)", found.relation.rawValue])
            }
        }
        return pairs
    }
}

private struct Deciding {
    let plain: PlainClusters
    let drop: Set<Relation>
    let content: [Set<UInt32>]
    let heads: [Int]
    let leaders: [Int?]
    let holders: [UInt32: [Int]]
    var decisions: [ClusterDecision]
    var representatives: [Int] = []

    init(_ plain: PlainClusters, _ drop: Set<Relation>, _ boilerplate: Set<UInt32>, _ leaders: [Int?]) {
        self.plain = plain
        self.drop = drop
        content = plain.sketches.map { $0.fingerprints.subtracting(boilerplate) }
        heads = plain.heads()
        self.leaders = leaders
        var holders: [UInt32: [Int]] = [:]
        for number in plain.order where leaders[number] != nil && (!drop.contains(.exact) || heads[number] == number) {
            for key in content[number] { holders[key, default: []].append(number) }
        }
        self.holders = holders
        decisions = plain.sketches.indices.map { ClusterDecision(role: .single, representative: UInt32($0)) }
    }

    mutating func decide(_ number: Int) {
        guard let leader = leaders[number] else {
            decisions[number].role = .known
            return
        }
        decisions[number].isBoilerplateOnly = content[number].isEmpty && !plain.sketches[number].fingerprints.isEmpty
        if drop.contains(.exact), heads[number] != number {
            let head = decisions[heads[number]]
            if head.role == .member {
                decisions[number] = head
            } else {
                join(number, (heads[number], .exact, ClusterFigures.equal))
            }
            return
        }
        if leader != number, drop.contains(.near), representatives.contains(leader),
            let found = relate(number, leader), found.relation == .near
        {
            return join(number, found)
        }
        let found = proposed(number).compactMap { relate(number, $0) }.filter { drop.contains($0.relation) }
        if let best = found.min(by: isBetter) { join(number, best) } else { representatives.append(number) }
    }

    private mutating func join(_ number: Int, _ found: (other: Int, relation: Relation, figures: ClusterFigures)) {
        let isBoilerplateOnly = decisions[number].isBoilerplateOnly
        decisions[number] = ClusterDecision(
            role: .member,
            representative: UInt32(found.other),
            relation: found.relation,
            jaccard: Float(found.figures.jaccard),
            containment: Float(found.figures.containment),
            coverage: Float(found.figures.coverage),
            isBoilerplateOnly: isBoilerplateOnly
        )
        decisions[found.other].role = .representative
    }

    private func isBetter(
        _ a: (other: Int, relation: Relation, figures: ClusterFigures),
        _ b: (other: Int, relation: Relation, figures: ClusterFigures)
    ) -> Bool {
        if a.relation != b.relation { return a.relation < b.relation }
        let ranks = [a, b].map { plain.order.firstIndex(of: $0.other)! }
        guard a.relation > .near else { return ranks[0] < ranks[1] }
        let (first, second) = (a.figures, b.figures)
        return (-first.containment, -first.jaccard, ranks[0]) < (-second.containment, -second.jaccard, ranks[1])
    }

    /// The representatives that keys of a document propose.
    private func proposed(_ number: Int) -> [Int] {
        let cap = plain.rule.postingCap
        var shared: [Int: Int] = [:]
        var commons: [(weight: Int, key: UInt32)] = []
        for key in content[number] {
            let held = holders[key] ?? []
            let weight = held.count { leaders[$0] == $0 }
            if weight > cap {
                commons.append((weight, key))
            } else {
                for other in listed(key, limit: cap) { shared[other, default: 0] += 1 }
            }
        }
        let own = content[number].count
        let wanted = plain.rule.proposingKeys(of: own, ownFingerprints: own) - (own - commons.count)
        for common in commons.sorted(by: <).prefix(max(0, wanted)) {
            for other in listed(common.key, limit: max(1, cap / 4)) { shared[other, default: 0] += 0 }
        }
        return shared.keys.filter {
            plain.rule.couldMatch(
                shared: shared[$0]! + commons.count,
                queryFingerprints: own,
                documentFingerprints: content[$0].count
            )
        }
    }

    /// The first representatives that hold a key.
    private func listed(_ key: UInt32, limit: Int) -> [Int] {
        Array(representatives.filter { content[$0].contains(key) }.prefix(limit))
    }

    /// How two documents relate.
    func relate(_ number: Int, _ other: Int) -> (other: Int, relation: Relation, figures: ClusterFigures)? {
        if heads[number] == heads[other] { return (other, .exact, .equal) }
        let (a, b) = (content[number], content[other])
        let shared = a.intersection(b).count
        let (sketch, others) = (plain.sketches[number], plain.sketches[other])
        let isWhole = a == sketch.fingerprints && b == others.fingerprints
        let figures = ClusterFigures(
            jaccard: isWhole
                ? sketch.jaccard(others, plain.parameters, shared: shared)
                : sketch.jaccard(others, plain.parameters),
            containment: Estimate.share(shared, of: a.count).value,
            coverage: Estimate.share(shared, of: b.count).value
        )
        let smaller = min(a.count, b.count)
        let isBorneOut = isWhole || smaller > 0 && Double(shared) >= plain.rule.nearContent * Double(smaller)
        return plain.rule
            .relation(
                jaccard: isBorneOut ? figures.jaccard : 0,
                shared: shared,
                isWhole: isWhole,
                containment: figures.containment,
                coverage: figures.coverage
            )
            .map { (other, $0, figures) }
    }
}
