/// What two documents share of their content: of their fingerprints without those that are boilerplate.
package struct ContentEvidence: Hashable, Sendable {
    /// The fingerprints of the incoming document that are content.
    package let incoming: Int
    /// Those of the indexed one.
    package let indexed: Int
    /// Those that both have.
    package let shared: Int
    /// Whether neither has any boilerplate, so that the content is the text.
    package let isWhole: Bool

    /// Counts of two documents; what is shared is no more than the smaller has where ratios are taken.
    package init(incoming: Int, indexed: Int, shared: Int, isWhole: Bool) {
        self.incoming = incoming
        self.indexed = indexed
        self.shared = shared
        self.isWhole = isWhole
    }

    /// The share of the incoming document's content found in the indexed one; 0 where it has none.
    package var containment: Double { Self.share(shared, of: incoming) }

    /// The share of the indexed document's content found in the incoming one; 0 where it has none.
    package var coverage: Double { Self.share(shared, of: indexed) }

    /// The share of the smaller content that the larger has; 0 where one of them has none.
    package var sharedOfSmaller: Double { Self.share(shared, of: min(incoming, indexed)) }

    private static func share(_ count: Int, of all: Int) -> Double {
        all == 0 ? 0 : Double(min(count, all)) / Double(all)
    }
}
