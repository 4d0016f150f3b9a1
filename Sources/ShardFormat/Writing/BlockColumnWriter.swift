internal import IndexStorage

/// Cuts a column whose values come one by one into blocks of about 16 KB, packs each where that pays, and writes them with
/// their directory.
///
/// The blocks are those of a ``PackedColumn`` of the same values.
struct BlockColumnWriter: ~Copyable {
    private let packer = BlockPacker()
    private var directory = BlockDirectory()
    /// The bytes of each value, where all have as many.
    private var width: Int?
    /// Where the column's section begins.
    private var start: UInt64 = 0
    /// Values so far.
    private var count = 0
    /// The first value of the block that is open.
    private var first = 0
    /// The lengths of that block's values, and the values.
    private var block = GrowableBuffer<UInt8>()
    private var values = GrowableBuffer<UInt8>()

    init() {}

    /// Begins a column of which values will follow.
    mutating func begin(width: Int?, _ writer: inout ShardFileWriter) throws(StorageError) {
        self.width = width
        count = 0
        first = 0
        packer.begin()
        directory = BlockDirectory()
        start = try writer.beginSection()
    }

    /// Adds a value to the open column.
    mutating func append(_ value: Span<UInt8>, to writer: inout ShardFileWriter) throws(StorageError) {
        if isFull(before: value.count) { try close(&writer) }
        if width == nil { block.appendVarint(UInt64(value.count)) }
        values.append(value)
        count += 1
    }

    /// Ends the open column.
    mutating func end(_ column: ShardLayout.Column, _ writer: inout ShardFileWriter) throws(StorageError) {
        if count > first { try close(&writer) }
        try directory.write(as: column, from: start, to: &writer)
    }

    private func isFull(before next: Int) -> Bool {
        guard count > first else { return false }
        if let width { return count - first >= max(1, ShardLayout.blockBytes / max(1, width)) }
        return block.count + values.count + next + 1 > ShardLayout.blockBytes
    }

    /// Writes the open block, packed if that pays, and empties it.
    private mutating func close(_ writer: inout ShardFileWriter) throws(StorageError) {
        // Taken out, since a span cannot outlast one access to the writer; the memory is put back.
        var gathered = GrowableBuffer<UInt8>()
        swap(&gathered, &values)
        gathered.withSpan { block.append($0) }
        gathered.removeAll(keepingCapacity: true)
        swap(&gathered, &values)
        if packer.pack(block) {
            directory.append(first: first, raw: block.count, stored: packer.packedCount, .zstd)
            try packer.withPacked { (span) throws(StorageError) in try writer.append(span) }
        } else {
            directory.append(first: first, raw: block.count, stored: block.count, .raw)
            try block.withSpan { (span) throws(StorageError) in try writer.append(span) }
        }
        block.removeAll(keepingCapacity: true)
        first = count
    }
}
