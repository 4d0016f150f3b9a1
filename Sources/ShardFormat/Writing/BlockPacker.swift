internal import StreamCompression

/// Packs the blocks of columns, each where that pays.
// Unchecked: one thread uses it at a time.
final class BlockPacker: @unchecked Sendable {
    private var compressor: ZstdBlockCompressor?
    private var packed: [UInt8] = []
    /// Whether the next block is tried.
    private(set) var patience = PackingPatience()

    init() {
        // Without memory for a compressor blocks are stored as they are, which every reader takes.
        // On ids, URLs and dates in blocks this short level 1 wins as much as level 3, in less time.
        compressor = try? ZstdBlockCompressor(level: 1)
    }

    /// Begins a column, or goes on with one after a block that left so much patience.
    func begin(_ patience: PackingPatience = PackingPatience()) { self.patience = patience }

    /// The length of the packed form of the block that was packed last.
    var packedCount: Int { packed.count }

    /// Lends that packed form.
    func withPacked<Failure>(_ body: (Span<UInt8>) throws(Failure) -> Void) throws(Failure) {
        // A span can't be of a class's property, but of a value that shares its memory.
        let packed = packed
        try body(packed.span)
    }

    /// Packs a block, if that saves a sixteenth.
    func pack(_ block: borrowing GrowableBuffer<UInt8>) -> Bool {
        guard patience.shouldTry() else { return false }
        packed.removeAll(keepingCapacity: true)
        // A block that can't be packed is stored as it is.
        let length = try? unsafe block.withUnsafe { block throws(CompressionError) in
            try unsafe compressor?.compress(UnsafeRawBufferPointer(block), appendingTo: &packed)
        }
        guard let length = length ?? nil, length <= block.count - block.count / 16 else {
            patience.failed()
            return false
        }
        patience = PackingPatience()
        return true
    }
}

/// After a block that packs badly, ever more blocks (up to 7) are stored without trying.
///
/// Signatures are random bits unless copies lie side by side. What is skipped depends on the content of the column alone.
struct PackingPatience: Hashable {
    /// Blocks still to be stored without trying, and how many the next failure adds.
    private var skips = 0
    private var next = 1

    init() {}

    fileprivate mutating func shouldTry() -> Bool {
        guard skips > 0 else { return true }
        skips -= 1
        return false
    }

    fileprivate mutating func failed() {
        skips = next
        next = min(next * 2 + 1, 7)
    }
}
