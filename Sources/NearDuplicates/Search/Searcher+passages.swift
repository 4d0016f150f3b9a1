internal import ShardFormat
internal import Sketching

extension Searcher {
    /// Whether a document that bears out no other relation shares a passage long enough.
    func overlaps(
        _ candidate: Candidate,
        _ sketcher: borrowing DocumentSketcher
    ) throws(ShardError) -> Bool {
        guard let least = rule.overlapTokens, candidate.shared >= rule.sharedFingerprints else { return false }
        let shared = try passages(of: candidate.place, sketcher, everyShingle: false, contentOnly: true)
        let longest = shared.map(\.incoming.count).max() ?? 0
        // A passage is known from its first fingerprint to its last; in the mean it reaches on by half a window.
        return longest + (parameters.window + 1) / 2 >= least
    }

    /// The passages shared with a document.
    ///
    /// - Parameters:
    ///   - place: where the document lies.
    ///   - sketcher: holds the incoming document's sketch.
    ///   - everyShingle: whether every shingle of the incoming text is looked up, so that all of the indexed text's
    ///     fingerprints in a shared run are found, or only the text's own fingerprints: an eighth of the work, and ends
    ///     that are less exact.
    ///   - contentOnly: whether boilerplate is left out; without `everyShingle` only.
    /// - Returns: the passages, in the order of the incoming text.
    /// - Throws: ``ShardError`` where the segment is damaged.
    func passages(
        of place: Match.Place,
        _ sketcher: borrowing DocumentSketcher,
        everyShingle: Bool,
        contentOnly: Bool = false
    ) throws(ShardError) -> [Passage] {
        let cursor = cursors[place.segment]
        let positions = try cursor.positions(of: place.document)
        var anchors: [PassageFinder.Anchor] = []
        if everyShingle {
            let shingles = sketcher.shingles
            let keys = shingles.indices.map { FingerprintKey.key(ofShingle: shingles[$0]) }
            try cursor.find(keys.span, in: place.document) { index, place in
                anchors.append(PassageFinder.Anchor(incoming: index, indexed: Int(positions[place])))
            }
        } else {
            let (own, keys) = (sketcher.positions, sketcher.fingerprints)
            let ignored = contentOnly ? boilerplate : nil
            try cursor.find(keys, in: place.document) { index, place in
                if let ignored, ignored.contains(fingerprint: keys[index]) { return }
                anchors.append(PassageFinder.Anchor(incoming: Int(own[index]), indexed: Int(positions[place])))
            }
        }
        let length = sketcher.tokenCount
        return passageFinder.passages(joining: anchors)
            .map { passage in
                // A text shorter than a shingle is one shingle all the same.
                var passage = passage
                passage.incoming = passage.incoming.clamped(to: 0..<length)
                return passage
            }
    }
}
