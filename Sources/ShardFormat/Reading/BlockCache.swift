internal import Synchronization

/// The blocks of names that were inflated lately, for all threads and all shards of an index.
///
/// Inflating a block takes longer than checking several documents, and duplicates are matched again and again.
package final class BlockCache: Sendable {
    /// Blocks that share a lock.
    private final class Shelf: Sendable {
        let blocks = Mutex(Blocks())
    }

    private let shelves: [Shelf]
    private let bytes: Atomic<Int>
    private let dropped = Atomic(false)
    /// A larger block, which holds one long value, is not worth the room.
    private static let largestBlock = 32 << 10

    /// Creates an empty cache.
    ///
    /// - Parameters:
    ///   - shelves: parts with a lock each, a power of two.
    ///   - bytes: what it keeps; more only where a shelf's share is less than a block.
    package init(shelves: Int = 256, bytes: Int = 128 << 20) {
        self.shelves = (0..<shelves).map { _ in Shelf() }
        self.bytes = Atomic(bytes)
    }

    /// What it keeps at most, in bytes.
    ///
    /// Where it is made less, shelves drop what is too much when a block is added to them.
    var byteLimit: Int {
        get { bytes.load(ordering: .relaxed) }
        set { bytes.store(newValue, ordering: .relaxed) }
    }

    private func shelf(_ key: UInt64) -> Shelf {
        shelves[Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 40) & (shelves.count - 1)]
    }

    /// The block of a key, if it is there.
    func block(_ key: UInt64) -> KeptBlock? { shelf(key).blocks.withLock { $0.blocks[key] } }

    /// Whether a block was ever dropped for another.
    var hasDropped: Bool { dropped.load(ordering: .relaxed) }

    /// Keeps a block, in the place of the oldest ones if there is no room; false where it is too large.
    func keep(_ block: KeptBlock, as key: UInt64) -> Bool {
        guard block.bytes.count <= Self.largestBlock else { return false }
        let limit = byteLimit / shelves.count
        let hasDropped = shelf(key).blocks.withLock { $0.keep(block, as: key, limit: limit) }
        if hasDropped { dropped.store(true, ordering: .relaxed) }
        return true
    }
}

/// Blocks by their keys, of which the oldest go first.
private struct Blocks {
    private(set) var blocks: [UInt64: KeptBlock] = [:]
    /// Their keys in the order they came, from `next` on.
    private var order: [UInt64] = []
    private var next = 0
    private var byteCount = 0

    /// Keeps a block; whether others were dropped for it.
    mutating func keep(_ block: KeptBlock, as key: UInt64, limit: Int) -> Bool {
        guard blocks[key] == nil else { return false }
        blocks[key] = block
        order.append(key)
        byteCount += block.byteCount
        let first = next
        while byteCount > limit, next < order.count - 1 {
            byteCount -= blocks.removeValue(forKey: order[next])?.byteCount ?? 0
            next += 1
        }
        let hasDropped = next > first
        if next > order.count / 2 {
            order.removeFirst(next)
            next = 0
        }
        return hasDropped
    }
}
