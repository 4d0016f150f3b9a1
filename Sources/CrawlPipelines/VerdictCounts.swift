public import NearDuplicates

/// How many incoming documents got which verdict.
public struct VerdictCounts: Hashable, Sendable {
    /// By strongest relation.
    public var byRelation: [Relation: Int] {
        var counts: [Relation: Int] = [:]
        for (relation, count) in zip(Relation.allCases, strongest) where count > 0 { counts[relation] = count }
        return counts
    }

    /// One for each relation, in their order: a dictionary would hash a name for each document.
    private var strongest = [Int](repeating: 0, count: Relation.allCases.count)
    /// Documents nothing in the index relates to.
    public var unique = 0
    /// Documents that are boilerplate and nothing else.
    public var boilerplate = 0
    /// Documents without a token.
    public var empty = 0
    /// Matches in all.
    public var matches = 0
    /// Documents that share bands or fingerprints with so many others that not all of those were looked at.
    public var withCommonKeys = 0

    /// Creates counts of nothing.
    public init() {}

    /// Documents that relate to an indexed one.
    public var duplicates: Int { strongest.reduce(0, +) }

    mutating func add(_ result: CheckResult) {
        switch result.verdict {
        case .empty: empty += 1
        case .unique: unique += 1
        case .boilerplate: boilerplate += 1
        case .duplicate(let relation): strongest[relation.strength] += 1
        }
        matches += result.matches.count + result.omitted
        withCommonKeys += result.commonKeys > 0 ? 1 : 0
    }

    mutating func add(_ other: VerdictCounts) {
        for index in strongest.indices { strongest[index] += other.strongest[index] }
        unique += other.unique
        boilerplate += other.boilerplate
        empty += other.empty
        matches += other.matches
        withCommonKeys += other.withCommonKeys
    }
}
