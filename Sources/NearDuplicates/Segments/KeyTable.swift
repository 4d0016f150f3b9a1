/// Which documents a part of a memory segment says hold a key: pairs of a key's stored bits and a document, sorted.
///
/// A filter over the first bits of the keys tells most keys that nothing holds, by one cache miss and a branch that is
/// nearly always the same; a directory finds a bucket of about two pairs. 8 bytes a pair, 2 to 4 for its share of the
/// directory, and 1 to 2 for that of the filter.
struct KeyTable: Sendable {
    /// A bit for each beginning of a key, set where a pair begins so.
    private let filter: [UInt64]
    /// Where each bucket begins, and the end of the last.
    private let starts: [UInt32]
    /// Key and document, ascending.
    private let pairs: [UInt64]
    private let shift: UInt64
    private let filterShift: UInt32

    /// A bucket of more pairs, which one key that many documents hold makes, is searched by halves.
    private static let scanned = 16

    /// Sorts pairs into a table.
    ///
    /// - Parameters:
    ///   - unsorted: a key in the high 32 bits and a document in the low; among equal keys documents must ascend.
    ///   - isDistinct: whether a pair that comes twice is kept once.
    /// - Complexity: O(*n*), for keys that are hashes; fastest where the pairs are a few ascending runs.
    init(_ unsorted: [UInt64], isDistinct: Bool) {
        precondition(unsorted.count < UInt32.max, "a segment in memory holds fewer pairs")
        let bits = max(1, Int.bitWidth - (unsorted.count / 2).leadingZeroBitCount)
        let shift = UInt64(64 - min(bits, 32))
        var starts = [UInt32](repeating: 0, count: Int(UInt64.max >> shift) + 2)
        var pairs = [UInt64](repeating: 0, count: unsorted.count)
        do {
            // Spans: an array asks at every write whether it is shared.
            let unsorted = unsorted.span
            var starts = starts.mutableSpan
            for index in unsorted.indices { starts[Int(unsorted[index] >> shift) + 1] += 1 }
            for bucket in 1..<starts.count { starts[bucket] += starts[bucket - 1] }
        }
        var next = starts
        do {
            let unsorted = unsorted.span
            var pairs = pairs.mutableSpan
            var next = next.mutableSpan
            let starts = starts.span
            for index in unsorted.indices {
                let pair = unsorted[index]
                let bucket = Int(pair >> shift)
                pairs[Int(next[bucket])] = pair
                next[bucket] += 1
            }
            for bucket in 0..<starts.count - 1 {
                Self.sort(&pairs, Int(starts[bucket])..<Int(starts[bucket + 1]))
            }
        }
        if isDistinct { Self.dropRepetitions(&pairs, &starts) }
        (filter, filterShift) = Self.makeFilter(pairs.span)
        self.starts = starts
        self.pairs = pairs
        self.shift = shift
    }

    /// Makes one table of several.
    ///
    /// - Parameter tables: the tables, and what is added to the documents of each: those of one must be below those of the next.
    init(_ tables: [(table: KeyTable, firstDocument: UInt32)]) {
        var runs: [UInt64] = []
        runs.reserveCapacity(tables.reduce(0) { $0 + $1.table.pairs.count })
        for (table, first) in tables { runs.append(contentsOf: table.pairs.lazy.map { $0 + UInt64(first) }) }
        self.init(runs, isDistinct: false)
    }

    /// Nearly always a handful; many of one key are in order as they come.
    private static func sort(_ pairs: inout MutableSpan<UInt64>, _ range: Range<Int>) {
        guard range.count <= 32 else {
            let sorted = range.map { pairs[$0] }.sorted()
            for (offset, pair) in sorted.enumerated() { pairs[range.lowerBound + offset] = pair }
            return
        }
        for index in range.dropFirst() {
            let pair = pairs[index]
            var place = index
            while place > range.lowerBound, pairs[place - 1] > pair {
                pairs[place] = pairs[place - 1]
                place -= 1
            }
            pairs[place] = pair
        }
    }

    private static func dropRepetitions(_ pairs: inout [UInt64], _ starts: inout [UInt32]) {
        var kept = 0
        for bucket in 0..<starts.count - 1 {
            let range = Int(starts[bucket])..<Int(starts[bucket + 1])
            starts[bucket] = UInt32(kept)
            for index in range where index == range.lowerBound || pairs[index] != pairs[index - 1] {
                pairs[kept] = pairs[index]
                kept += 1
            }
        }
        starts[starts.count - 1] = UInt32(kept)
        pairs.removeSubrange(kept...)
    }

    /// Eight bits a pair or more: of keys that nothing holds at most one in eight passes.
    private static func makeFilter(_ pairs: Span<UInt64>) -> (words: [UInt64], shift: UInt32) {
        let bits = min(32, max(6, Int.bitWidth - (8 * pairs.count).leadingZeroBitCount))
        var words = [UInt64](repeating: 0, count: 1 << (bits - 6))
        var span = words.mutableSpan
        for index in pairs.indices {
            let place = pairs[index] >> UInt64(64 - bits)
            span[Int(place >> 6)] |= 1 << (place & 63)
        }
        return (words, UInt32(32 - bits))
    }

    /// Tells where the pairs of keys are, of those that some document holds, in the order of the keys.
    func find(_ keys: Span<UInt32>, _ found: (_ index: Int, _ places: Range<Int>) -> Void) {
        let filter = filter.span
        for index in keys.indices {
            let place = keys[index] >> filterShift
            guard filter[Int(place >> 6)] >> UInt64(place & 63) & 1 == 1 else { continue }
            let places = places(of: keys[index])
            if !places.isEmpty { found(index, places) }
        }
    }

    /// Whether a key may be there: false for nearly all that are not.
    func mayHold(_ key: UInt32) -> Bool {
        let place = key >> filterShift
        return filter[Int(place >> 6)] >> UInt64(place & 63) & 1 == 1
    }

    /// The places of the pairs of a key.
    func places(of key: UInt32) -> Range<Int> {
        let low = UInt64(key) << 32
        let bucket = Int(low >> shift)
        var start = Int(starts[bucket])
        var end = Int(starts[bucket + 1])
        if end - start > Self.scanned {
            start = firstPlace(notBelow: low, in: start..<end)
            end = firstPlace(notBelow: low | 0xFFFF_FFFF, in: start..<end)
            // Documents are below that, so that nothing of the key is left out.
            return start..<end
        }
        while start < end, pairs[start] < low { start += 1 }
        var last = start
        while last < end, pairs[last] >> 32 == UInt64(key) { last += 1 }
        return start..<last
    }

    /// The document at a place.
    func document(at place: Int) -> UInt32 { UInt32(truncatingIfNeeded: pairs[place]) }

    /// About how many bytes it takes.
    var byteCount: Int { 8 * (pairs.count + filter.count) + 4 * starts.count }

    private func firstPlace(notBelow pair: UInt64, in range: Range<Int>) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if pairs[middle] < pair { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
