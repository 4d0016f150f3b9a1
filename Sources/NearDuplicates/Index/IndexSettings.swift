internal import IndexStorage
public import ShardFormat
internal import Shingling
internal import Sketching

/// What a new index is made with.
///
/// Fixed for its life: every figure in it depends on these.
public struct IndexSettings: Hashable, Sendable {
    /// Tokens in a shingle, 1 to 64.
    public var shingleTokens = 5
    /// Changes every hash; indexes of different seeds share nothing.
    public var seed: UInt64 = 0
    /// Values in a signature, 16 to 1024, a multiple of 8.
    public var signatureValues = 128
    /// Bits stored of each value: 1, 2, 4, 8, 16 or 32.
    public var signatureBits = 4
    /// Shingles in a winnowing window, 1 to 64; 0 for no fingerprints.
    ///
    /// Without fingerprints an index takes a third of the room, and finds documents that resemble each other as wholes
    /// alone: `exact` and `near`, by bands and signatures. It tells no containment and no passages.
    public var window = 16
    /// The Jaccard at which bands must find ``recallGoal`` of all pairs.
    public var bandThreshold = 0.8
    /// The share of pairs at ``bandThreshold`` that bands must find, above 0 and below 1.
    public var recallGoal = 0.99
    /// Documents with fewer tokens are left out, and counted.
    public var minimumTokens = 1

    /// Creates the default settings.
    public init() {}

    /// The settings that an index was made with.
    public init(_ parameters: IndexParameters) {
        shingleTokens = parameters.shingleTokens
        seed = parameters.seed
        signatureValues = parameters.signatureValues
        signatureBits = parameters.signatureBits
        window = parameters.window
        bandThreshold = parameters.nearThreshold
        recallGoal = parameters.recallGoal
        minimumTokens = parameters.minimumTokens
    }

    /// The parameters an index made with these settings carries in its files.
    ///
    /// - Throws: ``IndexError/invalidSetting(name:expected:found:)`` naming the first setting out of range.
    public func parameters() throws(IndexError) -> IndexParameters {
        guard ShinglingParameters.allowedTokens.contains(shingleTokens) else {
            throw .invalidSetting(name: "tokens in a shingle", expected: "1 to 64", found: "\(shingleTokens)")
        }
        guard minimumTokens >= 1, minimumTokens <= Int(UInt32.max) else {
            throw .invalidSetting(name: "minimum tokens", expected: "1 or more", found: "\(minimumTokens)")
        }
        let sketching: SketchingParameters
        do {
            let banding = try Banding(values: signatureValues, threshold: bandThreshold, recall: recallGoal)
            sketching = try SketchingParameters(
                values: signatureValues,
                bits: signatureBits,
                banding: banding,
                window: window
            )
        } catch {
            throw .invalidSetting(name: error.parameter, expected: error.expected, found: error.found)
        }
        return IndexParameters(
            hashVersion: ShinglingParameters.hashVersion,
            unicodeVersion: ShinglingParameters.unicodeVersion,
            seed: seed,
            shingleTokens: shingleTokens,
            window: window,
            signatureValues: signatureValues,
            signatureBits: signatureBits,
            bands: sketching.banding.bands,
            rows: sketching.banding.rows,
            nearThreshold: bandThreshold,
            recallGoal: recallGoal,
            minimumTokens: minimumTokens
        )
    }
}

extension IndexParameters {
    /// The hashes this program computes under these parameters; nil where it can't: another version, or out of range.
    var sketching: (shingling: ShinglingParameters, sketching: SketchingParameters)? {
        guard hashVersion == ShinglingParameters.hashVersion, unicodeVersion == ShinglingParameters.unicodeVersion,
            ShinglingParameters.allowedTokens.contains(shingleTokens), minimumTokens >= 1,
            let sketching = try? SketchingParameters(
                values: signatureValues,
                bits: signatureBits,
                banding: Banding(bands: bands, rows: rows),
                window: window
            )
        else { return nil }
        return (ShinglingParameters(tokens: shingleTokens, seed: seed), sketching)
    }

    /// These parameters with the versions this program writes: what an index must match to be used here.
    var asWrittenHere: IndexParameters {
        var mine = self
        mine.hashVersion = ShinglingParameters.hashVersion
        mine.unicodeVersion = ShinglingParameters.unicodeVersion
        return mine
    }
}
