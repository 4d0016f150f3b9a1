package import ShardFormat
internal import Sketching

/// Finds, for one incoming document at a time, the indexed documents it relates to.
///
/// Bands and fingerprints propose candidates; the rule decides on stored evidence: content hashes, signatures and
/// shared fingerprints. One value serves one thread.
public struct Searcher: ~Copyable {
    /// The rule that decides.
    public let rule: MatchRule

    let parameters: IndexParameters
    private(set) var cursors: [any SegmentCursor]
    private var identities: [SegmentIdentity]
    /// What counts for nothing; nil where nothing was learned, or it counts.
    let boilerplate: BoilerplateSet?
    let passageFinder: PassageFinder
    /// The Jaccard that signatures estimate, by how many of their values are equal.
    let signatureEstimates: [Estimate]
    var tally = DocumentTally()
    var fingerprints = ProposingKeys()
    var bandKeys: [UInt64] = []
    /// For each band how many more documents it may propose.
    var bandBudget: [UInt32] = []
    var bandCounts: [UInt32] = []
    /// Documents that bands propose, of all segments, and where those of each segment end.
    var banded: [UInt32] = []
    var bandedEnds: [Int] = []
    /// Where of each segment those begin that may have equal content.
    var equalStarts: [Int] = []
    var rare: [UInt32] = []
    var chosen: [UInt32] = []
    /// Documents of a segment that may relate.
    var survivors: [DocumentTally.Entry] = []
    /// How many fingerprints each has.
    var fingerprintCounts: [UInt32] = []
    /// Room to put them in order.
    var unordered: [DocumentTally.Entry] = []
    var order: [UInt64] = []
    var survivingDocuments: [UInt32] = []
    var boilerplateCounts: [UInt32] = []
    /// The query's fingerprints that are content.
    var contentCount = 0
    /// Those of its keys that are boilerplate.
    var boilerplateKeys: [UInt64] = []
    var boilerplateNumbers: [UInt32] = []
    var noLimits: [UInt32] = []
    var commonCounts: [UInt32] = []
    var equalValues: [UInt32] = []
    private var seen: Set<UInt64> = []
    var candidates: [Candidate] = []
    /// Room to put them in order.
    private var unorderedCandidates: [Candidate] = []
    /// Documents of a segment whose names are wanted.
    private var named: [UInt32] = []
    private var recent = RecentFindings()
    /// Documents that the last check looked at, of all that bands and fingerprints proposed.
    package internal(set) var documentsLookedAt = 0
    /// For texts that come without a sketch.
    private var own: DocumentSketcher?

    /// A text of fewer tokens is looked up by every shingle, not only by its fingerprints: an excerpt so short has few,
    /// and those near its ends need not be the ones chosen in the longer text.
    static let shortTokens = 100

    /// A text of more tokens is explained by its fingerprints alone, so that a match of a long text stays cheap.
    ///
    /// No more than ``DocumentSketcher/tokensAtOnce``.
    static let denseTokens = 8192

    /// So many matches' names are waited for together: they lie all over the index's memory.
    private static let namesAtOnce = 32

    /// Shorter passages are turns of phrase.
    static let leastPassageTokens = 10

    /// Creates a searcher.
    ///
    /// - Throws: ``IndexError/invalidSetting(name:expected:found:)`` where the rule is out of range.
    public init(_ snapshot: IndexSnapshot, rule: MatchRule = MatchRule()) throws(IndexError) {
        try self.init(
            snapshot.searched,
            parameters: snapshot.parameters,
            rule: rule,
            boilerplate: try snapshot.boilerplate()
        )
    }

    /// Creates a searcher for so many queries that it pays to prepare for them.
    package init(
        _ snapshot: IndexSnapshot,
        rule: MatchRule,
        forMany resources: BulkResources
    ) throws(IndexError) {
        try self.init(snapshot, rule: rule)
        for cursor in cursors { cursor.expectMany(resources) }
    }

    package init(
        _ segments: [any Segment],
        parameters: IndexParameters,
        rule: MatchRule,
        boilerplate: BoilerplateSet? = nil
    ) throws(IndexError) {
        try rule.validate()
        self.rule = rule
        self.boilerplate = rule.ignoresBoilerplate && boilerplate?.count != 0 ? boilerplate : nil
        self.parameters = parameters
        cursors = segments.map { $0.makeCursor() }
        identities = segments.map(\.identity)
        signatureEstimates = (0...parameters.signatureValues)
            .map { .jaccard(matches: $0, values: parameters.signatureValues, bits: parameters.signatureBits) }
        passageFinder = PassageFinder(
            shingleTokens: parameters.shingleTokens,
            window: parameters.window,
            leastTokens: Self.leastPassageTokens
        )
    }

    /// Goes over to another state of the same index; what was read of the parts that stay is kept.
    ///
    /// - Complexity: O(parts of the index), and what opening each new one takes.
    public mutating func move(to snapshot: IndexSnapshot) { move(to: snapshot.searched) }

    /// Goes over to other segments of the same parameters; what was read of those that stay is kept.
    ///
    /// - Complexity: O(segments), and what making a cursor of each new one takes.
    package mutating func move(to segments: [any Segment]) {
        let new = segments.map(\.identity)
        guard new != identities else { return }
        // A cursor keeps its segment, and so the object that the identity is of, alive.
        let known = Dictionary(zip(identities, cursors), uniquingKeysWith: { first, _ in first })
        cursors = zip(segments, new).map { segment, identity in known[identity] ?? segment.makeCursor() }
        identities = new
        recent.removeAll()
    }

    /// Checks the last document of a sketcher.
    ///
    /// - Parameters:
    ///   - sketcher: holds the incoming document's sketch.
    ///   - limit: the most matches to give; nil for all.
    ///   - explaining: whether the matches carry the passages shared.
    /// - Returns: the verdict and the matches, strongest first.
    /// - Throws: ``IndexError/damaged(_:)`` where a file of the index is damaged.
    /// - Complexity: linear in the keys of the document and in the documents that share them, capped by
    ///   ``MatchRule/postingCap`` a key.
    public mutating func check(
        _ sketcher: borrowing DocumentSketcher,
        limit: Int? = nil,
        explaining: Bool = false
    ) throws(IndexError) -> CheckResult {
        let tokens = sketcher.tokenCount
        guard tokens >= max(1, parameters.minimumTokens) else { return .empty(tokens: tokens) }
        do {
            let commonKeys = try findCandidates(sketcher)
            let kept = min(candidates.count, limit ?? candidates.count)
            var matches: [Match] = []
            matches.reserveCapacity(kept)
            for index in 0..<kept {
                if index % Self.namesAtOnce == 0 {
                    expectNames(ofCandidates: index..<min(kept, index + Self.namesAtOnce))
                }
                matches.append(try match(candidates[index], sketcher, explaining: explaining))
            }
            return CheckResult(
                verdict: verdict(sketcher),
                matches: matches,
                tokens: tokens,
                omitted: candidates.count - kept,
                commonKeys: commonKeys
            )
        } catch {
            throw IndexError(error)
        }
    }

    /// Finds the candidates, strongest first, and says how many keys are common.
    private mutating func findCandidates(_ sketcher: borrowing DocumentSketcher) throws(ShardError) -> Int {
        if let known = recent.findings(of: sketcher.contentHash) {
            candidates.removeAll(keepingCapacity: true)
            candidates.append(contentsOf: known.candidates)
            contentCount = known.contentCount
            documentsLookedAt = known.documentsLookedAt
            return known.commonKeys
        }
        prepareKeys(sketcher)
        candidates.removeAll(keepingCapacity: true)
        documentsLookedAt = 0
        try propose(sketcher)
        for segment in cursors.indices { try search(segment, sketcher) }
        sortCandidates()
        recent.keep(
            RecentFindings.Findings(
                candidates: candidates,
                contentCount: contentCount,
                commonKeys: fingerprints.common.count,
                documentsLookedAt: documentsLookedAt
            ),
            of: sketcher.contentHash
        )
        return fingerprints.common.count
    }

    /// Puts the candidates in order: numbers are moved about, and the candidates, which are large, once.
    private mutating func sortCandidates() {
        guard candidates.count > 1 else { return }
        let found = candidates
        order.removeAll(keepingCapacity: true)
        for index in found.indices { order.append(UInt64(index)) }
        order.sort { found[Int($0)] < found[Int($1)] }
        Self.arrange(&candidates, by: order, using: &unorderedCandidates)
    }

    /// Checks a text of its own, like the document of a sketcher.
    ///
    /// Copies the text.
    public mutating func check(
        _ text: String,
        limit: Int? = nil,
        explaining: Bool = false
    ) throws(IndexError) -> CheckResult {
        var sketcher = if let own = own.take() { own } else { try DocumentSketcher(parameters: parameters) }
        sketcher.sketch(text)
        let result = try check(sketcher, limit: limit, explaining: explaining)
        own = consume sketcher
        return result
    }

    /// What is boilerplate and nothing else is told from what is unique; it can still be equal to an indexed document.
    private func verdict(_ sketcher: borrowing DocumentSketcher) -> Verdict {
        if let strongest = candidates.first { return .duplicate(strongest.relation) }
        return contentCount == 0 && !sketcher.fingerprints.isEmpty ? .boilerplate : .unique
    }

    private mutating func prepareKeys(_ sketcher: borrowing DocumentSketcher) {
        fingerprints.keys.removeAll(keepingCapacity: true)
        if sketcher.tokenCount < Self.shortTokens {
            let shingles = sketcher.shingles
            seen.removeAll(keepingCapacity: true)
            for index in shingles.indices {
                let key = FingerprintKey.key(ofShingle: shingles[index])
                if seen.insert(key).inserted { fingerprints.keys.append(key) }
            }
        } else {
            fingerprints.keys.append(sketcher.fingerprints)
        }
        bandKeys.removeAll(keepingCapacity: true)
        bandKeys.append(sketcher.bandKeys)
        bandKeys.append(sketcher.contentHash.bandKey)
        leaveOutBoilerplate(sketcher)
    }

    /// Asks for the names of candidates.
    private mutating func expectNames(ofCandidates range: Range<Int>) {
        for segment in cursors.indices {
            named.removeAll(keepingCapacity: true)
            for index in range where candidates[index].place.segment == segment {
                named.append(candidates[index].place.document)
            }
            if !named.isEmpty { cursors[segment].expectNames(of: named) }
        }
    }

    private mutating func match(
        _ candidate: Candidate,
        _ sketcher: borrowing DocumentSketcher,
        explaining: Bool
    ) throws(ShardError) -> Match {
        let cursor = cursors[candidate.place.segment]
        return Match(
            names: try cursor.names(of: candidate.place.document),
            relation: candidate.relation,
            jaccard: candidate.jaccard,
            containment: candidate.containment,
            coverage: candidate.coverage,
            whole: candidate.whole,
            sharedFingerprints: candidate.shared,
            passages: explaining
                ? try passages(
                    of: candidate.place,
                    sketcher,
                    everyShingle: sketcher.tokenCount <= Self.denseTokens
                ) : []
        )
    }
}

/// A document that relates, before its names are looked up.
struct Candidate: Comparable {
    var place: Match.Place
    var relation: Relation
    var jaccard: Estimate
    var containment: Estimate
    var coverage: Estimate
    var shared: Int
    /// The shares of the whole texts, where they differ from those of their content.
    var whole: WholeShares?

    /// The stronger relation first, then the greater containment; then the order of the index, so that the order never
    /// depends on anything else.
    static func < (a: Candidate, b: Candidate) -> Bool {
        if a.relation != b.relation { return a.relation < b.relation }
        if a.containment.value != b.containment.value { return a.containment.value > b.containment.value }
        if a.jaccard.value != b.jaccard.value { return a.jaccard.value > b.jaccard.value }
        return (a.place.segment, a.place.document) < (b.place.segment, b.place.document)
    }
}
