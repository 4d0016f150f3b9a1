internal import CKernels
internal import IndexStorage

/// Merges one lookup table of several shards into sorted pairs.
///
/// Keys are hashes, so a range of them holds about as many pairs as any other of its width: ranges are read from all
/// sources, put in order together, and appended. A range that holds more than there is room for is halved, down to one
/// key, whose values are in order as they come.
struct TableMerge: ~Copyable {
    private let table: ShardLayout.Table
    private let inputs: [MergeInput]
    private let pairs: SpilledWords
    private var cursors: [nd_table_cursor]
    private var chunk = GrowableBuffer<UInt64>()
    private var scratch = GrowableBuffer<UInt64>(uninitializedCount: chunkPairs)

    /// Pairs put in order at a time: they and as much scratch fit a core's cache.
    private static let chunkPairs = 64 << 10
    private static let keyLimit: UInt64 = 1 << 32

    /// The merged pairs of a table, sorted.
    static func pairs(
        of table: ShardLayout.Table,
        _ inputs: [MergeInput],
        _ scratch: MergeScratch
    ) throws(ShardError) -> SpilledWords {
        for input in inputs { try input.prepare(table, scratch) }
        var merge = TableMerge(table, inputs, scratch.pairs())
        try merge.run()
        try ShardError.wrapping { () throws(StorageError) in try merge.pairs.finish() }
        for input in inputs { input.forgetOrdinals() }
        return merge.pairs
    }

    private init(_ table: ShardLayout.Table, _ inputs: [MergeInput], _ pairs: SpilledWords) {
        self.table = table
        self.inputs = inputs
        self.pairs = pairs
        cursors = [nd_table_cursor](repeating: nd_table_cursor(), count: inputs.count)
    }

    private mutating func run() throws(ShardError) {
        var low: UInt64 = 0
        var width = Self.width(for: inputs.reduce(0) { $0 + $1.shard.pairCount(of: table) })
        while low < Self.keyLimit {
            let high = min(low + width, Self.keyLimit)
            let before = cursors
            if let sources = try readAll(below: high) {
                if sources > 1 { sortChunk() }
                width = Self.width(after: width, chunk.count)
                try flush()
            } else if high - low > 1 {
                cursors = before
                chunk.removeAll(keepingCapacity: true)
                width = (high - low) / 2
                continue
            } else {
                cursors = before
                chunk.removeAll(keepingCapacity: true)
                try readOneKey(below: high)
            }
            low = high
        }
    }

    /// A range that should fill three quarters of a chunk.
    private static func width(for pairs: Int) -> UInt64 {
        guard pairs > chunkPairs * 3 / 4 else { return keyLimit }
        return max(1, UInt64(Double(keyLimit) * 0.75 * Double(chunkPairs) / Double(pairs)))
    }

    private static func width(after width: UInt64, _ count: Int) -> UInt64 {
        let fitting = Double(width) * 0.75 * Double(chunkPairs) / Double(max(count, 1))
        return max(1, UInt64(min(fitting, 2 * Double(width), Double(keyLimit))))
    }

    /// Reads the pairs of keys below `high` from every source; how many sources had some, or nil for want of room.
    private mutating func readAll(below high: UInt64) throws(ShardError) -> Int? {
        var sources = 0
        for index in inputs.indices {
            let start = chunk.count
            guard try read(index, below: high) else { return nil }
            if chunk.count > start { sources += 1 }
        }
        return sources
    }

    /// Reads the pairs of one key, which come in the order of their values.
    private mutating func readOneKey(below high: UInt64) throws(ShardError) {
        for index in inputs.indices {
            var isDone = false
            while !isDone {
                isDone = try read(index, below: high)
                try flush()
            }
        }
    }

    /// Reads what there is room for; false where there is more.
    private mutating func read(_ index: Int, below high: UInt64) throws(ShardError) -> Bool {
        let input = inputs[index]
        let table = table
        let kernel = input.shard.contents.tables[table.rawValue]
        var cursor = cursors[index]
        var status = Int32(ND_OK)
        unsafe chunk.append(room: Self.chunkPairs - chunk.count) { room in
            var count = 0
            unsafe input.shard.contents.pages.withKernel { pages in
                var kernel = kernel
                // The room is as large as the kernel is told.
                status = unsafe nd_table_read(&kernel, pages, &cursor, high, room.baseAddress, room.count, &count)
            }
            // The kernel has written the first `count`.
            return unsafe input.renumber(UnsafeMutableBufferPointer(rebasing: room[..<count]), of: table)
        }
        cursors[index] = cursor
        if status == Int32(ND_CAPACITY) { return false }
        try input.shard.contents.pages.check(status, .table(table, .lines), at: kernel.lines_offset)
        return true
    }

    private mutating func sortChunk() {
        unsafe chunk.withUnsafeMutable { pairs in
            unsafe scratch.withUnsafeMutable { scratch in
                // The scratch has room for a whole chunk.
                unsafe nd_sort_pairs(pairs.baseAddress, scratch.baseAddress, pairs.count)
            }
        }
    }

    private mutating func flush() throws(ShardError) {
        let pairs = pairs
        try chunk.withSpan { (span) throws(ShardError) in try pairs.add(span) }
        chunk.removeAll(keepingCapacity: true)
    }
}

extension Shard {
    /// The pairs of a table, or a few more.
    fileprivate func pairCount(of table: ShardLayout.Table) -> Int {
        let geometry = contents.tables[table.rawValue]
        return Int(geometry.entries) + Int(geometry.common_values)
    }
}
