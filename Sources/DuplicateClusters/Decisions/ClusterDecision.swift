package import NearDuplicates

/// What was decided about one document of a dump.
package struct ClusterDecision: Hashable, Sendable {
    /// A document's part in the clusters.
    package enum Role: UInt8, CaseIterable, Sendable {
        /// It is like no other.
        case single
        /// It stands for a cluster of at least two.
        case representative
        /// It is a duplicate of ``ClusterDecision/representative``.
        case member
        /// Another index holds it, or one like it: it is dropped, and stands for nothing.
        case known

        /// Whether the document stays when duplicates are dropped.
        package var isKept: Bool { self == .single || self == .representative }
    }

    /// The document's part.
    package var role: Role
    /// The number of the document that stands for it; its own, but for a member.
    package var representative: UInt32
    /// How a member relates to its representative; nil for all others.
    package var relation: Relation?
    /// Shingles shared with the representative, of all of both: an estimate, or the exact value where texts were compared.
    package var jaccard: Float
    /// The share of the document's shingles that the representative has.
    package var containment: Float
    /// The share of the representative's shingles that the document has.
    package var coverage: Float
    /// Whether all it says is boilerplate.
    package var isBoilerplateOnly: Bool

    /// Creates a decision.
    package init(
        role: Role,
        representative: UInt32,
        relation: Relation? = nil,
        jaccard: Float = 0,
        containment: Float = 0,
        coverage: Float = 0,
        isBoilerplateOnly: Bool = false
    ) {
        self.role = role
        self.representative = representative
        self.relation = relation
        self.jaccard = jaccard
        self.containment = containment
        self.coverage = coverage
        self.isBoilerplateOnly = isBoilerplateOnly
    }
}
