internal import ShardFormat
internal import Sketching

extension Searcher {
    /// Moves the keys that are boilerplate away from those that are looked up: they propose no document, and count for
    /// none.
    ///
    /// An equal text is proposed by its content hash all the same.
    mutating func leaveOutBoilerplate(_ sketcher: borrowing DocumentSketcher) {
        contentCount = sketcher.fingerprints.count
        guard let boilerplate else { return }
        boilerplateKeys.removeAll(keepingCapacity: true)
        var kept = 0
        for index in fingerprints.keys.indices {
            let key = fingerprints.keys[index]
            if boilerplate.contains(fingerprint: key) {
                boilerplateKeys.append(key)
            } else {
                fingerprints.keys[kept] = key
                kept += 1
            }
        }
        fingerprints.keys.removeSubrange(kept...)
        // Of a short text every shingle is a key.
        let isDense = sketcher.tokenCount < Self.shortTokens
        contentCount -= isDense ? boilerplate.count(in: sketcher.fingerprints) : boilerplateKeys.count
    }

    /// Looks up how many fingerprints of the proposed documents are boilerplate.
    mutating func countBoilerplate(_ cursor: any SegmentCursor) throws(ShardError) {
        guard let boilerplate else { return }
        try cursor.boilerplateCounts(of: proposed, boilerplate, into: &boilerplateCounts)
    }

    /// Finds out what the strongest matches share of the whole texts, where that is not what they share of the content.
    ///
    /// - Complexity: as counting common fingerprints, of the matches alone.
    mutating func weighWhole(_ sketcher: borrowing DocumentSketcher, _ kept: Int) throws(ShardError) {
        guard let boilerplate, kept > 0 else { return }
        for segment in cursors.indices {
            let places = (0..<kept)
                .filter {
                    candidates[$0].place.segment == segment && candidates[$0].relation != .exact
                }
                .sorted { candidates[$0].place.document < candidates[$1].place.document }
            guard !places.isEmpty else { continue }
            let cursor = cursors[segment]
            let documents = places.map { candidates[$0].place.document }
            try cursor.fingerprintCounts(of: documents, into: &fingerprintCounts)
            try cursor.boilerplateCounts(of: documents, boilerplate, into: &boilerplateCounts)
            let shared = try sharedBoilerplate(with: documents, cursor)
            for (index, place) in places.enumerated() {
                guard boilerplateCounts[index] > 0 || contentCount < sketcher.fingerprints.count else { continue }
                let (own, theirs) = (sketcher.fingerprints.count, Int(fingerprintCounts[index]))
                let all = candidates[place].shared + Int(shared[index])
                candidates[place].whole = WholeShares(
                    containment: .share(min(all, own), of: own),
                    coverage: .share(min(all, theirs), of: theirs)
                )
            }
        }
    }

    /// How many boilerplate fingerprints of the query each document has; documents ascend.
    private func sharedBoilerplate(
        with documents: [UInt32],
        _ cursor: any SegmentCursor
    ) throws(ShardError) -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: documents.count)
        guard !boilerplateKeys.isEmpty else { return counts }
        var held = [UInt32](repeating: 0, count: boilerplateKeys.count)
        let none = [UInt32](repeating: 0, count: boilerplateKeys.count)
        try cursor.lookUp(boilerplateKeys, in: .fingerprint, limits: none, counts: &held)
        try cursor.countShared(Array(0..<UInt32(boilerplateKeys.count)), in: documents, counts: &counts)
        return counts
    }
}
