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

    /// Looks up how many fingerprints of the listed documents are boilerplate.
    mutating func countBoilerplate(_ cursor: any SegmentCursor) throws(ShardError) {
        guard let boilerplate else { return }
        try cursor.boilerplateCounts(of: survivingDocuments, boilerplate, into: &boilerplateCounts)
    }

    /// Counts how many boilerplate fingerprints of the query the documents have that may relate: Jaccard is of whole texts.
    ///
    /// - Complexity: as counting common fingerprints, of these documents alone.
    mutating func countSharedBoilerplate(_ cursor: any SegmentCursor) throws(ShardError) {
        guard boilerplate != nil, !boilerplateKeys.isEmpty, !survivors.isEmpty else { return }
        listSurvivors()
        commonCounts.removeAll(keepingCapacity: true)
        commonCounts.append(contentsOf: repeatElement(0, count: survivors.count))
        boilerplateNumbers.removeAll(keepingCapacity: true)
        noLimits.removeAll(keepingCapacity: true)
        for number in boilerplateKeys.indices {
            boilerplateNumbers.append(UInt32(number))
            noLimits.append(0)
        }
        cursor.expect(boilerplateKeys, in: .fingerprint)
        // Where the lists lie is all that is asked for: no limit is counted to, and none is changed.
        try cursor.lookUp(boilerplateKeys, in: .fingerprint, limits: noLimits, counts: &noLimits)
        try cursor.countShared(boilerplateNumbers, in: survivingDocuments, counts: &commonCounts)
        for index in survivors.indices { survivors[index].sharedBoilerplate = commonCounts[index] }
    }
}
