internal import CKernels

/// Part of a merged table, packed as if it were the table's first.
// Unchecked: the round that fills it and the one that takes it are never at the same time.
final class MergedPart: @unchecked Sendable {
    /// How much of each structure it fills.
    private(set) var counts = nd_table_part()
    /// See `nd_part_rough_entries`.
    private(set) var roughEntries = 0
    /// Its entries, and room for one word more.
    var words = GrowableBuffer<UInt8>()
    /// The bits after its last word.
    private(set) var tail: UInt64 = 0
    /// Its common keys, and their values.
    let commonDirectory: ScratchRoom
    let commonValues: ScratchRoom
    /// Where each source was read from, and to.
    var start: [TableRangeReader.Place] = []
    var end: [TableRangeReader.Place] = []
    /// Why there is nothing in it.
    var failure: ShardError?

    init(_ scratch: MergeScratch) {
        commonDirectory = scratch.partCommon()
        commonValues = scratch.partCommon()
    }

    /// Packs the part's pairs, sorted and distinct, and counts its buckets in the lines of the table, where those counts are clear.
    func pack(
        _ pairs: UnsafeBufferPointer<UInt64>,
        _ geometry: nd_table,
        lines: UnsafeMutablePointer<UInt8>
    ) throws(ShardError) {
        var geometry = geometry
        // The kernels read as many pairs as there are.
        unsafe nd_part_measure(pairs.baseAddress, pairs.count, &geometry, &counts)
        roughEntries = Int(unsafe nd_part_rough_entries(pairs.baseAddress, pairs.count))
        words.removeAll(keepingCapacity: true)
        words.reserve(8 * (Int(unsafe nd_part_words(&geometry, counts.entries)) + 1))
        try commonDirectory.make(Int(counts.common_keys) * Int(ND_COMMON_ENTRY_BYTES))
        try commonValues.make(4 * Int(counts.common_values))
        var packed = nd_table_part()
        // There is room for all that was counted.
        unsafe nd_part_pack(
            pairs.baseAddress,
            pairs.count,
            &geometry,
            &packed,
            lines,
            words.base,
            commonDirectory.base,
            commonValues.base
        )
        words.extend(to: 8 * Int(packed.words))
        tail = packed.tail
    }
}

/// Reads parts of a table of several shards, one after the other.
// Unchecked: one round has it at a time.
final class PartReader: @unchecked Sendable {
    private var reader: TableRangeReader
    private let pairs: SpilledBytes

    init(_ table: ShardLayout.Table, of shards: [Shard], _ scratch: MergeScratch) {
        reader = TableRangeReader(table, of: shards)
        pairs = scratch.partPairs()
    }

    /// Reads a range of keys into a part, and lends the pairs: in order, of the new numbers, without the dead.
    func read(
        _ keys: Range<UInt64>,
        of table: ShardLayout.Table,
        _ inputs: [MergeInput],
        into part: MergedPart,
        _ body: (UnsafeBufferPointer<UInt64>) throws(ShardError) -> Void
    ) throws(ShardError) {
        try reader.begin(keys)
        pairs.removeAll()
        part.start = reader.places
        while try unsafe reader.next(renumber: { (index, pairs) throws(ShardError) in
            unsafe inputs[index].renumber(pairs, of: table)
        }) {
            try reader.withPairs { (span) throws(ShardError) in try pairs.add(span) }
        }
        part.end = reader.places
        try pairs.finish()
        try unsafe pairs.withWords(body)
    }
}
