internal import IndexStorage
internal import StreamCompression

/// Cuts columns into blocks of about 16 KB, packs each where that pays, and writes them with their directory.
struct BlockColumnWriter: ~Copyable {
    private var compressor: ZstdBlockCompressor?
    var block = GrowableBuffer<UInt8>()
    /// A column that comes value by value: where it stands.
    var open = OpenColumn()
    private var packed: [UInt8] = []
    private var directory = ByteWriter()
    private var rawLength = 0
    private var storedLength: UInt64 = 0
    /// Blocks still to be stored without trying, and how many the next failure adds.
    private var patience = Patience()

    init() {
        // Without memory for a compressor blocks are stored as they are, which every reader takes.
        // On ids, URLs and dates in blocks this short level 1 wins as much as level 3, in less time.
        compressor = try? ZstdBlockCompressor(level: 1)
    }

    /// Writes a column whose values have all the same width.
    mutating func write(
        _ column: ShardLayout.Column,
        values: borrowing GrowableBuffer<UInt8>,
        width: Int,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        let perBlock = max(1, ShardLayout.blockBytes / max(1, width))
        let count = width == 0 ? 0 : values.count / width
        try write(column, to: &writer) { (self, writer) throws(StorageError) in
            var first = 0
            while first < count {
                let end = min(first + perBlock, count)
                try values.withSpan { (span) throws(StorageError) in
                    self.block.append(span.extracting(first * width..<end * width))
                    try self.close(first: first, writer: &writer)
                }
                first = end
            }
        }
    }

    /// Writes a column whose values each have a length.
    mutating func write(
        _ column: ShardLayout.Column,
        values: borrowing ColumnBuffer,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        try write(column, to: &writer) { (self, writer) throws(StorageError) in
            var first = 0
            var start = 0
            while first < values.count {
                var end = first
                var bytes = 0
                repeat {
                    let length = values.lengths[end]
                    self.block.appendVarint(UInt64(length))
                    bytes += Int(length)
                    end += 1
                } while end < values.count
                    && self.block.count + bytes + Int(values.lengths[end]) + 1 <= ShardLayout.blockBytes
                try values.bytes.withSpan { (span) throws(StorageError) in
                    self.block.append(span.extracting(start..<start + bytes))
                    try self.close(first: first, writer: &writer)
                }
                first = end
                start += bytes
            }
        }
    }

    private mutating func write(
        _ column: ShardLayout.Column,
        to writer: inout ShardFileWriter,
        _ body: (inout Self, inout ShardFileWriter) throws(StorageError) -> Void
    ) throws(StorageError) {
        let start = try beginBlocks(&writer)
        try body(&self, &writer)
        try endBlocks(column, from: start, &writer)
    }

    mutating func beginBlocks(_ writer: inout ShardFileWriter) throws(StorageError) -> UInt64 {
        directory = ByteWriter()
        rawLength = 0
        storedLength = 0
        patience = Patience()
        return try writer.beginSection()
    }

    mutating func endBlocks(
        _ column: ShardLayout.Column,
        from start: UInt64,
        _ writer: inout ShardFileWriter
    ) throws(StorageError) {
        writer.endSection(.blocks(column), from: start, rawLength: rawLength)
        try writer.section(.blockDirectory(column)) { (writer) throws(StorageError) in
            try writer.append(directory.bytes.span)
            return nil
        }
    }

    /// Writes the block, packed if that saves a sixteenth, and empties it.
    mutating func close(first: Int, writer: inout ShardFileWriter) throws(StorageError) {
        let isPacked = packBlock()
        let stored = isPacked ? packed.count : block.count
        directory.append(storedLength)
        directory.append(UInt32(first))
        directory.append(UInt32(stored))
        directory.append(UInt32(block.count))
        directory.append(isPacked ? ShardLayout.Codec.zstd.rawValue : ShardLayout.Codec.raw.rawValue)
        rawLength += block.count
        storedLength += UInt64(stored)
        if isPacked {
            try writer.append(packed.span)
        } else {
            try block.withSpan { (span) throws(StorageError) in try writer.append(span) }
        }
        block.removeAll(keepingCapacity: true)
    }

    private mutating func packBlock() -> Bool {
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
        patience = Patience()
        return true
    }
}

/// After a block that packs badly, ever more blocks (up to 7) are stored without trying.
///
/// Signatures are random bits unless copies lie side by side. What is skipped depends on the content alone.
private struct Patience {
    private var skips = 0
    private var next = 1

    mutating func shouldTry() -> Bool {
        guard skips > 0 else { return true }
        skips -= 1
        return false
    }

    mutating func failed() {
        skips = next
        next = min(next * 2 + 1, 7)
    }
}
