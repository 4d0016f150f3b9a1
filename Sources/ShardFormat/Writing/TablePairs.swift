internal import CKernels

/// Pairs of a key's top bits, as many as the table keeps, and a value, kept in parts by the keys' first bits.
struct TablePairs: ~Copyable {
    private var store = nd_pair_store()
    /// Chunks of pairs; what an open chunk has no pair for yet is anything.
    private var chunks = GrowableBuffer<UInt64>()
    private var owners = GrowableBuffer<UInt8>()
    private(set) var count = 0
    private let keyBits: UInt32

    static let parts = Int(ND_PARTS)
    static let chunkPairs = Int(ND_CHUNK_PAIRS)

    init(for table: ShardLayout.Table) { keyBits = ShardLayout.keyBits(table) }

    /// Adds a pair; values must never fall from one call to the next.
    mutating func append(key: UInt64, value: UInt32) {
        let keys: [1 of UInt64] = [key]
        append(keys: keys.span, from: value, step: 0)
    }

    /// Adds a pair for each key, with the values `first`, `first + step` and so on.
    mutating func append(keys: Span<UInt64>, from first: UInt32, step: UInt32) {
        makeRoom(for: keys.count)
        unsafe keys.withUnsafeBufferPointer { keys in
            // There is room for all chunks that so many pairs can open.
            unsafe nd_pairs_add(&store, chunks.base, owners.base, keys.baseAddress, keyBits, keys.count, first, step)
        }
        settle(adding: keys.count)
    }

    /// Drops the values that are not kept and numbers the others anew; see `nd_values_rank`.
    mutating func keep(ranks: Span<UInt64>) {
        let order = ChunkOrder(store, owners: owners)
        var pairs = GrowableBuffer<UInt64>(uninitializedCount: count)
        unsafe pairs.withUnsafeMutable { pairs in
            var start = 0
            for part in 0..<Self.parts {
                // Each part has its own stretch of the copy, which is as large as all of them.
                let pairCount = order.pairCounts[part]
                unsafe order.chunks(of: part, holding: pairCount)
                    .withUnsafeBufferPointer { numbers in
                        let room = unsafe pairs.baseAddress.map { unsafe $0 + start }
                        unsafe nd_part_gather(chunks.base, numbers.baseAddress, numbers.count, pairCount, room)
                        start += pairCount
                    }
            }
        }
        let kept = unsafe pairs.withUnsafeMutable { pairs in
            unsafe ranks.withUnsafeBufferPointer {
                unsafe nd_values_rank(pairs.baseAddress, pairs.count, $0.baseAddress)
            }
        }
        removeAll(keepingCapacity: true)
        makeRoom(for: kept)
        unsafe pairs.withUnsafe { pairs in
            // The first `kept` of the copy; there is room for as many.
            unsafe nd_pairs_put(&store, chunks.base, owners.base, pairs.baseAddress, kept)
        }
        settle(adding: kept)
    }

    mutating func removeAll(keepingCapacity: Bool) {
        store = nd_pair_store()
        chunks.removeAll(keepingCapacity: keepingCapacity)
        owners.removeAll(keepingCapacity: keepingCapacity)
        count = 0
    }

    /// Moves the pairs out, cut into parts that are sorted and packed where they are.
    mutating func takeParts(of table: ShardLayout.Table, valueLimit: Int) -> TableParts {
        let order = ChunkOrder(store, owners: owners)
        var taken = GrowableBuffer<UInt64>()
        swap(&taken, &chunks)
        removeAll(keepingCapacity: true)
        return TableParts(table, valueLimit: valueLimit, taken, order)
    }

    /// Takes memory for the pairs to come.
    mutating func reuse(_ memory: consuming GrowableBuffer<UInt64>) {
        chunks = memory
        chunks.removeAll(keepingCapacity: true)
    }

    private mutating func makeRoom(for pairs: Int) {
        let most = nd_pair_chunks(pairs)
        chunks.reserve(most * Self.chunkPairs)
        owners.reserve(most)
    }

    /// What the kernel has opened counts from here on.
    private mutating func settle(adding pairs: Int) {
        chunks.extend(to: Int(store.chunks) * Self.chunkPairs)
        owners.extend(to: Int(store.chunks))
        count += pairs
    }
}
