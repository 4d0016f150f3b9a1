import ArgumentParser
import NearDuplicates
import ShardFormat

/// What a new index is made with; an old one must have been made with the same, or the command is refused.
struct SettingsOptions: ParsableArguments {
    @Option(help: "Tokens in a shingle (default 5).")
    var shingle: Int?

    @Option(help: "Seed of every hash (default 0).")
    var seed: UInt64?

    @Option(help: "Values in a signature (default 128).")
    var signatureValues: Int?

    @Option(help: "Bits stored of each value: 1, 2, 4, 8, 16 or 32 (default 8).")
    var signatureBits: Int?

    @Option(help: "Shingles in a winnowing window (default 16).")
    var window: Int?

    @Flag(
        help: """
            Store no fingerprints: a third of the room, and only whole texts are compared. Finds exact and near duplicates; \
            texts contained in others, revised ones and passages are not found.
            """
    )
    var noPassages = false

    @Option(help: "The Jaccard for which bands are tuned (default 0.8).")
    var bandThreshold: Double?

    @Option(help: "The share of pairs of that Jaccard that bands must find (default 0.99).")
    var recall: Double?

    @Option(help: "Leave out documents of fewer tokens, and count them (default 1).")
    var minTokens: Int?

    func validate() throws {
        guard !noPassages || window == nil else {
            throw ValidationError("--no-passages stores no fingerprints, which --window is about: give one of the two")
        }
    }

    /// Whether any of them was given.
    var isGiven: Bool {
        shingle != nil || seed != nil || signatureValues != nil || signatureBits != nil || window != nil
            || noPassages || bandThreshold != nil || recall != nil || minTokens != nil
    }

    /// The settings given, over those of the index there is, or the default ones.
    func settings(over parameters: IndexParameters?) -> IndexSettings {
        var settings = parameters.map(IndexSettings.init) ?? IndexSettings()
        settings.shingleTokens = shingle ?? settings.shingleTokens
        settings.seed = seed ?? settings.seed
        settings.signatureValues = signatureValues ?? settings.signatureValues
        settings.signatureBits = signatureBits ?? settings.signatureBits
        settings.window = noPassages ? 0 : window ?? settings.window
        settings.bandThreshold = bandThreshold ?? settings.bandThreshold
        settings.recallGoal = recall ?? settings.recallGoal
        settings.minimumTokens = minTokens ?? settings.minimumTokens
        return settings
    }
}
