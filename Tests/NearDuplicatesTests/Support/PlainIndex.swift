import CrawlModel
import NearDuplicates
import ShardFormat

/// The plain definition of a search: every pair, plain sets, no tables.
struct PlainIndex {
    private let parameters: IndexParameters
    private let documents: [(document: Document, sketch: PlainSketch)]

    /// Of the live documents, in the order of the index; those the index leaves out are left out here.
    init(_ documents: [Document], _ parameters: IndexParameters) throws {
        self.parameters = parameters
        self.documents = try documents.map { ($0, try PlainSketch($0.text, parameters)) }
            .filter { $0.sketch.tokens >= parameters.minimumTokens }
    }

    /// What a search must answer.
    struct Answer {
        var verdict: Verdict
        var matches: [PlainMatch] = []
        var commonKeys = 0
    }

    func check(_ text: String, _ rule: MatchRule) throws -> Answer {
        let incoming = try PlainSketch(text, parameters)
        guard incoming.tokens >= parameters.minimumTokens else { return Answer(verdict: .empty) }
        let banded = proposed(by: incoming.bands, cap: rule.postingCap) { $0.bands }
        let printed = proposed(by: incoming.probes, cap: rule.postingCap) { $0.fingerprints }
        var matches: [(place: Int, match: PlainMatch)] = []
        for (place, (document, sketch)) in documents.enumerated()
        where banded.documents.contains(place) || printed.documents.contains(place) {
            let match = PlainMatch(
                incoming,
                document,
                sketch,
                rule,
                parameters,
                sharesBand: banded.documents.contains(place)
            )
            if let match { matches.append((place, match)) }
        }
        matches.sort { a, b in
            if a.match.relation != b.match.relation { return a.match.relation < b.match.relation }
            if a.match.containment != b.match.containment { return a.match.containment > b.match.containment }
            if a.match.jaccard != b.match.jaccard { return a.match.jaccard > b.match.jaccard }
            return a.place < b.place
        }
        return Answer(
            verdict: matches.first.map { .duplicate($0.match.relation) } ?? .unique,
            matches: matches.map(\.match),
            commonKeys: printed.common
        )
    }

    /// The first documents of every key, and how many keys have more than those.
    private func proposed(
        by keys: Set<UInt64>,
        cap: Int,
        _ held: (PlainSketch) -> Set<UInt64>
    ) -> (documents: Set<Int>, common: Int) {
        var left = Dictionary(uniqueKeysWithValues: keys.map { ($0, cap) })
        var found = Set<Int>()
        var common = Set<UInt64>()
        for (place, (_, sketch)) in documents.enumerated() {
            for key in held(sketch).intersection(keys) {
                if left[key]! > 0 {
                    left[key]! -= 1
                    found.insert(place)
                } else {
                    common.insert(key)
                }
            }
        }
        return (found, common.count)
    }
}

/// A match as the plain definition finds it.
struct PlainMatch {
    var id: String
    var relation = Relation.exact
    var jaccard = 1.0
    var containment = 1.0
    var coverage = 1.0
    var shared: Int
    var passages: [Passage]

    /// What the rule says of two documents; nil where they don't relate.
    init?(
        _ incoming: PlainSketch,
        _ document: Document,
        _ indexed: PlainSketch,
        _ rule: MatchRule,
        _ parameters: IndexParameters,
        sharesBand: Bool
    ) {
        id = document.id
        shared = incoming.probes.intersection(indexed.fingerprints).count
        passages = incoming.passages(sharedWith: indexed, parameters)
        if sharesBand, incoming.content == indexed.content { return }
        let (own, theirs) = (incoming.fingerprints.count, indexed.fingerprints.count)
        jaccard = incoming.jaccard(indexed)
        containment = min(1, Double(shared) / Double(own))
        coverage = min(1, Double(shared) / Double(theirs))
        let hasEnough = shared >= rule.sharedFingerprints
        let least = (min(rule.revisedShare, rule.containment), min(rule.revisedShare, rule.coverage))
        // Sets of this Jaccard share so much of both; 0.6 of that makes a pair worth a look.
        let mayBeNear = Double(shared) >= 0.6 * rule.nearJaccard / (1 + rule.nearJaccard) * Double(own + theirs)
        let proposes =
            shared > 0 && mayBeNear
            || hasEnough && (rule.overlapTokens != nil || containment >= least.0 || coverage >= least.1)
        guard sharesBand || proposes else { return nil }
        if jaccard >= rule.nearJaccard {
            relation = .near
        } else if hasEnough, containment >= rule.revisedShare, coverage >= rule.revisedShare {
            relation = .revised
        } else if hasEnough, containment >= rule.containment {
            relation = .contained
        } else if hasEnough, coverage >= rule.coverage {
            relation = .contains
        } else if hasEnough, let tokens = rule.overlapTokens,
            let longest = incoming.passages(sharedWith: indexed, everyShingle: false, parameters)
                .map(\.incoming.count).max(), longest + (parameters.window + 1) / 2 >= tokens
        {
            relation = .overlaps
        } else {
            return nil
        }
    }
}
