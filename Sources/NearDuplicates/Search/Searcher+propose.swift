internal import ShardFormat
internal import Sketching

extension Searcher {
    /// Finds out which bands and fingerprints propose documents, in all segments.
    ///
    /// Nothing is taken before everything is counted: what is common is a matter of the whole index.
    mutating func propose(_ sketcher: borrowing DocumentSketcher) throws(ShardError) {
        try takeBanded()
        try fingerprints.lookUp(in: cursors, cap: rule.postingCap)
        try fingerprints.choose(
            toHave: rule.proposingKeys(of: fingerprints.keys.count, ownFingerprints: sketcher.fingerprints.count),
            in: cursors
        )
    }

    /// Takes the first documents of every band, up to the cap.
    private mutating func takeBanded() throws(ShardError) {
        banded.removeAll(keepingCapacity: true)
        bandedEnds.removeAll(keepingCapacity: true)
        bandBudget.removeAll(keepingCapacity: true)
        bandBudget.append(contentsOf: repeatElement(UInt32(rule.postingCap), count: bandKeys.count))
        bandCounts.removeAll(keepingCapacity: true)
        bandCounts.append(contentsOf: repeatElement(0, count: bandKeys.count))
        for cursor in cursors {
            try cursor.lookUp(bandKeys, in: .band, limits: bandBudget, counts: &bandCounts)
            try cursor.takeDocuments(limits: bandBudget, into: &banded)
            bandedEnds.append(banded.count)
            // The caps run on from segment to segment, so that answers do not depend on how the index is cut.
            for key in bandKeys.indices { bandBudget[key] -= bandCounts[key] }
        }
    }

    /// Weighs what is proposed of a segment.
    mutating func search(_ segment: Int, _ sketcher: borrowing DocumentSketcher) throws(ShardError) {
        let cursor = cursors[segment]
        rare.removeAll(keepingCapacity: true)
        chosen.removeAll(keepingCapacity: true)
        try fingerprints.takeRare(from: cursor, into: &rare)
        try fingerprints.takeChosen(from: cursor, segment: segment, proposals: rule.commonProposals, into: &chosen)
        let bands = (segment == 0 ? 0 : bandedEnds[segment - 1])..<bandedEnds[segment]
        tally.reset(expecting: bands.count + rare.count + chosen.count)
        tally.addFingerprints(rare)
        tally.addBands(banded[bands])
        tally.add(chosen)
        try keepPossible(segment, sketcher)
        try countCommon(cursor)
        for entry in survivors { try consider(entry, segment, sketcher) }
    }

    /// Keeps the documents that could relate if they held every common fingerprint of the query; those of equal content
    /// are candidates at once.
    private mutating func keepPossible(
        _ segment: Int,
        _ sketcher: borrowing DocumentSketcher
    ) throws(ShardError) {
        let cursor = cursors[segment]
        survivors.removeAll(keepingCapacity: true)
        let own = sketcher.fingerprints.count
        documentsLookedAt += tally.entries.count
        proposed.removeAll(keepingCapacity: true)
        for entry in tally.entries { proposed.append(entry.document) }
        try cursor.fingerprintCounts(of: proposed, into: &fingerprintCounts)
        for index in tally.entries.indices {
            var entry = tally.entries[index]
            entry.fingerprints = fingerprintCounts[index]
            if entry.sharesBand {
                if try cursor.contentHash(of: entry.document) == sketcher.contentHash {
                    addExact(Match.Place(segment: segment, document: entry.document), fingerprints: own)
                    continue
                }
            } else {
                let theirs = Int(entry.fingerprints)
                let most = Int(entry.shared) + fingerprints.common.count
                guard rule.couldMatch(shared: most, queryFingerprints: own, documentFingerprints: theirs) else {
                    continue
                }
            }
            survivors.append(entry)
        }
    }

    /// Equal texts have equal fingerprints, so that nothing more is looked up.
    private mutating func addExact(_ place: Match.Place, fingerprints: Int) {
        let certain = Estimate(value: 1, standardError: 0)
        candidates.append(
            Candidate(
                place: place,
                relation: .exact,
                jaccard: certain,
                containment: certain,
                coverage: certain,
                shared: fingerprints
            )
        )
    }

    /// Counts the common fingerprints of the query that the documents hold which could relate.
    private mutating func countCommon(_ cursor: any SegmentCursor) throws(ShardError) {
        let unsure = fingerprints.common.count
        guard unsure > 0, !survivors.isEmpty else { return }
        survivors.sort { $0.document < $1.document }
        survivingDocuments.removeAll(keepingCapacity: true)
        for entry in survivors { survivingDocuments.append(entry.document) }
        commonCounts.removeAll(keepingCapacity: true)
        commonCounts.append(contentsOf: repeatElement(0, count: survivors.count))
        try cursor.countShared(fingerprints.common, in: survivingDocuments, counts: &commonCounts)
        for index in survivors.indices { survivors[index].shared += commonCounts[index] }
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
        let theirs = Int(entry.fingerprints)
        let shared = Int(entry.shared)
        // Decided on what is shared, not on what could be.
        guard
            entry.sharesBand
                || rule.couldMatch(shared: shared, queryFingerprints: own, documentFingerprints: theirs)
        else { return }
        var candidate = Candidate(
            place: Match.Place(segment: segment, document: document),
            relation: .overlaps,
            jaccard: .jaccard(
                matches: try cursor.signatureMatches(sketcher.signature, with: document),
                values: parameters.signatureValues,
                bits: parameters.signatureBits
            ),
            containment: .share(min(shared, own), of: own),
            coverage: .share(min(shared, theirs), of: theirs),
            shared: shared
        )
        let relation = rule.relation(
            jaccard: candidate.jaccard.value,
            shared: shared,
            containment: candidate.containment.value,
            coverage: candidate.coverage.value
        )
        if let relation {
            candidate.relation = relation
        } else {
            guard try overlaps(candidate, sketcher) else { return }
        }
        candidates.append(candidate)
    }
}
