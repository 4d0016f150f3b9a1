import ArgumentParser
import NearDuplicates

/// The thresholds that decide how documents relate.
struct RuleOptions: ParsableArguments {
    @Option(help: "near: the least Jaccard.")
    var near = MatchRule().nearJaccard

    @Option(help: "revised: the least containment and coverage.")
    var revised = MatchRule().revisedShare

    @Option(help: "contained: the least share of the incoming document's shingles found in the indexed one.")
    var containment = MatchRule().containment

    @Option(help: "contains: the least share of the indexed document's shingles found in the incoming one.")
    var coverage = MatchRule().coverage

    @Option(
        help: ArgumentHelp(
            "The least number of shared fingerprints of revised, contained, contains and overlaps.",
            discussion: "One more where boilerplate is left out, but for overlaps."
        )
    )
    var minShared = MatchRule().sharedFingerprints

    @Flag(help: "Report overlaps: documents that share a passage and nothing stronger.")
    var overlaps = false

    @Option(help: "--overlaps with another least length of a shared passage, in tokens (default 50).")
    var overlapTokens: Int?

    @Option(
        help:
            "Of more documents than this that share a band or fingerprint, only the first this many are proposed as matches."
    )
    var postingCap = MatchRule().postingCap

    var rule: MatchRule {
        var rule = MatchRule()
        rule.nearJaccard = near
        rule.revisedShare = revised
        rule.containment = containment
        rule.coverage = coverage
        rule.sharedFingerprints = minShared
        rule.overlapTokens = overlapTokens ?? (overlaps ? 50 : nil)
        rule.postingCap = postingCap
        return rule
    }
}

/// Whether learned boilerplate is left out of account.
enum BoilerplateUse: String, ExpressibleByArgument, CaseIterable {
    case on
    case off
}
