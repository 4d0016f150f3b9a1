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
    let cursors: [any SegmentCursor]
    let passageFinder: PassageFinder
    private var tally = DocumentTally()
    private var postings = PostingList()
    private var keys: [UInt64] = []
    private var seen: Set<UInt64> = []
    private var bandKeys: [UInt64] = []
    private var budget: [UInt32] = []
    private var bandBudget: [UInt32] = []
    private var isCommon: [Bool] = []
    /// Keys of the query that the segment being searched holds more postings of than were taken.
    private var cappedKeys: [UInt64] = []
    /// The last document taken for each of them, -1 for none; ascending.
    private var cappedAfter: [Int] = []
    private var candidates: [Candidate] = []
    private var identities = IdentityCache()
    /// For texts that come without a sketch.
    private var own: DocumentSketcher?

    /// A text of fewer tokens is looked up by every shingle, not only by its fingerprints: an excerpt so short has few,
    /// and those near its ends need not be the ones chosen in the longer text.
    static let shortTokens = 100

    /// A text of more tokens is explained by its fingerprints alone, so that a match of a long text stays cheap.
    ///
    /// No more than ``DocumentSketcher/tokensAtOnce``.
    static let denseTokens = 8192

    /// Shorter passages are turns of phrase.
    static let leastPassageTokens = 10

    /// Creates a searcher.
    ///
    /// - Throws: ``IndexError/invalidSetting(name:expected:found:)`` where the rule is out of range.
    public init(_ snapshot: IndexSnapshot, rule: MatchRule = MatchRule()) throws(IndexError) {
        try self.init(snapshot.segments, parameters: snapshot.parameters, rule: rule)
    }

    package init(_ segments: [any Segment], parameters: IndexParameters, rule: MatchRule) throws(IndexError) {
        try rule.validate()
        self.rule = rule
        self.parameters = parameters
        cursors = segments.map { $0.makeCursor() }
        passageFinder = PassageFinder(
            shingleTokens: parameters.shingleTokens,
            window: parameters.window,
            leastTokens: Self.leastPassageTokens
        )
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
        guard tokens >= max(1, parameters.minimumTokens) else {
            return CheckResult(verdict: .empty, matches: [], tokens: tokens, omitted: 0, commonKeys: 0)
        }
        prepareKeys(sketcher)
        candidates.removeAll(keepingCapacity: true)
        do {
            for segment in cursors.indices { try search(segment, sketcher) }
            candidates.sort()
            let kept = min(candidates.count, limit ?? candidates.count)
            try loadIdentities(candidates.prefix(kept))
            var matches: [Match] = []
            matches.reserveCapacity(kept)
            for candidate in candidates.prefix(kept) {
                matches.append(try match(candidate, sketcher, explaining: explaining))
            }
            return CheckResult(
                verdict: candidates.first.map { .duplicate($0.relation) } ?? .unique,
                matches: matches,
                tokens: tokens,
                omitted: candidates.count - kept,
                commonKeys: isCommon.count { $0 }
            )
        } catch {
            throw IndexError(error)
        }
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

    private mutating func prepareKeys(_ sketcher: borrowing DocumentSketcher) {
        keys.removeAll(keepingCapacity: true)
        if sketcher.tokenCount < Self.shortTokens {
            let shingles = sketcher.shingles
            seen.removeAll(keepingCapacity: true)
            for index in shingles.indices {
                let key = FingerprintKey.key(ofShingle: shingles[index])
                if seen.insert(key).inserted { keys.append(key) }
            }
        } else {
            keys.append(sketcher.fingerprints)
        }
        bandKeys.removeAll(keepingCapacity: true)
        bandKeys.append(sketcher.bandKeys)
        bandKeys.append(sketcher.contentHash.bandKey)
        // The caps run on from segment to segment, so that answers do not depend on how shards are cut.
        budget.removeAll(keepingCapacity: true)
        budget.append(contentsOf: repeatElement(UInt32(rule.postingCap), count: keys.count))
        bandBudget.removeAll(keepingCapacity: true)
        bandBudget.append(contentsOf: repeatElement(UInt32(rule.postingCap), count: bandKeys.count))
        isCommon.removeAll(keepingCapacity: true)
        isCommon.append(contentsOf: repeatElement(false, count: keys.count))
    }

    private mutating func search(_ segment: Int, _ sketcher: borrowing DocumentSketcher) throws(ShardError) {
        let cursor = cursors[segment]
        // Held here, so that their spans do not depend on this value, which changes.
        let (bandKeys, keys) = (bandKeys, keys)
        postings.removeAll()
        try cursor.findDocuments(with: bandKeys.span, in: .band, budget: &bandBudget, into: &postings)
        let banded = postings.documents.count
        postings.cappedKeys.removeAll(keepingCapacity: true)
        try cursor.findDocuments(with: keys.span, in: .fingerprint, budget: &budget, into: &postings)
        tally.reset(expecting: postings.documents.count)
        for index in 0..<banded { tally.addBand(postings.documents[index]) }
        for index in banded..<postings.documents.count { tally.addFingerprint(postings.documents[index]) }
        noteCappedKeys(after: banded)
        for entry in tally.entries { try consider(entry, segment, sketcher) }
    }

    /// Notes which keys more documents of the segment hold than were taken, and up to which document they were.
    private mutating func noteCappedKeys(after banded: Int) {
        cappedKeys.removeAll(keepingCapacity: true)
        cappedAfter.removeAll(keepingCapacity: true)
        guard !postings.cappedKeys.isEmpty else { return }
        var lastTaken = [Int](repeating: -1, count: keys.count)
        for index in banded..<postings.documents.count {
            lastTaken[Int(postings.keys[index])] = Int(postings.documents[index])
        }
        let capped = postings.cappedKeys.sorted { lastTaken[Int($0)] < lastTaken[Int($1)] }
        for key in capped {
            isCommon[Int(key)] = true
            cappedKeys.append(keys[Int(key)])
            cappedAfter.append(lastTaken[Int(key)])
        }
    }

    /// How many capped keys' documents were taken only up to one before this.
    private func countCapped(before document: UInt32) -> Int {
        var (low, high) = (0, cappedAfter.count)
        while low < high {
            let middle = (low + high) / 2
            if cappedAfter[middle] < Int(document) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Weighs the evidence for one document, and keeps it if it relates.
    private mutating func consider(
        _ entry: DocumentTally.Entry,
        _ segment: Int,
        _ sketcher: borrowing DocumentSketcher
    ) throws(ShardError) {
        let cursor = cursors[segment]
        let document = entry.document
        let own = sketcher.fingerprints.count
        let theirs = try cursor.fingerprintCount(of: document)
        var shared = Int(entry.shared)
        // Of a capped key only the first documents were taken: whether one past those holds it must be looked up.
        let unsure = countCapped(before: document)
        func isWorthALook(_ shared: Int) -> Bool {
            entry.sharesBand
                || rule.couldMatch(shared: shared, queryFingerprints: own, documentFingerprints: theirs)
        }
        guard isWorthALook(shared + unsure) else { return }
        if unsure > 0 {
            try cursor.find(cappedKeys.span.extracting(0..<unsure), in: document) { _, _ in shared += 1 }
            // Decided on what is shared, not on what could be: that depends on how the index is cut into segments.
            guard isWorthALook(shared) else { return }
        }
        let sameContent = entry.sharesBand ? try cursor.contentHash(of: document) == sketcher.contentHash : false
        let certain = Estimate(value: 1, standardError: 0)
        var candidate = Candidate(
            place: Match.Place(segment: segment, document: document),
            relation: .exact,
            jaccard: sameContent
                ? certain
                : .jaccard(
                    matches: try cursor.signatureMatches(sketcher.signature, with: document),
                    values: parameters.signatureValues,
                    bits: parameters.signatureBits
                ),
            containment: sameContent ? certain : .share(min(shared, own), of: own),
            coverage: sameContent ? certain : .share(min(shared, theirs), of: theirs),
            shared: shared
        )
        let relation = rule.relation(
            sameContent: sameContent,
            jaccard: candidate.jaccard.value,
            shared: shared,
            containment: candidate.containment.value,
            coverage: candidate.coverage.value
        )
        if let relation {
            candidate.relation = relation
        } else if try overlaps(candidate, sketcher) {
            candidate.relation = .overlaps
        } else {
            return
        }
        candidates.append(candidate)
    }

    /// Reads the names of matches in the order they lie in, so that each block is inflated once.
    private mutating func loadIdentities(_ candidates: ArraySlice<Candidate>) throws(ShardError) {
        guard candidates.count > 2 else { return }
        let places = candidates.map(\.place).sorted { ($0.segment, $0.document) < ($1.segment, $1.document) }
        for place in places { _ = try identities.identity(of: place, reading: cursors[place.segment]) }
    }

    private mutating func match(
        _ candidate: Candidate,
        _ sketcher: borrowing DocumentSketcher,
        explaining: Bool
    ) throws(ShardError) -> Match {
        let cursor = cursors[candidate.place.segment]
        let identity = try identities.identity(of: candidate.place, reading: cursor)
        return Match(
            id: identity.id,
            url: identity.url,
            date: identity.date,
            relation: candidate.relation,
            jaccard: candidate.jaccard,
            containment: candidate.containment,
            coverage: candidate.coverage,
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

    /// The stronger relation first, then the greater containment; then the order of the index, so that the order never
    /// depends on anything else.
    static func < (a: Candidate, b: Candidate) -> Bool {
        if a.relation != b.relation { return a.relation < b.relation }
        if a.containment.value != b.containment.value { return a.containment.value > b.containment.value }
        if a.jaccard.value != b.jaccard.value { return a.jaccard.value > b.jaccard.value }
        return (a.place.segment, a.place.document) < (b.place.segment, b.place.document)
    }
}
