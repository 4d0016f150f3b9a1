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
    ///
    /// One more where boilerplate is left out, but for `overlaps`, which needs a long passage: at the edge of a template one
    /// reaches into the text, and what is left of a page may be a sentence.
    public var sharedFingerprints = 3
    /// The least length of a shared passage of `overlaps`, in tokens; nil where that relation is not asked for.
    public var overlapTokens: Int?
    /// A band or fingerprint held by more live documents than this is common: only its first so many propose a match; of a
    /// fingerprint a quarter of those, and only where a text has few that are not common.
    public var postingCap = 64

    /// Whether what the index learned to be boilerplate counts for nothing.
    public var ignoresBoilerplate = true
    /// Where boilerplate does not count: the least share of the smaller content's fingerprints that two documents of enough
    /// Jaccard must share to be `near`.
    public var nearContent = 0.3

    /// How many documents a common fingerprint proposes.
    ///
    /// Pages that are mostly template share it with every page of their site.
    var commonProposals: Int { max(1, postingCap / 4) }

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
            ("coverage", coverage), ("near content", nearContent),
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

    /// The relation that evidence bears out, of two documents of unequal content; nil for none.
    ///
    /// `overlaps` needs passages, and is decided where they are.
    ///
    /// - Parameters:
    ///   - jaccard: of the whole texts.
    ///   - content: what of their fingerprints is not boilerplate.
    /// - Returns: the first relation that holds.
    package func relation(jaccard: Double, content: ContentEvidence) -> Relation? {
        relation(
            jaccard: isBorneOut(by: content) ? jaccard : 0,
            shared: content.shared,
            isWhole: content.isWhole,
            containment: content.containment,
            coverage: content.coverage
        )
    }

    /// Whether documents that resemble each other as wholes do so by more than their boilerplate.
    package func isBorneOut(by content: ContentEvidence) -> Bool {
        content.isWhole || content.sharedOfSmaller >= nearContent
    }

    /// The relation that figures bear out, whatever they are of.
    ///
    /// - Parameters:
    ///   - jaccard: of the whole texts.
    ///   - shared: fingerprints, or shingles, that both have.
    ///   - isWhole: whether nothing was left out as boilerplate.
    ///   - containment: the share of the incoming document's.
    ///   - coverage: the share of the indexed one's.
    /// - Returns: the first relation that holds.
    package func relation(
        jaccard: Double,
        shared: Int,
        isWhole: Bool = true,
        containment: Double,
        coverage: Double
    ) -> Relation? {
        if jaccard >= nearJaccard { return .near }
        guard shared >= sharedFingerprints + (isWhole ? 0 : 1) else { return nil }
        if containment >= revisedShare, coverage >= revisedShare { return .revised }
        if containment >= self.containment { return .contained }
        if coverage >= self.coverage { return .contains }
        return nil
    }

    /// Of how many fingerprints the documents must be looked at, so that none is missed that shares enough.
    ///
    /// Of *n* fingerprints, a document that shares *s* holds one of any *n* - *s* + 1.
    ///
    /// - Parameters:
    ///   - count: how many are looked up.
    ///   - own: how many the incoming document has; of a short one every shingle is looked up, which are more.
    /// - Returns: a number from 0 to `count`.
    package func proposingKeys(of count: Int, ownFingerprints own: Int) -> Int {
        // A shared passage may be of any few fingerprints.
        if overlapTokens != nil { return count }
        let share = min(revisedShare, containment) * Double(own)
        let least = max(sharedFingerprints, Int(share.rounded(.up)))
        return min(count, max(0, count - least + 1))
    }

    /// The least share of both documents' fingerprints together that makes a pair worth a look as `near`.
    ///
    /// |A ∩ B| = J / (1 + J) x (|A| + |B|). The signature, which decides, may be off from the fingerprints: hence less.
    private var nearShare: Double { Self.nearSlack * nearJaccard / (1 + nearJaccard) }

    /// The least that a document must share to be anything but `exact`, whatever else it has.
    package func leastShared(queryFingerprints: Int) -> Int {
        min(sharedFingerprints, max(1, Int((nearShare * Double(queryFingerprints)).rounded(.up))))
    }

    /// Whether a document that shares at most this much could be anything but `exact`.
    package func couldMatch(shared: Int, queryFingerprints: Int, documentFingerprints: Int) -> Bool {
        if Double(shared) >= nearShare * Double(queryFingerprints + documentFingerprints), shared > 0 { return true }
        guard shared >= sharedFingerprints else { return false }
        if overlapTokens != nil { return true }
        let least = min(revisedShare, containment)
        return Double(shared) >= least * Double(queryFingerprints)
            || Double(shared) >= min(revisedShare, coverage) * Double(documentFingerprints)
    }
}
