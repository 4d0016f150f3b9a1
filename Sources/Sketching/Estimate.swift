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

    /// The Jaccard of two documents' shingle sets from their signatures and from their fingerprints, each weighted by how
    /// little it errs.
    ///
    /// Of the *n* fingerprints that both have together those shared estimate the Jaccard as well. That runs low, because a
    /// shingle near a difference may be chosen in one text and not in the other: on data sets of known Jaccard *J* by
    /// 0.2 *J* (1 - *J*) in the mean, and between 0.1 and 0.4 of that product depending on how edits are spread. The mean is
    /// added, and what it leaves unsure counts as error. With fewer than 16 fingerprints in either text the signatures
    /// alone decide.
    ///
    /// - Parameters:
    ///   - signatures: what the signatures say.
    ///   - values: values in a signature, K.
    ///   - bits: bits stored of each, b.
    ///   - shared: fingerprints shared, all of them counted.
    ///   - own: distinct fingerprints of one document.
    ///   - theirs: distinct fingerprints of the other.
    /// - Returns: the estimate. Errors are stated as of one more observation, half of it equal, so that none is 0.
    public static func jaccard(
        signatures: Estimate,
        values: Int,
        bits: Int,
        shared: Int,
        own: Int,
        theirs: Int
    ) -> Estimate {
        guard min(own, theirs) >= leastFingerprints else { return signatures }
        let union = Double(own + theirs - min(shared, own, theirs))
        let printed = printedJaccard(shared: shared, own: own, theirs: theirs)
        // The variances of both depend on the Jaccard itself: a first guess serves.
        let guess = (signatures.value + printed) / 2
        let chance = Double(sign: .plus, exponent: -bits, significand: 1)
        let signed = variance(ofShare: guess + (1 - guess) * chance, of: Double(values)) / ((1 - chance) * (1 - chance))
        let unsure = winnowingDoubt * guess * (1 - guess)
        let winnowed = variance(ofShare: guess, of: union) + unsure * unsure
        let weight = winnowed / (signed + winnowed)
        return Estimate(
            value: min(1, weight * signatures.value + (1 - weight) * printed),
            standardError: (signed * winnowed / (signed + winnowed)).squareRoot()
        )
    }

    /// The Jaccard that fingerprints estimate.
    private static func printedJaccard(shared: Int, own: Int, theirs: Int) -> Double {
        let shared = min(shared, own, theirs)
        let share = Double(shared) / Double(own + theirs - shared)
        return share + winnowingBias * share * (1 - share)
    }

    /// No less than what ``jaccard(signatures:values:bits:shared:own:theirs:)`` gives for at most so many shared fingerprints.
    package static func greatestJaccard(signatures: Estimate, shared: Int, own: Int, theirs: Int) -> Double {
        guard min(own, theirs) >= leastFingerprints else { return signatures.value }
        // A mean of the two, rounded; the second grows with what is shared.
        return max(signatures.value, printedJaccard(shared: shared, own: own, theirs: theirs)) + roundingSlack
    }

    private static let roundingSlack = 1e-9

    /// Fewer fingerprints say less than a signature, and short texts are looked up by every shingle.
    private static let leastFingerprints = 16
    private static let winnowingBias = 0.2
    private static let winnowingDoubt = 0.13

    /// The variance of a share estimated from so many draws, never 0.
    private static func variance(ofShare share: Double, of draws: Double) -> Double {
        let share = (share * draws + 0.5) / (draws + 1)
        return share * (1 - share) / draws
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
