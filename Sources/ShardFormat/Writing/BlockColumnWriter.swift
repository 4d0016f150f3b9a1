internal import IndexStorage
internal import StreamCompression

/// Cuts columns into blocks of about 16 KB, packs each where that pays, and writes them with their directory.
struct BlockColumnWriter: ~Copyable {
    private var compressor: ZstdBlockCompressor?
    var block = GrowableBuffer<UInt8>()
    /// A column that comes value by value: where it stands.
    var open = OpenColumn()
    private var packed: [UInt8] = []
    /// Blocks that are closed and not written yet.
    private var closed = GrowableBuffer<UInt8>()
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

    /// Writes a column that is in memory whole.
    mutating func write(
        _ column: ShardLayout.Column,
        of columns: borrowing BuilderColumns,
        signatureBytes: Int,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        let start = try beginBlocks(&writer)
        try cut(column, of: columns, signatureBytes: signatureBytes) { (self, first) throws(StorageError) in
            try self.close(first: first, writer: &writer)
        }
        try endBlocks(column, from: start, &writer)
    }

    /// Packs a column that is in memory whole, for ``finish(_:to:)`` to write; all of its blocks are then held.
    mutating func pack(_ column: ShardLayout.Column, of columns: borrowing BuilderColumns, signatureBytes: Int) {
        begin()
        cut(column, of: columns, signatureBytes: signatureBytes) { (self, first) in self.close(first: first) }
    }

    /// Writes the column that was packed.
    mutating func finish(_ column: ShardLayout.Column, to writer: inout ShardFileWriter) throws(StorageError) {
        let start = try writer.beginSection()
        try flush(&writer)
        try endBlocks(column, from: start, &writer)
    }

    /// Puts one block's values after another into ``block`` and lets `close` take them; it is told the first value's number.
    private mutating func cut<Failure>(
        _ column: ShardLayout.Column,
        of columns: borrowing BuilderColumns,
        signatureBytes: Int,
        _ close: (inout Self, Int) throws(Failure) -> Void
    ) throws(Failure) {
        switch column {
        case .signatures: try cut(columns.signatures, width: signatureBytes, close)
        case .names: try cut(columns.names, close)
        case .lengths: try cut(columns.lengths, close)
        case .positions: try cut(columns.positions, close)
        }
    }

    /// Cuts a column whose values have all the same width.
    private mutating func cut<Failure>(
        _ values: borrowing GrowableBuffer<UInt8>,
        width: Int,
        _ close: (inout Self, Int) throws(Failure) -> Void
    ) throws(Failure) {
        let perBlock = max(1, ShardLayout.blockBytes / max(1, width))
        let count = width == 0 ? 0 : values.count / width
        for first in stride(from: 0, to: count, by: perBlock) {
            let end = min(first + perBlock, count)
            values.withSpan { block.append($0.extracting(first * width..<end * width)) }
            try close(&self, first)
        }
    }

    /// Cuts a column whose values each have a length.
    private mutating func cut<Failure>(
        _ values: borrowing ColumnBuffer,
        _ close: (inout Self, Int) throws(Failure) -> Void
    ) throws(Failure) {
        var first = 0
        var start = 0
        while first < values.count {
            var end = first
            var bytes = 0
            repeat {
                let length = values.lengths[end]
                block.appendVarint(UInt64(length))
                bytes += Int(length)
                end += 1
            } while end < values.count
                && block.count + bytes + Int(values.lengths[end]) + 1 <= ShardLayout.blockBytes
            values.bytes.withSpan { block.append($0.extracting(start..<start + bytes)) }
            try close(&self, first)
            first = end
            start += bytes
        }
    }

    mutating func beginBlocks(_ writer: inout ShardFileWriter) throws(StorageError) -> UInt64 {
        begin()
        return try writer.beginSection()
    }

    private mutating func begin() {
        directory = ByteWriter()
        rawLength = 0
        storedLength = 0
        patience = Patience()
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

    /// Closes the block and writes it.
    mutating func close(first: Int, writer: inout ShardFileWriter) throws(StorageError) {
        close(first: first)
        try flush(&writer)
    }

    /// Closes the block, packed if that saves a sixteenth, and empties it.
    private mutating func close(first: Int) {
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
            Self.append(packed, to: &closed)
        } else {
            Self.append(block, to: &closed)
        }
        block.removeAll(keepingCapacity: true)
    }

    private static func append(_ bytes: [UInt8], to closed: inout GrowableBuffer<UInt8>) {
        closed.append(bytes.span)
    }

    private static func append(_ bytes: borrowing GrowableBuffer<UInt8>, to closed: inout GrowableBuffer<UInt8>) {
        bytes.withSpan { closed.append($0) }
    }

    private mutating func flush(_ writer: inout ShardFileWriter) throws(StorageError) {
        try closed.withSpan { (span) throws(StorageError) in try writer.append(span) }
        closed.removeAll(keepingCapacity: true)
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
