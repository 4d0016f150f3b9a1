internal import IndexStorage
internal import Synchronization

/// A column of a builder, cut into runs of blocks that are packed before it is their turn to be written.
struct PackedColumn: Sendable {
    /// Packing names takes longer than all else that the end of a shard waits for: several threads share it.
    private static let blocksOfNames = 64

    private let column: ShardLayout.Column
    private let runs: [PackedRun]
    private let unpacked = CountDown()

    /// Cuts a column.
    init(_ column: ShardLayout.Column, _ columns: borrowing BuilderColumns, signatureBytes: Int) {
        let mostBlocks = column == .names ? Self.blocksOfNames : .max
        var runs: [PackedRun] = []
        var start = BlockStart()
        while let end = columns.blockEnd(of: column, from: start, signatureBytes: signatureBytes) {
            if let last = runs.last, last.starts.count <= mostBlocks {
                last.starts.append(end)
            } else {
                runs.append(PackedRun(column, [start, end]))
            }
            start = end
        }
        self.column = column
        self.runs = runs.isEmpty ? [PackedRun(column, [start])] : runs
        unpacked.begin(self.runs.count)
    }

    /// How many runs there are, at least one.
    var count: Int { runs.count }

    /// Packs a run; whether it was the last.
    func pack(_ run: Int, of columns: borrowing BuilderColumns, _ packers: ReusePool<BlockPacker>) -> Bool {
        packers.use { runs[run].pack(columns, $0, PackingPatience()) }
        return unpacked.isLast()
    }

    /// Writes the column, once all runs are packed, with its directory.
    func write(
        _ columns: borrowing BuilderColumns,
        _ packers: ReusePool<BlockPacker>,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        var directory = BlockDirectory()
        let start = try writer.beginSection()
        var patience = PackingPatience()
        for run in runs {
            // Each was packed as if the block before it had packed well; where that is not so it is packed again as it must be.
            if patience != PackingPatience() { packers.use { run.pack(columns, $0, patience) } }
            try run.write(columns, &directory, to: &writer)
            patience = run.patienceAfter
        }
        try directory.write(as: column, from: start, to: &writer)
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

/// Consecutive blocks of a column.
///
/// Blocks that are stored as they are take no memory here: they are put together again when they are written.
// Unchecked: one thread packs, and whoever writes afterwards is told of it by the count of what is left.
private final class PackedRun: @unchecked Sendable {
    let column: ShardLayout.Column
    /// Where the blocks begin, and where the last ends.
    var starts: [BlockStart]
    /// What the last block left for the one after it.
    private(set) var patienceAfter = PackingPatience()
    /// The length of each block's packed form; 0 where it is stored as it is.
    private var lengths: [Int] = []
    private var packed = GrowableBuffer<UInt8>()

    init(_ column: ShardLayout.Column, _ starts: [BlockStart]) {
        self.column = column
        self.starts = starts
    }

    func pack(_ columns: borrowing BuilderColumns, _ packer: BlockPacker, _ patience: PackingPatience) {
        lengths.removeAll()
        packed.removeAll(keepingCapacity: true)
        packer.begin(patience)
        var block = GrowableBuffer<UInt8>()
        for (start, end) in zip(starts, starts.dropFirst()) {
            columns.fill(&block, with: column, start, end)
            let isPacked = packer.pack(block)
            lengths.append(isPacked ? packer.packedCount : 0)
            if isPacked { packer.withPacked { packed.append($0) } }
        }
        patienceAfter = packer.patience
    }

    func write(
        _ columns: borrowing BuilderColumns,
        _ directory: inout BlockDirectory,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        var block = GrowableBuffer<UInt8>()
        var written = 0
        for (index, length) in lengths.enumerated() {
            let start = starts[index]
            columns.fill(&block, with: column, start, starts[index + 1])
            if length > 0 {
                directory.append(first: start.value, raw: block.count, stored: length, .zstd)
                try packed.withSpan { (span) throws(StorageError) in
                    try writer.append(span.extracting(written..<written + length))
                }
                written += length
            } else {
                directory.append(first: start.value, raw: block.count, stored: block.count, .raw)
                try block.withSpan { (span) throws(StorageError) in try writer.append(span) }
            }
        }
        packed = GrowableBuffer()
    }
}
