internal import CKernels

/// What decides which hashes a text's shingles have.
///
/// Two texts can only be compared under equal parameters.
public struct ShinglingParameters: Hashable, Sendable {
    /// The version of the normaliser and of every hash in this module and in `Sketching`.
    ///
    /// Version 1 is frozen: what has this version has these hashes, always. `vectors-v1.tsv` of the tests publishes some.
    public static let hashVersion: UInt32 = 1

    /// The Unicode version of the folding table: major, minor and update in a byte each, from the third lowest down.
    public static let unicodeVersion: UInt32 = nd_unicode_version

    /// How many tokens a shingle may have.
    public static let allowedTokens = 1...64

    /// Tokens in a shingle, 1 to 64.
    ///
    /// A run of characters of scripts written without spaces spans twice as many.
    public var tokens: Int

    /// Changes every hash.
    ///
    /// Sketches made under different seeds share nothing.
    public var seed: UInt64

    /// Creates parameters.
    ///
    /// - Precondition: `tokens` is in ``allowedTokens``.
    public init(tokens: Int = 5, seed: UInt64 = 0) {
        precondition(Self.allowedTokens.contains(tokens), "a shingle has 1 to 64 tokens, not \(tokens)")
        self.tokens = tokens
        self.seed = seed
    }
}
