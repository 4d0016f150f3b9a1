internal import IndexStorage

/// Packs one column while others do theirs.
private final class ColumnPacker {
    var blocks = BlockColumnWriter()
}

/// The columns that are packed while a table goes to the file: a shard's last steps, where they need not wait for each other.
///
/// What a round of the loop changes it has for itself, and of the builder it only reads.
final class ColumnPacking: @unchecked Sendable {
    private let builder: ShardBuilder
    private let packers = ShardLayout.Column.allCases.map { _ in ColumnPacker() }
    private let scratch: ShardScratch
    private var writer: ShardFileWriter
    private var failure: StorageError?

    private init(_ builder: ShardBuilder, _ scratch: ShardScratch, _ writer: ShardFileWriter) {
        self.builder = builder
        self.scratch = scratch
        self.writer = writer
    }

    /// Writes the table that was packed, and packs the columns meanwhile.
    ///
    /// - Returns: the columns; nil where the loop runs on one thread, or where they might take more than the memory of the
    ///   sorted pairs, which is given back for them.
    static func write(
        _ table: ShardLayout.Table,
        of builder: ShardBuilder,
        from scratch: ShardScratch,
        to writer: inout ShardFileWriter,
        _ loop: ParallelLoop
    ) throws(StorageError) -> ColumnPacking? {
        guard loop.isParallel, builder.columns.blockBytes <= 8 * builder.columns.largestTable else {
            try scratch.packed.write(as: table, to: &writer)
            return nil
        }
        scratch.sorted = SortedPairs()
        let packing = ColumnPacking(builder, scratch, writer)
        loop(1 + packing.packers.count) { packing.run($0, table) }
        writer = packing.writer
        if let failure = packing.failure { throw failure }
        return packing
    }

    private func run(_ round: Int, _ table: ShardLayout.Table) {
        guard round > 0, let column = ShardLayout.Column(rawValue: round - 1) else {
            do throws(StorageError) {
                try scratch.packed.write(as: table, to: &writer)
            } catch {
                failure = error
            }
            return
        }
        packers[column.rawValue].blocks
            .pack(column, of: builder.columns, signatureBytes: builder.parameters.signatureBytes)
    }

    /// Writes the columns.
    func finish(to writer: inout ShardFileWriter) throws(StorageError) {
        for column in ShardLayout.Column.allCases {
            try packers[column.rawValue].blocks.finish(column, to: &writer)
        }
    }
}
