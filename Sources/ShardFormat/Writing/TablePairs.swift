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
    private static let chunkPairs = Int(ND_CHUNK_PAIRS)

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
        let all = chunkOrder()
        var pairs = GrowableBuffer<UInt64>(uninitializedCount: count)
        unsafe pairs.withUnsafeMutable { pairs in
            var start = 0
            for part in 0..<Self.parts {
                // Each part has its own stretch of the copy, which is as large as all of them.
                unsafe all.withChunks(of: part) { order, pairCount in
                    let room = unsafe pairs.baseAddress.map { unsafe $0 + start }
                    unsafe nd_part_gather(chunks.base, order.baseAddress, order.count, pairCount, room)
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

    /// Sorts by key and value into `sorted`, and drops repetitions.
    mutating func sort(into sorted: inout SortedPairs, _ loop: ParallelLoop) {
        let order = chunkOrder()
        sorted.begin(order)
        // Only read, but for the parts of `sorted`, which don't overlap.
        let chunks = unsafe SharedPointer(UnsafeMutableBufferPointer(start: chunks.base, count: chunks.count))
        unsafe sorted.withParts { pairs, counts, starts in
            let (pairs, counts) = unsafe (SharedPointer(pairs), SharedPointer(counts))
            loop(Self.parts) { part in
                unsafe order.withChunks(of: part) { order, count in
                    guard count > 0 else { return }
                    var scratch = GrowableBuffer<UInt64>(uninitializedCount: count)
                    unsafe scratch.withUnsafeMutable { scratch in
                        unsafe counts.base[part].pairs = UInt64(
                            nd_part_sort(
                                chunks.base,
                                order.baseAddress,
                                order.count,
                                count,
                                pairs.base + starts[part],
                                scratch.baseAddress
                            )
                        )
                    }
                }
            }
        }
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

    private mutating func chunkOrder() -> ChunkOrder {
        var order = ChunkOrder(chunks: Int(store.chunks))
        // As many numbers as there are chunks, and a start for each part and the end.
        unsafe order.numbers.withUnsafeMutableBufferPointer { numbers in
            unsafe order.starts.withUnsafeMutableBufferPointer { starts in
                unsafe nd_pair_chunk_order(&store, owners.base, numbers.baseAddress, starts.baseAddress)
            }
        }
        for part in 0..<Self.parts {
            let chunks = Int(order.starts[part + 1] - order.starts[part])
            order.pairCounts.append(unsafe nd_part_pairs(&store, UInt32(part), chunks))
        }
        return order
    }
}

/// The chunks of each part, in the order they were opened, and how many pairs they hold.
struct ChunkOrder: Sendable {
    fileprivate var numbers: [UInt32]
    fileprivate var starts = [UInt32](repeating: 0, count: TablePairs.parts + 1)
    fileprivate(set) var pairCounts: [Int] = []

    fileprivate init(chunks: Int) { numbers = [UInt32](repeating: 0, count: chunks) }

    /// Lends the numbers of a part's chunks, and its pairs' count.
    fileprivate func withChunks(of part: Int, _ body: (UnsafeBufferPointer<UInt32>, Int) -> Void) {
        let range = Int(starts[part])..<Int(starts[part + 1])
        unsafe numbers.withUnsafeBufferPointer {
            unsafe body(UnsafeBufferPointer(rebasing: $0[range]), pairCounts[part])
        }
    }
}
