internal import CKernels

/// Reads which documents of several shards hold which keys, in the order of keys, from the mapped tables and in bounded memory.
///
/// The shards' documents are numbered in one row, dead ones too, in the order of the shards; dead ones are left out of what
/// is read. Streams over ranges of keys are independent of each other, so that threads can take one each:
///
/// ```swift
/// var stream = try PostingStream(.bands, of: sources, keys: PostingStream.ranges(16)[3])
/// while try stream.next() { stream.withPairs { pairs in … } }
/// ```
package struct PostingStream: ~Copyable {
    /// What keys are looked at.
    package enum Keys: Sendable {
        /// Bands of the signature, and one of the whole content.
        case bands
        /// Fingerprints.
        case fingerprints

        fileprivate var table: ShardLayout.Table { self == .bands ? .bands : .fingerprints }
    }

    private let keys: Keys
    private let sources: [ShardMerge.Source]
    private let owners: OrdinalOwners?
    /// The number of each shard's first document.
    private let first: [UInt32]
    private var reader: TableRangeReader
    /// The last pair of the run before.
    private var last: UInt64?

    /// Begins a stream.
    ///
    /// - Parameters:
    ///   - keys: which.
    ///   - sources: the shards and their dead; together fewer than 2^32 documents.
    ///   - owners: of these shards' fingerprints; without them finding a fingerprint's document takes longer.
    ///   - range: the keys of interest, of 32 bits: the top halves of those that documents were added with.
    /// - Throws: ``ShardError`` where a table is damaged.
    package init(
        _ keys: Keys,
        of sources: [ShardMerge.Source],
        owners: OrdinalOwners? = nil,
        keys range: Range<UInt64> = 0..<(1 << 32)
    ) throws(ShardError) {
        let first = try Self.firstNumbers(sources)
        var reader = TableRangeReader(keys.table, of: sources.map(\.shard))
        try reader.begin(range)
        self.reader = reader
        self.keys = keys
        self.owners = owners
        self.sources = sources
        self.first = first
    }

    private static func firstNumbers(_ sources: [ShardMerge.Source]) throws(ShardError) -> [UInt32] {
        var first: [UInt32] = []
        var count = 0
        for source in sources {
            first.append(UInt32(count))
            count += source.shard.documentCount
            guard count < 1 << 32 else {
                throw .overLimit(what: "the documents of an index", limit: 1 << 32 - 1, found: UInt64(count))
            }
        }
        return first
    }

    /// All keys, in ranges that hold about as many pairs each.
    package static func ranges(_ count: Int) -> [Range<UInt64>] {
        let limit = TableRangeReader.keyLimit
        return (0..<UInt64(count)).map { limit * $0 / UInt64(count)..<limit * ($0 + 1) / UInt64(count) }
    }

    /// Reads the next run of keys, some 10,000 to 65,536 pairs; false at the end.
    ///
    /// A key's documents are all in one run, but for a key of more than a run holds: that has runs of its own, each ascending
    /// from where the last one ended.
    ///
    /// - Throws: ``ShardError`` where a table is damaged.
    /// - Complexity: O(*n*) in the pairs read.
    package mutating func next() throws(ShardError) -> Bool {
        let (keys, sources, first, owners) = (keys, sources, first, owners)
        while try unsafe reader.next(renumber: { (index, pairs) throws(ShardError) in
            if keys == .fingerprints, unsafe owners?.resolve(pairs, ofShard: index) != true {
                try unsafe Self.findDocuments(pairs, sources[index].shard)
            }
            return unsafe Self.renumber(pairs, sources[index], first: first[index])
        }) {
            var last = last
            unsafe reader.edit { pairs in
                // Two fingerprints of a document may be alike in the bits that tables keep.
                let count = unsafe nd_unique_pairs(pairs.baseAddress, pairs.count)
                let isRepeated = unsafe count > 0 && pairs[0] == last
                if isRepeated { unsafe pairs.baseAddress!.update(from: pairs.baseAddress! + 1, count: count - 1) }
                if count > 0 { unsafe last = pairs[count - (isRepeated && count > 1 ? 2 : 1)] }
                return isRepeated ? count - 1 : count
            }
            self.last = last
            if reader.withPairs({ !$0.isEmpty }) { return true }
        }
        return false
    }

    /// Lends the pairs of the run, ascending and distinct: key << 32 | document.
    package func withPairs<Result, Failure>(
        _ body: (Span<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try reader.withPairs(body)
    }

    private static func findDocuments(
        _ pairs: UnsafeMutableBufferPointer<UInt64>,
        _ shard: Shard
    ) throws(ShardError) {
        let contents = shard.contents
        try unsafe contents.pages.call(.ordinalBlocks, at: contents.ordinals.blocks_offset) { pages in
            var ordinals = contents.ordinals
            // As many pairs as the buffer has.
            return unsafe nd_pair_documents(&ordinals, pages, pairs.baseAddress, pairs.count)
        }
    }

    /// Makes a shard's documents those of the row, and drops the pairs of the dead.
    private static func renumber(
        _ pairs: UnsafeMutableBufferPointer<UInt64>,
        _ source: ShardMerge.Source,
        first: UInt32
    ) -> Int {
        var count = pairs.count
        if let tombstones = source.tombstones, tombstones.count > 0 {
            count = 0
            for index in pairs.indices {
                let pair = unsafe pairs[index]
                guard !tombstones.contains(UInt32(truncatingIfNeeded: pair)) else { continue }
                unsafe pairs[count] = pair
                count += 1
            }
        }
        // The sums are numbers of documents, which have 32 bits.
        unsafe nd_values_add(pairs.baseAddress, count, first)
        return count
    }
}
