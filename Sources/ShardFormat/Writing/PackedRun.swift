internal import IndexStorage

/// Consecutive blocks of a column, packed before it is their turn to be written.
///
/// Blocks that are stored as they are take no memory here: they are put together again when they are written.
// Unchecked: one thread packs, and whoever writes afterwards does so when that is known to be done.
final class PackedRun: @unchecked Sendable {
    /// Puts a block together, of a number from 0 on.
    typealias Fill = (_ number: Int, _ block: inout GrowableBuffer<UInt8>) -> Void

    /// The numbers of the blocks' first values.
    private let firsts: [Int]
    /// What the last block left for the one after it.
    fileprivate private(set) var patienceAfter = PackingPatience()
    /// The length of each block, and of its packed form; 0 where it is stored as it is.
    private var lengths: [(raw: Int, packed: Int)] = []
    private var packed = GrowableBuffer<UInt8>()

    init(firsts: [Int]) { self.firsts = firsts }

    /// Packs the blocks, after one that left so much patience.
    ///
    /// - Parameters:
    ///   - packer: what packs.
    ///   - patience: that patience.
    ///   - fill: puts a block together.
    func pack(
        _ packer: BlockPacker,
        _ patience: PackingPatience = PackingPatience(),
        fill: Fill
    ) {
        lengths.removeAll()
        packed.removeAll(keepingCapacity: true)
        packer.begin(patience)
        var block = GrowableBuffer<UInt8>()
        for number in firsts.indices {
            fill(number, &block)
            let isPacked = packer.pack(block)
            lengths.append((block.count, isPacked ? packer.packedCount : 0))
            if isPacked { packer.withPacked { packed.append($0) } }
        }
        patienceAfter = packer.patience
    }

    /// Writes the blocks, and gives up their packed form.
    fileprivate func write(
        _ directory: inout BlockDirectory,
        to writer: inout ShardFileWriter,
        _ fill: Fill
    ) throws(StorageError) {
        var block = GrowableBuffer<UInt8>()
        var written = 0
        for (number, length) in lengths.enumerated() {
            if length.packed > 0 {
                directory.append(first: firsts[number], raw: length.raw, stored: length.packed, .zstd)
                try packed.withSpan { (span) throws(StorageError) in
                    try writer.append(span.extracting(written..<written + length.packed))
                }
                written += length.packed
            } else {
                fill(number, &block)
                directory.append(first: firsts[number], raw: block.count, stored: block.count, .raw)
                try block.withSpan { (span) throws(StorageError) in try writer.append(span) }
            }
        }
        packed = GrowableBuffer()
    }
}

/// The sections of a column being written from packed runs.
struct PackedRunWriter {
    private let start: UInt64
    private var directory = BlockDirectory()
    private var patience = PackingPatience()

    /// Begins the column.
    init(_ writer: inout ShardFileWriter) throws(StorageError) { start = try writer.beginSection() }

    /// Writes the next run.
    mutating func append(
        _ run: PackedRun,
        _ packers: ReusePool<BlockPacker>,
        to writer: inout ShardFileWriter,
        fill: PackedRun.Fill
    ) throws(StorageError) {
        // Each was packed as if the block before it had packed well; where that is not so it is packed again as it must be.
        if patience != PackingPatience() { packers.use { run.pack($0, patience, fill: fill) } }
        try run.write(&directory, to: &writer, fill)
        patience = run.patienceAfter
    }

    /// Writes a block in the form that it has already.
    mutating func append(
        _ form: Span<UInt8>,
        first: Int,
        raw: Int,
        _ codec: ShardLayout.Codec,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        directory.append(first: first, raw: raw, stored: form.count, codec)
        try writer.append(form)
        patience = PackingPatience()
    }

    /// Ends the column with its directory.
    func end(_ column: ShardLayout.Column, _ writer: inout ShardFileWriter) throws(StorageError) {
        try directory.write(as: column, from: start, to: &writer)
    }
}
