public import NearDuplicates

/// How many incoming documents got which verdict.
public struct VerdictCounts: Hashable, Sendable {
    /// By strongest relation.
    public var byRelation: [Relation: Int] = [:]
    /// Documents nothing in the index relates to.
    public var unique = 0
    /// Documents without a token.
    public var empty = 0
    /// Matches in all.
    public var matches = 0
    /// Documents that share bands or fingerprints with so many others that not all of those were looked at.
    public var withCommonKeys = 0

    /// Creates counts of nothing.
    public init() {}

    /// Documents that relate to an indexed one.
    public var duplicates: Int { byRelation.values.reduce(0, +) }

    mutating func add(_ result: CheckResult) {
        switch result.verdict {
        case .empty: empty += 1
        case .unique: unique += 1
        case .duplicate(let relation): byRelation[relation, default: 0] += 1
        }
        matches += result.matches.count + result.omitted
        withCommonKeys += result.commonKeys > 0 ? 1 : 0
    }

    mutating func add(_ other: VerdictCounts) {
        byRelation.merge(other.byRelation, uniquingKeysWith: +)
        unique += other.unique
        empty += other.empty
        matches += other.matches
        withCommonKeys += other.withCommonKeys
    }
}
