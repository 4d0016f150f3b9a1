/// A figure that was estimated from sketches, and how far off it may be.
public struct Estimate: Hashable, Sendable {
    /// The estimate, 0 to 1.
    public var value: Double
    /// Its standard error: about two in three estimates are this near to the exact value.
    public var standardError: Double

    /// Creates an estimate.
    public init(value: Double, standardError: Double) {
        self.value = value
        self.standardError = standardError
    }

    /// The Jaccard of two documents' shingle sets from how many of their signatures' values are equal.
    ///
    /// Of two different values, 1 in 2^b agrees in its stored b bits by chance; that is taken off (Li & König 2010,
    /// for sets that are small against the space of hashes). The error is that of independent minima;
    /// one-permutation values err a little less where a text has more shingles than the signature values, and up to an
    /// eighth more where it has fewer.
    ///
    /// - Parameters:
    ///   - matches: equal values, 0 to `values`.
    ///   - values: values in a signature, K.
    ///   - bits: bits stored of each, b.
    /// - Returns: the estimate, at least 0: pairs that share next to nothing come out a little high.
    public static func jaccard(matches: Int, values: Int, bits: Int) -> Estimate {
        let chance = Double(sign: .plus, exponent: -bits, significand: 1)
        let share = Double(matches) / Double(values)
        let corrected = min(1, max(0, (share - chance) / (1 - chance)))
        let expected = corrected + (1 - corrected) * chance
        return Estimate(
            value: corrected,
            standardError: (expected * (1 - expected) / Double(values)).squareRoot() / (1 - chance)
        )
    }

    /// The share of one document's shingles found in another, from how many of its fingerprints are shared.
    ///
    /// Fingerprints of a text are chosen by winnowing, about two in window + 1 shingles; the error is that of drawing
    /// so many at random, which overlapping windows come near to.
    ///
    /// - Parameters:
    ///   - shared: fingerprints shared, 0 to `fingerprints`.
    ///   - fingerprints: distinct fingerprints of the document.
    /// - Returns: the estimate; 0 for a document without fingerprints.
    public static func share(_ shared: Int, of fingerprints: Int) -> Estimate {
        guard fingerprints > 0 else { return Estimate(value: 0, standardError: 0) }
        let value = min(1, Double(shared) / Double(fingerprints))
        return Estimate(value: value, standardError: (value * (1 - value) / Double(fingerprints)).squareRoot())
    }
}
