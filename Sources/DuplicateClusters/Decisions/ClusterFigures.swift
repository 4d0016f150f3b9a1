internal import NearDuplicates

/// How much two documents have in common.
package struct ClusterFigures: Hashable, Sendable {
    /// Shingles shared, of all of both.
    package var jaccard: Double
    /// The share of the later document's shingles, in the order of ranks, that the other has.
    package var containment: Double
    /// The share of the other's shingles that the later one has.
    package var coverage: Double

    /// Creates figures.
    package init(jaccard: Double, containment: Double, coverage: Double) {
        self.jaccard = jaccard
        self.containment = containment
        self.coverage = coverage
    }

    /// Those of equal documents.
    static let equal = ClusterFigures(jaccard: 1, containment: 1, coverage: 1)
}
