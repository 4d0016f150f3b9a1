internal import ShardFormat

/// The fingerprints of a query, and which of them propose documents.
///
/// A fingerprint that more live documents of the index hold than a cap is *common*. Those that are not propose every
/// document that holds them. Common ones propose only where a text has little else: a document that shares enough of a
/// text's fingerprints holds one of any set of them that leaves out fewer than that, so that so many are asked. They
/// propose their first few documents. What is common is counted over the whole index, of live documents,
/// so that answers depend neither on how it is cut into segments nor on what was removed from it.
///
/// Reused from query to query.
struct ProposingKeys {
    /// The keys.
    var keys: [UInt64] = []
    /// The numbers of the common ones, ascending.
    private(set) var common: [UInt32] = []
    /// How many live documents of the index hold each key, the cap plus one where there are more.
    private var totals: [UInt32] = []
    /// The same for each segment, as far as was counted.
    private var held: [UInt32] = []
    private var limits: [UInt32] = []
    private var counts: [UInt32] = []
    private var chosen: [Choice] = []
    private var cap: UInt32 = 0

    private struct Choice {
        var key: UInt32
        /// Where the document lies that is the cap-th to hold the key.
        var last: Match.Place
    }

    /// Looks the keys up in every segment.
    mutating func lookUp(in cursors: [any SegmentCursor], cap: Int) throws(ShardError) {
        self.cap = UInt32(cap)
        reset(&totals, keys.count)
        reset(&held, keys.count * cursors.count)
        reset(&limits, keys.count)
        reset(&counts, keys.count)
        var start = 0
        for cursor in cursors {
            Self.update(&limits, with: totals) { [cap = self.cap] in $0 = cap + 1 - $1 }
            try cursor.lookUp(keys, in: .fingerprint, limits: limits, counts: &counts)
            Self.update(&totals, with: counts) { $0 += $1 }
            Self.update(&held, from: start, with: counts) { $0 = $1 }
            start += keys.count
        }
        common.removeAll(keepingCapacity: true)
        for key in keys.indices where totals[key] > self.cap { common.append(UInt32(key)) }
        chosen.removeAll(keepingCapacity: true)
    }

    /// Changes values, from one of them on, by others.
    ///
    /// With spans: an array asks at every write whether it is shared.
    private static func update(
        _ values: inout [UInt32],
        from start: Int = 0,
        with others: [UInt32],
        _ change: (inout UInt32, UInt32) -> Void
    ) {
        let others = others.span
        var values = values.mutableSpan
        for index in others.indices { change(&values[start + index], others[index]) }
    }

    private func reset(_ values: inout [UInt32], _ count: Int) {
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(0, count: count))
    }

    /// Chooses the common keys that propose, so that `least` keys do in all.
    ///
    /// The rarest: those whose first documents, up to the cap, reach furthest into the index.
    mutating func choose(toHave least: Int, in cursors: [any SegmentCursor]) throws(ShardError) {
        let missing = least - (keys.count - common.count)
        guard missing > 0, !common.isEmpty else { return }
        for key in common {
            let needsPlace = missing < common.count
            chosen.append(
                Choice(
                    key: key,
                    last: needsPlace ? try lastPlace(of: Int(key), cursors) : .init(segment: 0, document: 0)
                )
            )
        }
        guard missing < common.count else { return }
        chosen.sort { a, b in
            if a.last != b.last { return (a.last.segment, a.last.document) > (b.last.segment, b.last.document) }
            return a.key < b.key
        }
        chosen.removeSubrange(missing...)
    }

    private func lastPlace(of key: Int, _ cursors: [any SegmentCursor]) throws(ShardError) -> Match.Place {
        var before: UInt32 = 0
        for segment in cursors.indices {
            let here = held[segment * keys.count + key]
            if before + here >= cap {
                let number = Int(cap - before) - 1
                return Match.Place(
                    segment: segment,
                    document: try cursors[segment].document(number: number, ofKey: key)
                )
            }
            before += here
        }
        return Match.Place(segment: 0, document: 0)
    }

    /// Appends the documents of a segment that keys propose which are not common, once for each key.
    mutating func takeRare(from cursor: any SegmentCursor, into documents: inout [UInt32]) throws(ShardError) {
        Self.update(&limits, with: totals) { [cap] in $0 = $1 > cap ? 0 : cap }
        try cursor.takeDocuments(limits: limits, into: &documents)
    }

    /// Appends the documents of a segment that the chosen common keys propose, of each the first `proposals` of the index.
    mutating func takeChosen(
        from cursor: any SegmentCursor,
        segment: Int,
        proposals: Int,
        into documents: inout [UInt32]
    ) throws(ShardError) {
        guard !chosen.isEmpty else { return }
        for key in keys.indices { limits[key] = 0 }
        for choice in chosen {
            var left = UInt32(proposals)
            for earlier in 0..<segment { left -= min(left, held[earlier * keys.count + Int(choice.key)]) }
            limits[Int(choice.key)] = left
        }
        try cursor.takeDocuments(limits: limits, into: &documents)
    }
}
