package import NearDuplicates

/// What decides which documents are duplicates, besides the rule.
package struct ClusterOptions {
    /// The relations that make a document a member of a cluster.
    package var drop: Set<Relation> = [.exact, .near, .revised, .contained]
    /// Whether a fingerprint, known by the top half of its key, is boilerplate; nil where nothing was learned.
    ///
    /// It is asked for every key, ascending, by several threads.
    package var isBoilerplate: (@Sendable (_ key: UInt32) -> Bool)?
    /// Documents that another index holds: they are dropped, and stand for nothing.
    package var known: DocumentSet?
    /// The true shingles of documents, where figures are to be exact; a document without any is compared by its sketch.
    package var shingles: ShingleSets?
    /// Told of every verified pair where all are wanted, in the order of the later document's rank and then of the other's.
    package var report: ((VerifiedPair) throws -> Void)?
    /// How many documents a key may propose where all pairs are wanted.
    package var pairCap = 4096
    /// How many exact copies of one document are compared with others where all pairs are wanted; of any more only the pair with
    /// the first is told.
    package var copyCap = 256

    /// Creates the default options.
    package init() {}
}

/// Two documents that relate.
package struct VerifiedPair: Hashable, Sendable {
    /// The one of worse rank.
    package var document: Int
    /// The other.
    package var other: Int
    /// How the first relates to the other.
    package var relation: Relation
    /// How much they have in common.
    package var figures: ClusterFigures
}
