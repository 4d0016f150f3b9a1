/// The rule that decides, on stored evidence, how two documents relate.
///
/// Sketches only propose.
public struct MatchRule: Hashable, Sendable {
    /// The least Jaccard of `near`.
    public var nearJaccard = 0.8
    /// The least containment and coverage of `revised`.
    public var revisedShare = 0.6
    /// The least containment of `contained`.
    public var containment = 0.6
    /// The least coverage of `contains`.
    public var coverage = 0.6
    /// The least number of shared fingerprints of every relation but `exact` and `near`.
    public var sharedFingerprints = 3
    /// The least length of a shared passage of `overlaps`, in tokens; nil where that relation is not asked for.
    public var overlapTokens: Int?
    /// A band or fingerprint held by more live documents than this is common: only its first so many propose a match.
    public var postingCap = 256

    /// The most that a count of the rule may be.
    private static let countLimit = 1 << 24

    /// Of the fingerprints that two documents of the least Jaccard share in the mean, those that make one worth a look.
    private static let nearSlack = 0.6

    /// Creates the default rule.
    public init() {}

    /// The first setting out of range.
    ///
    /// - Throws: ``IndexError/invalidSetting(name:expected:found:)``.
    public func validate() throws(IndexError) {
        for (name, value) in [
            ("near Jaccard", nearJaccard), ("revised share", revisedShare), ("containment", containment),
            ("coverage", coverage),
        ] where !(value > 0 && value <= 1) {
            throw .invalidSetting(name: name, expected: "above 0 and at most 1", found: "\(value)")
        }
        for (name, value) in [
            ("shared fingerprints", sharedFingerprints), ("overlap tokens", overlapTokens ?? 1),
            ("posting cap", postingCap),
        ] where !(1...Self.countLimit).contains(value) {
            throw .invalidSetting(name: name, expected: "1 to \(Self.countLimit)", found: "\(value)")
        }
    }

    /// The relation that evidence bears out; nil for none.
    ///
    /// `overlaps` needs passages, and is decided where they are.
    func relation(
        sameContent: Bool,
        jaccard: Double,
        shared: Int,
        containment: Double,
        coverage: Double
    ) -> Relation? {
        if sameContent { return .exact }
        if jaccard >= nearJaccard { return .near }
        guard shared >= sharedFingerprints else { return nil }
        if containment >= revisedShare, coverage >= revisedShare { return .revised }
        if containment >= self.containment { return .contained }
        if coverage >= self.coverage { return .contains }
        return nil
    }

    /// Whether a document that shares at most this much could be anything but `exact`.
    func couldMatch(shared: Int, queryFingerprints: Int, documentFingerprints: Int) -> Bool {
        // |A ∩ B| = J / (1 + J) x (|A| + |B|). The signature, which decides, may be off from the fingerprints: hence less.
        let nearShare = Self.nearSlack * nearJaccard / (1 + nearJaccard)
        if Double(shared) >= nearShare * Double(queryFingerprints + documentFingerprints), shared > 0 { return true }
        guard shared >= sharedFingerprints else { return false }
        if overlapTokens != nil { return true }
        let least = min(revisedShare, containment)
        return Double(shared) >= least * Double(queryFingerprints)
            || Double(shared) >= min(revisedShare, coverage) * Double(documentFingerprints)
    }
}
