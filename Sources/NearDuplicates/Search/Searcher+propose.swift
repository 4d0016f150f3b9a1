internal import ShardFormat
internal import Sketching

extension Searcher {
    /// Finds out which bands and fingerprints propose documents, in all segments.
    ///
    /// Nothing is taken before everything is counted: what is common is a matter of the whole index.
    mutating func propose(_ sketcher: borrowing DocumentSketcher) throws(ShardError) {
        for cursor in cursors {
            cursor.expect(bandKeys, in: .band)
            cursor.expect(fingerprints.keys, in: .fingerprint)
        }
        try takeBanded()
        try fingerprints.lookUp(in: cursors, cap: rule.postingCap)
        try fingerprints.choose(
            toHave: rule.proposingKeys(of: fingerprints.keys.count, ownFingerprints: contentCount),
            in: cursors
        )
    }

    /// Takes the first documents of every band, up to the cap.
    private mutating func takeBanded() throws(ShardError) {
        banded.removeAll(keepingCapacity: true)
        bandedEnds.removeAll(keepingCapacity: true)
        equalStarts.removeAll(keepingCapacity: true)
        bandBudget.removeAll(keepingCapacity: true)
        bandBudget.append(contentsOf: repeatElement(UInt32(rule.postingCap), count: bandKeys.count))
        bandCounts.removeAll(keepingCapacity: true)
        bandCounts.append(contentsOf: repeatElement(0, count: bandKeys.count))
        for cursor in cursors {
            try cursor.lookUp(bandKeys, in: .band, limits: bandBudget, counts: &bandCounts)
            let start = banded.count
            try cursor.takeDocuments(limits: bandBudget, into: &banded)
            bandedEnds.append(banded.count)
            // Documents of equal content are all among those of the last key, unless those are more than the cap.
            let last = bandKeys.count - 1
            let areAll = bandCounts[last] < bandBudget[last]
            equalStarts.append(areAll ? banded.count - Int(bandCounts[last]) : start)
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
        tally.addBands(banded[bands.lowerBound..<equalStarts[segment]], mayBeEqual: false)
        tally.addBands(banded[equalStarts[segment]..<bands.upperBound], mayBeEqual: true)
        tally.add(chosen)
        try keepPossible(segment, sketcher)
        try compareSignatures(cursor, sketcher)
        try countCommon(cursor)
        keepWorthwhile(sketcher)
        try countSharedBoilerplate(cursor)
        for entry in survivors { try consider(entry, segment, sketcher) }
    }

    /// Keeps the documents that could relate if they held every common fingerprint of the query; those of equal content
    /// are candidates at once.
    private mutating func keepPossible(
        _ segment: Int,
        _ sketcher: borrowing DocumentSketcher
    ) throws(ShardError) {
        let cursor = cursors[segment]
        let common = fingerprints.common.count
        documentsLookedAt += tally.count
        survivors.removeAll(keepingCapacity: true)
        // Most share a fingerprint by chance: nothing is looked up of those.
        tally.append(sharing: rule.leastShared(queryFingerprints: contentCount) - common, to: &survivors)
        listSurvivors()
        try cursor.fingerprintCounts(of: survivingDocuments, into: &fingerprintCounts)
        try countBoilerplate(cursor)
        var kept = 0
        for index in survivors.indices {
            var entry = survivors[index]
            entry.fingerprints = fingerprintCounts[index]
            if boilerplate != nil { entry.boilerplate = boilerplateCounts[index] }
            if entry.mayBeEqual, try cursor.contentHash(of: entry.document) == sketcher.contentHash {
                addExact(
                    Match.Place(segment: segment, document: entry.document),
                    fingerprints: sketcher.fingerprints.count
                )
                continue
            }
            if !entry.sharesBand {
                let theirs = Int(entry.content)
                let most = Int(entry.shared) + common
                guard rule.couldMatch(shared: most, queryFingerprints: contentCount, documentFingerprints: theirs)
                else { continue }
            }
            survivors[kept] = entry
            kept += 1
        }
        survivors.removeSubrange(kept...)
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

    /// Lists the documents that may relate, which are in order once their signatures were compared.
    mutating func listSurvivors() {
        survivingDocuments.removeAll(keepingCapacity: true)
        for entry in survivors { survivingDocuments.append(entry.document) }
    }

    /// Puts the documents that may relate in order; numbers are moved about, and the entries once.
    private mutating func sortSurvivors() {
        order.removeAll(keepingCapacity: true)
        for index in survivors.indices { order.append(UInt64(survivors[index].document) << 32 | UInt64(index)) }
        order.sort()
        Self.arrange(&survivors, by: order, using: &unordered)
    }

    /// Puts elements in an order: that of the numbers which the low halves of `order` are.
    static func arrange<Element>(_ elements: inout [Element], by order: [UInt64], using room: inout [Element]) {
        room.removeAll(keepingCapacity: true)
        swap(&elements, &room)
        for entry in order { elements.append(room[Int(entry & 0xFFFF_FFFF)]) }
    }

    /// Looks up signatures, and drops the documents that share a band, could be nothing but `near`, and aren't.
    ///
    /// Pages of one template share bands. To compare their signatures is a few cache misses together; to count what common
    /// fingerprints each has would be a search for each of these.
    private mutating func compareSignatures(
        _ cursor: any SegmentCursor,
        _ sketcher: borrowing DocumentSketcher
    ) throws(ShardError) {
        guard !survivors.isEmpty else { return }
        sortSurvivors()
        listSurvivors()
        try cursor.signatureMatches(sketcher.signature, with: survivingDocuments, into: &equalValues)
        let common = fingerprints.common.count
        let boilerplateCount = boilerplate == nil ? 0 : boilerplateKeys.count
        var kept = 0
        for index in survivors.indices {
            var entry = survivors[index]
            entry.equalValues = equalValues[index]
            if entry.sharesBand {
                // One more than it can be: the rule's figures are quotients, and these products.
                let most = Int(entry.shared) + common + 1
                let greatest = Estimate.greatestJaccard(
                    signatures: signatureJaccard(entry),
                    shared: most + boilerplateCount,
                    own: sketcher.fingerprints.count,
                    theirs: Int(entry.fingerprints)
                )
                guard
                    greatest >= rule.nearJaccard
                        || rule.couldMatch(
                            shared: most,
                            queryFingerprints: contentCount,
                            documentFingerprints: Int(entry.content)
                        )
                else { continue }
            }
            survivors[kept] = entry
            kept += 1
        }
        survivors.removeSubrange(kept...)
    }

    private func signatureJaccard(_ entry: DocumentTally.Entry) -> Estimate {
        signatureEstimates[Int(entry.equalValues)]
    }

    /// Counts the common fingerprints of the query that the documents hold which could relate.
    private mutating func countCommon(_ cursor: any SegmentCursor) throws(ShardError) {
        let unsure = fingerprints.common.count
        guard unsure > 0, !survivors.isEmpty else { return }
        listSurvivors()
        commonCounts.removeAll(keepingCapacity: true)
        commonCounts.append(contentsOf: repeatElement(0, count: survivors.count))
        try cursor.countShared(fingerprints.common, in: survivingDocuments, counts: &commonCounts)
        for index in survivors.indices { survivors[index].shared += commonCounts[index] }
    }

    /// Keeps the documents that are worth a look at their signatures, now that what they share is known.
    ///
    /// Pages of one template share bands: most are told apart by having nothing else in common.
    private mutating func keepWorthwhile(_ sketcher: borrowing DocumentSketcher) {
        var kept = 0
        for index in survivors.indices {
            let entry = survivors[index]
            let (shared, theirs) = (Int(entry.shared), Int(entry.content))
            guard
                entry.sharesBand
                    || rule.couldMatch(shared: shared, queryFingerprints: contentCount, documentFingerprints: theirs),
                shared >= rule.sharedFingerprints || rule.isBorneOut(by: evidence(of: entry, sketcher))
            else { continue }
            survivors[kept] = entry
            kept += 1
        }
        survivors.removeSubrange(kept...)
    }

    private func evidence(of entry: DocumentTally.Entry, _ sketcher: borrowing DocumentSketcher) -> ContentEvidence {
        ContentEvidence(
            incoming: contentCount,
            indexed: Int(entry.content),
            shared: Int(entry.shared),
            isWhole: entry.boilerplate == 0 && contentCount == sketcher.fingerprints.count
        )
    }

    /// Weighs the evidence for one document, and keeps it if it relates.
    private mutating func consider(
        _ entry: DocumentTally.Entry,
        _ segment: Int,
        _ sketcher: borrowing DocumentSketcher
    ) throws(ShardError) {
        let (own, theirs) = (contentCount, Int(entry.content))
        let shared = Int(entry.shared)
        let content = evidence(of: entry, sketcher)
        // Of whole texts, which signatures are of.
        let all = (shared: shared + Int(entry.sharedBoilerplate), own: sketcher.fingerprints.count)
        var candidate = Candidate(
            place: Match.Place(segment: segment, document: entry.document),
            relation: .overlaps,
            jaccard: .jaccard(
                signatures: signatureJaccard(entry),
                values: parameters.signatureValues,
                bits: parameters.signatureBits,
                shared: all.shared,
                own: all.own,
                theirs: Int(entry.fingerprints)
            ),
            containment: .share(min(shared, own), of: own),
            coverage: .share(min(shared, theirs), of: theirs),
            shared: shared
        )
        if !content.isWhole {
            candidate.whole = WholeShares(shared: all.shared, own: all.own, theirs: Int(entry.fingerprints))
        }
        if let relation = rule.relation(jaccard: candidate.jaccard.value, content: content) {
            candidate.relation = relation
        } else {
            guard try overlaps(candidate, sketcher) else { return }
        }
        candidates.append(candidate)
    }
}
