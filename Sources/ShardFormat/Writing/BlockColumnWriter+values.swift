internal import IndexStorage

/// Where a column stands whose values come one by one.
struct OpenColumn: ~Copyable {
    /// The bytes of each value, where all have as many.
    var width: Int?
    /// Where its section begins.
    var start: UInt64 = 0
    /// Values so far.
    var count = 0
    /// The first value of the block that is open.
    var first = 0
    /// The values of that block; the lengths before them are in the writer's block.
    var values = GrowableBuffer<UInt8>()

    init() {}
}

// The same blocks as from a column that is in memory whole.
extension BlockColumnWriter {
    /// Begins a column of which values will follow.
    mutating func begin(width: Int?, _ writer: inout ShardFileWriter) throws(StorageError) {
        open.width = width
        open.count = 0
        open.first = 0
        open.start = try beginBlocks(&writer)
    }

    /// Adds a value to the open column.
    mutating func append(_ value: Span<UInt8>, to writer: inout ShardFileWriter) throws(StorageError) {
        if isFull(before: value.count) { try closeOpen(&writer) }
        if open.width == nil { block.appendVarint(UInt64(value.count)) }
        open.values.append(value)
        open.count += 1
    }

    /// Ends the open column.
    mutating func end(_ column: ShardLayout.Column, _ writer: inout ShardFileWriter) throws(StorageError) {
        if open.count > open.first { try closeOpen(&writer) }
        try endBlocks(column, from: open.start, &writer)
    }

    private func isFull(before next: Int) -> Bool {
        guard open.count > open.first else { return false }
        if let width = open.width {
            return open.count - open.first >= max(1, ShardLayout.blockBytes / max(1, width))
        }
        return block.count + open.values.count + next + 1 > ShardLayout.blockBytes
    }

    private mutating func closeOpen(_ writer: inout ShardFileWriter) throws(StorageError) {
        // Taken out, since a span cannot outlast one access to the writer; the memory is put back.
        var values = GrowableBuffer<UInt8>()
        swap(&values, &open.values)
        values.withSpan { block.append($0) }
        values.removeAll(keepingCapacity: true)
        swap(&values, &open.values)
        try close(first: open.first, writer: &writer)
        open.first = open.count
    }
}
