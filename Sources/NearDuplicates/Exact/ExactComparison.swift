internal import Shingling
internal import Sketching

/// Two texts compared in full: nothing is estimated.
///
/// Figures are of the sets of their shingles (Broder 1997); passages are runs of equal tokens.
public struct ExactComparison: Hashable, Sendable {
    /// What was counted of one text.
    public struct Side: Hashable, Sendable {
        /// Tokens.
        public var tokens: Int
        /// Distinct shingles.
        public var shingles: Int
    }

    /// The first text.
    public let incoming: Side
    /// The second text.
    public let indexed: Side
    /// Shingles that both have.
    public let sharedShingles: Int
    /// Whether the token sequences are equal.
    public let isSameContent: Bool
    /// How the first relates to the second; nil where no relation holds.
    public private(set) var relation: Relation?
    /// The runs of tokens both have, in the order of the first text.
    ///
    /// From its start on the longest run that begins at a token and stands anywhere in the second text; the next begins behind
    /// it.
    public let passages: [Passage]

    /// Shared shingles, of all shingles of both; 0 where there are none.
    public var jaccard: Double { share(of: incoming.shingles + indexed.shingles - sharedShingles) }
    /// The share of the first text's shingles that the second has.
    public var containment: Double { share(of: incoming.shingles) }
    /// The share of the second text's shingles that the first has.
    public var coverage: Double { share(of: indexed.shingles) }

    private func share(of count: Int) -> Double { count == 0 ? 0 : Double(sharedShingles) / Double(count) }

    /// Compares two texts.
    ///
    /// - Parameters:
    ///   - incoming: the first text.
    ///   - indexed: the second.
    ///   - shingleTokens: tokens in a shingle.
    ///   - rule: decides the relation; its least number of shared fingerprints is one of shared shingles here.
    ///   - leastPassageTokens: shorter runs are turns of phrase.
    /// - Throws: ``IndexError/invalidSetting(name:expected:found:)``.
    /// - Complexity: O(*n* log *n*) in the tokens; memory is 40 bytes for each.
    public init(
        _ incoming: String,
        _ indexed: String,
        shingleTokens: Int = 5,
        rule: MatchRule = MatchRule(),
        leastPassageTokens: Int = 10
    ) throws(IndexError) {
        try rule.validate()
        guard ShinglingParameters.allowedTokens.contains(shingleTokens) else {
            throw .invalidSetting(name: "tokens in a shingle", expected: "1 to 64", found: "\(shingleTokens)")
        }
        let parameters = ShinglingParameters(tokens: shingleTokens)
        let (first, second) = (ShingledText(incoming, parameters), ShingledText(indexed, parameters))
        self.incoming = Side(tokens: first.tokens.count, shingles: first.distinct.count)
        self.indexed = Side(tokens: second.tokens.count, shingles: second.distinct.count)
        sharedShingles = DistinctHashes.countShared(first.distinct.span, second.distinct.span)
        isSameContent = first.tokens == second.tokens && !first.tokens.isEmpty
        passages = RunFinder(first, second, leastTokens: leastPassageTokens).runs()
        relation = decided(by: rule)
    }

    private func decided(by rule: MatchRule) -> Relation? {
        if isSameContent { return .exact }
        let relation = rule.relation(
            jaccard: sharedShingles == 0 ? 0 : jaccard,
            shared: sharedShingles,
            containment: containment,
            coverage: coverage
        )
        if let relation { return relation }
        guard let least = rule.overlapTokens else { return nil }
        return passages.contains { $0.incoming.count >= least } ? .overlaps : nil
    }
}

/// A text's tokens and shingles, as hashes.
struct ShingledText {
    /// In text order.
    let tokens: [UInt64]
    /// In text order.
    let shingles: [UInt64]
    /// Ascending, each once.
    let distinct: [UInt64]

    init(_ text: String, _ parameters: ShinglingParameters) {
        var shingler = TextShingler(parameters: parameters)
        shingler.read(text)
        tokens = Self.array(shingler.tokens)
        shingles = Self.array(shingler.shingles)
        distinct = DistinctHashes.sorted(shingler.shingles)
    }

    private static func array(_ span: Span<UInt64>) -> [UInt64] {
        span.indices.map { span[$0] }
    }
}
