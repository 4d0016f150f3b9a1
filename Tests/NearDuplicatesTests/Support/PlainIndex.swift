import CrawlModel
import NearDuplicates
import ShardFormat
import Sketching

/// The plain definition of a search: every pair, plain sets, no tables.
struct PlainIndex {
    private let parameters: IndexParameters
    private let documents: [(document: Document, sketch: PlainSketch)]
    /// Fingerprints that count for nothing.
    private let boilerplate: Set<UInt64>

    /// Of the live documents, in the order of the index; those the index leaves out are left out here.
    init(_ documents: [Document], _ parameters: IndexParameters, boilerplate: Set<UInt64> = []) throws {
        self.boilerplate = boilerplate
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
        let banded = firstHolders(of: incoming.bands, cap: rule.postingCap) { $0.bands }
        let printed = proposed(by: incoming, rule)
        var matches: [(place: Int, match: PlainMatch)] = []
        for (place, (document, sketch)) in documents.enumerated()
        where banded.contains(place) || printed.documents.contains(place) {
            let match = PlainMatch(
                incoming,
                document,
                sketch,
                rule,
                parameters,
                boilerplate,
                sharesBand: banded.contains(place)
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
            verdict: matches.first.map { .duplicate($0.match.relation) }
                ?? (incoming.fingerprints.subtracting(boilerplate).isEmpty && !incoming.fingerprints.isEmpty
                    ? .boilerplate : .unique),
            matches: matches.map(\.match),
            commonKeys: printed.common
        )
    }

    /// The first documents of every key.
    private func firstHolders(
        of keys: some Sequence<UInt64>,
        cap: Int,
        _ held: (PlainSketch) -> Set<UInt64>
    ) -> Set<Int> {
        Set(keys.flatMap { holders(of: $0, held).prefix(cap) })
    }

    private func holders(of key: UInt64, _ held: (PlainSketch) -> Set<UInt64>) -> [Int] {
        documents.indices.filter { held(documents[$0].sketch).contains(key) }
    }

    /// All documents of the fingerprints that few hold, and where those are too few to find every document that shares
    /// enough, the first ones of others: of those that reach furthest into the index before they are common.
    private func proposed(by incoming: PlainSketch, _ rule: MatchRule) -> (documents: Set<Int>, common: Int) {
        let cap = rule.postingCap
        // In the order of the text: the earlier of two that reach as far is asked.
        let keys = incoming.probesInOrder.filter { !boilerplate.contains($0) }
        let lists = keys.map { holders(of: $0) { $0.fingerprints } }
        let common = lists.indices.filter { lists[$0].count > cap }
        var documents = Set(lists.filter { $0.count <= cap }.joined())
        let least = max(
            rule.sharedFingerprints,
            Int(
                (min(rule.revisedShare, rule.containment) * Double(incoming.fingerprints.subtracting(boilerplate).count))
                    .rounded(.up)
            )
        )
        let needed = rule.overlapTokens == nil ? keys.count - least + 1 : keys.count
        let missing = max(0, needed - (keys.count - common.count))
        let asked = common.sorted { (-lists[$0][cap - 1], $0) < (-lists[$1][cap - 1], $1) }.prefix(missing)
        for key in asked { documents.formUnion(lists[key].prefix(max(1, cap / 4))) }
        return (documents, common.count)
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
    var whole: (containment: Double, coverage: Double)?
    var passages: [Passage]

    /// What the rule says of two documents; nil where they don't relate.
    init?(
        _ incoming: PlainSketch,
        _ document: Document,
        _ indexed: PlainSketch,
        _ rule: MatchRule,
        _ parameters: IndexParameters,
        _ boilerplate: Set<UInt64>,
        sharesBand: Bool
    ) {
        id = document.id
        let sharedOfAll = incoming.probes.intersection(indexed.fingerprints)
        shared = sharedOfAll.count
        passages = incoming.passages(sharedWith: indexed, parameters)
        if sharesBand, incoming.content == indexed.content {
            shared = incoming.fingerprints.count
            return
        }
        shared = sharedOfAll.subtracting(boilerplate).count
        let (all, allTheirs) = (incoming.fingerprints.count, indexed.fingerprints.count)
        let own = incoming.fingerprints.subtracting(boilerplate).count
        let theirs = indexed.fingerprints.subtracting(boilerplate).count
        jaccard =
            Estimate.jaccard(
                signatures: Estimate(value: incoming.jaccard(indexed), standardError: 0),
                values: parameters.signatureValues,
                bits: parameters.signatureBits,
                shared: sharedOfAll.count,
                own: all,
                theirs: allTheirs
            )
            .value
        containment = own == 0 ? 0 : min(1, Double(shared) / Double(own))
        coverage = theirs == 0 ? 0 : min(1, Double(shared) / Double(theirs))
        if own < all || theirs < allTheirs {
            whole = (
                min(1, Double(sharedOfAll.count) / Double(all)), min(1, Double(sharedOfAll.count) / Double(allTheirs))
            )
            // What resembles by its boilerplate alone doesn't resemble.
            let smaller = min(own, theirs)
            if smaller == 0 || min(1, Double(shared) / Double(smaller)) < rule.nearContent { jaccard = -jaccard }
        }
        let hasSome = shared >= rule.sharedFingerprints
        // What boilerplate leaves of a page may be a sentence.
        let hasEnough = shared >= rule.sharedFingerprints + (whole == nil ? 0 : 1)
        let least = (min(rule.revisedShare, rule.containment), min(rule.revisedShare, rule.coverage))
        // Sets of this Jaccard share so much of both; 0.6 of that makes a pair worth a look.
        let mayBeNear = Double(shared) >= 0.6 * rule.nearJaccard / (1 + rule.nearJaccard) * Double(own + theirs)
        let proposes =
            shared > 0 && mayBeNear
            || hasSome && (rule.overlapTokens != nil || containment >= least.0 || coverage >= least.1)
        guard sharesBand || proposes else { return nil }
        if jaccard >= rule.nearJaccard {
            relation = .near
        } else if hasEnough, containment >= rule.revisedShare, coverage >= rule.revisedShare {
            relation = .revised
        } else if hasEnough, containment >= rule.containment {
            relation = .contained
        } else if hasEnough, coverage >= rule.coverage {
            relation = .contains
        } else if hasSome, let tokens = rule.overlapTokens,
            let longest =
                incoming.passages(
                    sharedWith: indexed,
                    everyShingle: false,
                    leavingOut: boilerplate,
                    parameters
                )
                .map(\.incoming.count).max(), longest + (parameters.window + 1) / 2 >= tokens
        {
            relation = .overlaps
        } else {
            return nil
        }
        jaccard = abs(jaccard)
    }
}
