internal import IndexStorage
internal import Synchronization

/// A column of a builder, cut into runs of blocks that are packed before it is their turn to be written.
struct PackedColumn: Sendable {
    /// Packing names takes longer than all else that the end of a shard waits for: several threads share it.
    private static let blocksOfNames = 64

    private let column: ShardLayout.Column
    /// Where the blocks of each run begin, and where its last one ends.
    private let starts: [[BlockStart]]
    private let runs: [PackedRun]
    private let unpacked = CountDown()

    /// Cuts a column.
    init(_ column: ShardLayout.Column, _ columns: borrowing BuilderColumns, signatureBytes: Int) {
        let mostBlocks = column == .names ? Self.blocksOfNames : .max
        var starts = [[BlockStart()]]
        var start = BlockStart()
        while let end = columns.blockEnd(of: column, from: start, signatureBytes: signatureBytes) {
            if starts[starts.count - 1].count <= mostBlocks {
                starts[starts.count - 1].append(end)
            } else {
                starts.append([start, end])
            }
            start = end
        }
        self.column = column
        self.starts = starts
        runs = starts.map { PackedRun(firsts: $0.dropLast().map(\.value)) }
        unpacked.begin(runs.count)
    }

    /// How many runs there are, at least one.
    var count: Int { runs.count }

    /// Packs a run; whether it was the last.
    func pack(_ run: Int, of columns: borrowing BuilderColumns, _ packers: ReusePool<BlockPacker>) -> Bool {
        packers.use { runs[run].pack($0) { fill(&$1, $0, of: run, columns) } }
        return unpacked.isLast()
    }

    /// Writes the column, once all runs are packed, with its directory.
    func write(
        _ columns: borrowing BuilderColumns,
        _ packers: ReusePool<BlockPacker>,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        var sections = try PackedRunWriter(&writer)
        for run in runs.indices {
            try sections.append(runs[run], packers, to: &writer) { fill(&$1, $0, of: run, columns) }
        }
        try sections.end(column, &writer)
    }

    private func fill(
        _ block: inout GrowableBuffer<UInt8>,
        _ number: Int,
        of run: Int,
        _ columns: borrowing BuilderColumns
    ) {
        columns.fill(&block, with: column, starts[run][number], starts[run][number + 1])
    }
}

/// How many of some rounds are not done.
// A class, since an atomic can't be copied with the value that has it.
final class CountDown: Sendable {
    private let left = Atomic(0)

    init() {}

    /// Begins with so many rounds to do.
    func begin(_ count: Int) { left.store(count, ordering: .relaxed) }

    /// Notes that a round is done; whether it was the last.
    ///
    /// Whoever is told so sees what all rounds wrote.
    func isLast() -> Bool { left.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}
