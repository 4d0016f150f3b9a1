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

    /// Creates a banding as it is stated.
    public init(bands: Int, rows: Int) {
        self.bands = bands
        self.rows = rows
    }

    /// Chooses the banding that lets through the fewest unlike pairs and still finds pairs of Jaccard `threshold` with
    /// probability `recall`: the most rows for which the signature has enough bands, and no more bands than needed.
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
        for rows in stride(from: min(values, 32), through: 1, by: -1) {
            for bands in 1...(values / rows) {
                let banding = Banding(bands: bands, rows: rows)
                if banding.recall(atJaccard: threshold) >= recall {
                    self = banding
                    return
                }
            }
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
