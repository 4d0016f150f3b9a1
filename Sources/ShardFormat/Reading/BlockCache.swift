internal import Synchronization

/// The blocks of names that were inflated lately, for all threads and all shards of an index.
///
/// Inflating a block takes longer than checking several documents, and duplicates are matched again and again.
package final class BlockCache: Sendable {
    /// Blocks that share a lock and are looked through one by one.
    private final class Shelf: Sendable {
        let blocks = Mutex<Blocks>(Blocks())

        struct Blocks {
            var keys: [UInt64] = []
            var values: [KeptBlock] = []
            /// The one that goes next.
            var oldest = 0
        }
    }

    private let shelves: [Shelf]
    private let shelfBlocks: Int
    private let dropped = Atomic(false)
    /// A larger block, which holds one long value, is not worth the room.
    private static let byteLimit = 32 << 10

    /// Creates an empty cache.
    ///
    /// - Parameters:
    ///   - shelves: parts with a lock each, a power of two.
    ///   - blocks: how many blocks a shelf keeps; by default the cache keeps 8192 blocks of 16 KB, which with where their
    ///     values begin are 144 MB.
    package init(shelves: Int = 256, blocks: Int = 32) {
        self.shelves = (0..<shelves).map { _ in Shelf() }
        shelfBlocks = blocks
    }

    private func shelf(_ key: UInt64) -> Shelf {
        shelves[Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 40) & (shelves.count - 1)]
    }

    /// The block of a key, if it is there.
    func block(_ key: UInt64) -> KeptBlock? {
        shelf(key).blocks
            .withLock { blocks in
                for index in blocks.keys.indices where blocks.keys[index] == key { return blocks.values[index] }
                return nil
            }
    }

    /// How many blocks it keeps at most.
    var blockLimit: Int { shelves.count * shelfBlocks }

    /// Whether a block was ever dropped for another.
    var hasDropped: Bool { dropped.load(ordering: .relaxed) }

    /// Keeps a block, in the place of the oldest one if there is no room; false where it is too large.
    func keep(_ block: KeptBlock, as key: UInt64) -> Bool {
        guard block.bytes.count <= Self.byteLimit else { return false }
        shelf(key).blocks
            .withLock { blocks in
                guard !blocks.keys.contains(key) else { return }
                if blocks.keys.count < shelfBlocks {
                    blocks.keys.append(key)
                    blocks.values.append(block)
                } else {
                    blocks.keys[blocks.oldest] = key
                    blocks.values[blocks.oldest] = block
                    blocks.oldest = (blocks.oldest + 1) % shelfBlocks
                    dropped.store(true, ordering: .relaxed)
                }
            }
        return true
    }
}
