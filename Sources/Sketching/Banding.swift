#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// How a signature is cut into bands of rows for locality-sensitive hashing (Indyk & Motwani 1998): two documents are
/// candidates when all rows of at least one band are equal.
public struct Banding: Hashable, Sendable {
    /// Bands.
    public let bands: Int
    /// Rows: values in a band.
    public let rows: Int

    /// The most that is let through of the pairs of half the threshold's Jaccard.
    private static let unlikeShare = 0.125

    /// Creates a banding as it is stated.
    public init(bands: Int, rows: Int) {
        self.bands = bands
        self.rows = rows
    }

    /// Chooses the fewest bands that find pairs of Jaccard `threshold` with probability `recall`, and no more than an
    /// eighth of the pairs of half that Jaccard; where no banding is so strict, the one of the most rows.
    ///
    /// Each band is a key on disk and a lookup, each unlike pair let through a signature to compare.
    ///
    /// - Parameters:
    ///   - values: values in the signature.
    ///   - threshold: the Jaccard at which the recall must hold, above 0 and at most 1.
    ///   - recall: above 0 and below 1.
    /// - Throws: ``SketchingParametersError`` when no banding of so few values reaches the recall.
    public init(values: Int, threshold: Double, recall: Double) throws(SketchingParametersError) {
        guard threshold > 0, threshold <= 1 else {
            throw SketchingParametersError(
                parameter: "Jaccard threshold",
                expected: "above 0 and at most 1",
                found: "\(threshold)"
            )
        }
        guard recall > 0, recall < 1 else {
            throw SketchingParametersError(parameter: "recall goal", expected: "above 0, below 1", found: "\(recall)")
        }
        // From the most rows on, each with the fewest bands that find enough: fewer rows need fewer bands.
        let enough = (1...min(values, 32)).reversed()
            .compactMap { rows in
                (1...(values / rows)).lazy.map { Banding(bands: $0, rows: rows) }
                    .first { $0.recall(atJaccard: threshold) >= recall }
            }
        if let banding = enough.last(where: { $0.recall(atJaccard: threshold / 2) <= Self.unlikeShare }) ?? enough.first
        {
            self = banding
            return
        }
        throw SketchingParametersError(
            parameter: "signature values",
            expected: "enough for a recall of \(recall) at Jaccard \(threshold)",
            found: "\(values)"
        )
    }

    /// The probability that two documents of this Jaccard share a band: 1 - (1 - J^rows)^bands.
    public func recall(atJaccard jaccard: Double) -> Double {
        1 - pow(1 - pow(jaccard, Double(rows)), Double(bands))
    }
}
