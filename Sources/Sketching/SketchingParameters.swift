/// What decides a sketch, given the shingle hashes.
///
/// Two sketches can only be compared under equal parameters.
public struct SketchingParameters: Hashable, Sendable {
    /// How many values a signature may have.
    public static let allowedValues = 16...1024
    /// How many bits of a value may be stored.
    public static let allowedBits: Set<Int> = [1, 2, 4, 8, 16, 32]
    /// How many shingles a winnowing window may have; 0 for no fingerprints.
    public static let allowedWindows = 0...64

    /// Values in a signature, K: 16 to 1024, a multiple of 8.
    ///
    /// More err less and cost more disk.
    public var values: Int
    /// Bits stored of each value, b: 1, 2, 4, 8, 16 or 32 (b-bit minwise hashing, Li & König 2010).
    public var bits: Int
    /// How the signature is cut into bands.
    public var banding: Banding
    /// Shingles in a winnowing window, up to 64: a shared run of this many shingles is certain to share a fingerprint.
    ///
    /// With 0 there are no fingerprints: signatures alone tell documents apart.
    public var window: Int

    /// Creates parameters.
    ///
    /// - Parameters:
    ///   - values: K, in ``allowedValues`` and a multiple of 8.
    ///   - bits: b, in ``allowedBits``.
    ///   - banding: how the signature is cut into bands; nil chooses it for a Jaccard of 0.8 and a recall of 0.99.
    ///   - window: in ``allowedWindows``.
    /// - Throws: ``SketchingParametersError`` naming the first parameter out of range.
    public init(
        values: Int = 128,
        bits: Int = 4,
        banding: Banding? = nil,
        window: Int = 16
    ) throws(SketchingParametersError) {
        guard Self.allowedValues.contains(values), values.isMultiple(of: 8) else {
            throw SketchingParametersError(
                parameter: "signature values",
                expected: "a multiple of 8 from 16 to 1024",
                found: "\(values)"
            )
        }
        guard Self.allowedBits.contains(bits) else {
            throw SketchingParametersError(
                parameter: "signature bits",
                expected: "1, 2, 4, 8, 16 or 32",
                found: "\(bits)"
            )
        }
        guard Self.allowedWindows.contains(window) else {
            throw SketchingParametersError(parameter: "window", expected: "0 to 64 shingles", found: "\(window)")
        }
        let chosen: Banding
        if let banding {
            chosen = banding
        } else {
            chosen = try Banding(values: values, threshold: 0.8, recall: 0.99)
        }
        guard chosen.bands >= 1, chosen.rows >= 1, chosen.bands <= values / chosen.rows else {
            throw SketchingParametersError(
                parameter: "bands",
                expected: "bands x rows from 1 to \(values)",
                found: "\(chosen.bands) x \(chosen.rows)"
            )
        }
        self.values = values
        self.bits = bits
        self.banding = chosen
        self.window = window
    }

    /// Bytes of a packed signature.
    public var signatureBytes: Int { values * bits / 8 }
}

/// A parameter of sketching that is out of range.
public struct SketchingParametersError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The parameter.
    public let parameter: String
    /// What it may be.
    public let expected: String
    /// What it was.
    public let found: String

    /// The parameter, what was expected and what was found.
    public var description: String { "\(parameter): expected \(expected), got \(found)" }
}
