internal import IndexStorage

/// Merges one lookup table of several shards into sorted pairs.
enum TableMerge {
    /// The merged pairs of a table, sorted.
    static func pairs(
        of table: ShardLayout.Table,
        _ inputs: [MergeInput],
        _ scratch: MergeScratch
    ) throws(ShardError) -> SpilledWords {
        for input in inputs { try input.prepare(table, scratch) }
        let pairs = scratch.pairs()
        var reader = try TableRangeReader(table, of: inputs.map(\.shard))
        while try unsafe reader.next(renumber: { (index, pairs) throws(ShardError) in
            unsafe inputs[index].renumber(pairs, of: table)
        }) {
            try reader.withPairs { (span) throws(ShardError) in try pairs.add(span) }
        }
        try ShardError.wrapping { () throws(StorageError) in try pairs.finish() }
        for input in inputs { input.forgetOrdinals() }
        return pairs
    }
}
