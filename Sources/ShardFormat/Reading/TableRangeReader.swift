internal import CKernels

/// Reads a range of keys of one lookup table of several shards, in the order of keys and, of one key, of shards and values.
///
/// Keys are hashes, so a range of them holds about as many pairs as any other of its width: ranges are read from all
/// shards and put in order together, a *run*. A range that holds more than there is room for is halved, down to one key,
/// whose values are in order as they come and make several runs. Otherwise a key's pairs are all in one run.
struct TableRangeReader: ~Copyable {
    private let table: ShardLayout.Table
    private let shards: [Shard]
    private var cursors: [nd_table_cursor]
    private var before: [nd_table_cursor]
    private var chunk = GrowableBuffer<UInt64>()
    private var scratch = GrowableBuffer<UInt64>(uninitializedCount: chunkPairs)
    private var low: UInt64 = 0
    private var end: UInt64 = 0
    private var width: UInt64 = 0
    /// The shard of which the one key at ``low`` is read next, where it has more values than there is room for.
    private var longKeyShard: Int?

    /// Pairs put in order at a time: they and as much scratch fit a core's cache.
    static let chunkPairs = 64 << 10
    /// Keys are below this.
    static let keyLimit: UInt64 = 1 << 32

    /// Creates a reader, which is to begin yet.
    init(_ table: ShardLayout.Table, of shards: [Shard]) {
        self.table = table
        self.shards = shards
        cursors = [nd_table_cursor](repeating: nd_table_cursor(), count: shards.count)
        before = cursors
    }

    /// Begins at the first key of a range of whole keys, which lies below ``keyLimit``.
    mutating func begin(_ keys: Range<UInt64>) throws(ShardError) {
        precondition(keys.upperBound <= Self.keyLimit, "keys have 32 bits")
        for index in cursors.indices { cursors[index] = nd_table_cursor() }
        chunk.removeAll(keepingCapacity: true)
        longKeyShard = nil
        low = keys.lowerBound
        end = keys.upperBound
        width = Self.width(for: shards.reduce(0) { $0 + $1.pairCount(of: table) })
        if low > 0, low < end { try seek() }
    }

    /// Where reading stands in a shard: the next entry, and the next of the common keys and of their values.
    struct Place: Hashable {
        fileprivate var entry: UInt64
        fileprivate var commonKey: UInt64
        fileprivate var commonValue: UInt64
    }

    /// Where it stands in each shard: at the end of one range as at the start of the next.
    var places: [Place] {
        cursors.map { Place(entry: $0.entry, commonKey: $0.common_key, commonValue: $0.common_value) }
    }

    /// Reads the next run; false at the end.
    ///
    /// - Parameter renumber: given a shard's place and pairs read of it, changes their values, may drop some, and returns how
    ///   many are left, from the first on; they stay sorted.
    /// - Returns: whether there was one.
    /// - Throws: ``ShardError`` where a table is damaged.
    mutating func next(
        renumber: (Int, UnsafeMutableBufferPointer<UInt64>) throws(ShardError) -> Int
    ) throws(ShardError) -> Bool {
        chunk.removeAll(keepingCapacity: true)
        while low < end {
            if longKeyShard != nil {
                if try unsafe readLongKey(renumber) { return true }
                continue
            }
            let high = min(low + width, end)
            for index in cursors.indices { before[index] = cursors[index] }
            if let sources = try unsafe readAll(below: high, renumber) {
                if sources > 1 { sortChunk() }
                width = Self.width(after: width, chunk.count)
                low = high
                if chunk.count > 0 { return true }
            } else {
                for index in cursors.indices { cursors[index] = before[index] }
                chunk.removeAll(keepingCapacity: true)
                if high - low > 1 { width = (high - low) / 2 } else { longKeyShard = 0 }
            }
        }
        return false
    }

    /// Lends the pairs of the run: key << 32 | value.
    func withPairs<Result, Failure>(_ body: (Span<UInt64>) throws(Failure) -> Result) throws(Failure) -> Result {
        try chunk.withSpan(body)
    }

    /// Changes the pairs of the run in place.
    mutating func edit(_ body: (UnsafeMutableBufferPointer<UInt64>) -> Int) { unsafe chunk.edit(body) }

    /// A range that should fill three quarters of a chunk.
    private static func width(for pairs: Int) -> UInt64 {
        guard pairs > chunkPairs * 3 / 4 else { return keyLimit }
        return max(1, UInt64(Double(keyLimit) * 0.75 * Double(chunkPairs) / Double(pairs)))
    }

    private static func width(after width: UInt64, _ count: Int) -> UInt64 {
        let fitting = Double(width) * 0.75 * Double(chunkPairs) / Double(max(count, 1))
        return max(1, UInt64(min(fitting, 2 * Double(width), Double(keyLimit))))
    }

    /// Reads the pairs of keys below `high` from every shard; how many had some, or nil for want of room.
    private mutating func readAll(
        below high: UInt64,
        _ renumber: (Int, UnsafeMutableBufferPointer<UInt64>) throws(ShardError) -> Int
    ) throws(ShardError) -> Int? {
        var sources = 0
        for index in shards.indices {
            let start = chunk.count
            guard try unsafe read(index, below: high, renumber) else { return nil }
            if chunk.count > start { sources += 1 }
        }
        return sources
    }

    /// Reads on in the one key that has more values than there is room for; false where no more was found of it.
    private mutating func readLongKey(
        _ renumber: (Int, UnsafeMutableBufferPointer<UInt64>) throws(ShardError) -> Int
    ) throws(ShardError) -> Bool {
        guard let index = longKeyShard, index < shards.count else {
            longKeyShard = nil
            low += 1
            return false
        }
        if try unsafe read(index, below: low + 1, renumber) { longKeyShard = index + 1 }
        return chunk.count > 0
    }

    /// Reads what there is room for; false where there is more.
    private mutating func read(
        _ index: Int,
        below high: UInt64,
        _ renumber: (Int, UnsafeMutableBufferPointer<UInt64>) throws(ShardError) -> Int
    ) throws(ShardError) -> Bool {
        let shard = shards[index]
        let kernel = shard.contents.tables[table.rawValue]
        var cursor = cursors[index]
        var status = Int32(ND_OK)
        try unsafe chunk.append(room: Self.chunkPairs - chunk.count) { (room) throws(ShardError) in
            var count = 0
            unsafe shard.contents.pages.withKernel { pages in
                var kernel = kernel
                // The room is as large as the kernel is told.
                status = unsafe nd_table_read(&kernel, pages, &cursor, high, room.baseAddress, room.count, &count)
            }
            // The kernel has written the first `count`.
            return try unsafe renumber(index, UnsafeMutableBufferPointer(rebasing: room[..<count]))
        }
        cursors[index] = cursor
        if status == Int32(ND_CAPACITY) { return false }
        try shard.contents.pages.check(status, .table(table, .lines), at: kernel.lines_offset)
        return true
    }

    /// Places the cursors at the first key, and passes over what its bucket has of smaller keys.
    private mutating func seek() throws(ShardError) {
        for index in shards.indices {
            let contents = shards[index].contents
            var kernel = contents.tables[table.rawValue]
            var cursor = nd_table_cursor()
            let key = UInt32(low)
            try unsafe contents.pages.call(.table(table, .lines), at: kernel.lines_offset) { pages in
                unsafe nd_table_seek(&kernel, pages, key, &cursor)
            }
            cursors[index] = cursor
            while try unsafe !read(index, below: low, { (_, _) throws(ShardError) in 0 }) {}
        }
    }

    private mutating func sortChunk() {
        unsafe chunk.withUnsafeMutable { pairs in
            unsafe scratch.withUnsafeMutable { scratch in
                // The scratch has room for a whole chunk.
                unsafe nd_sort_pairs(pairs.baseAddress, scratch.baseAddress, pairs.count)
            }
        }
    }
}

extension Shard {
    /// The pairs of a table, or a few more.
    func pairCount(of table: ShardLayout.Table) -> Int {
        let geometry = contents.tables[table.rawValue]
        return Int(geometry.entries) + Int(geometry.common_values)
    }
}
