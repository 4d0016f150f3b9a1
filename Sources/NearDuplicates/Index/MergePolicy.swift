internal import ShardFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// When a writer merges shards of its own accord.
///
/// Only neighbours are merged, so that the order of documents, and with it every answer, stays the same. Shards of about
/// one size are merged into one of the next: a document is rewritten once for each size there is, O(log *n*) times.
public struct MergePolicy: Hashable, Sendable {
    /// How many neighbours of about one size are merged into one; less than 2 for none.
    public var shards = 8
    /// The size in bytes that no merged shard grows beyond.
    public var largestShard = 4 << 30
    /// A shard is rewritten when more of its documents are dead than this share; 1 for never.
    public var deadShare = 0.5

    /// Creates the default policy.
    public init() {}

    /// Merges nothing.
    public static var never: MergePolicy {
        var policy = MergePolicy()
        policy.shards = 0
        policy.deadShare = 1
        return policy
    }
}

// Sizes count what lives: that is what will be written.
extension MergePolicy {
    /// The next shards to be merged, or one to be rewritten; nil where nothing is due.
    func next(_ shards: [Manifest.ShardEntry], bands: Int) -> Range<Int>? {
        let dying = shards.firstIndex { Double($0.dead) > deadShare * Double($0.documents) }
        return dying.map { $0..<$0 + 1 } ?? nextTier(shards, bands)
    }

    /// Neighbours of about one size.
    ///
    /// A tier reaches from the largest of the shards left down to about a fifth of it, up to the last such shard: what lies
    /// between goes with them, however small.
    private func nextTier(_ shards: [Manifest.ShardEntry], _ bands: Int) -> Range<Int>? {
        guard self.shards >= 2 else { return nil }
        let levels = shards.map { log(Double(max($0.liveBytes, 1))) / log(Double(self.shards)) }
        var start = 0
        while start < shards.count {
            let bottom = levels[start...].max()! - 0.75
            let end = levels.lastIndex { $0 >= bottom }! + 1
            while end - start >= self.shards {
                if let range = fitting(shards, start..<start + self.shards, bands) { return range }
                start += self.shards
            }
            start = end
        }
        return nil
    }

    /// As many of the shards as one may hold, two at least.
    private func fitting(_ shards: [Manifest.ShardEntry], _ range: Range<Int>, _ bands: Int) -> Range<Int>? {
        for start in range.dropLast() {
            let end = self.end(of: shards[..<range.upperBound], from: start, bands)
            if end - start >= 2 { return start..<end }
        }
        return nil
    }

    /// All shards in groups, each of which one shard may hold.
    func groups(_ shards: [Manifest.ShardEntry], bands: Int) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        while start < shards.count {
            let end = end(of: shards[...], from: start, bands)
            groups.append(start..<end)
            start = end
        }
        return groups
    }

    /// Where the group that starts at a shard ends: it holds that one, and more while there is room.
    private func end(of shards: ArraySlice<Manifest.ShardEntry>, from start: Int, _ bands: Int) -> Int {
        var sum = ShardSize()
        for index in start..<shards.endIndex {
            sum.add(shards[index])
            if index > start, !sum.fits(largestShard, bands) { return index }
        }
        return shards.endIndex
    }
}

/// The sizes that limit a shard, added up.
private struct ShardSize {
    private var bytes = 0
    private var documents = 0
    private var fingerprints = 0

    mutating func add(_ shard: Manifest.ShardEntry) {
        bytes += shard.liveBytes
        documents += shard.documents - shard.dead
        fingerprints += shard.fingerprints
    }

    func fits(_ largest: Int, _ bands: Int) -> Bool {
        bytes <= largest && ShardMerge.holds(documents: documents, fingerprints: fingerprints, bands: bands)
    }
}

extension Manifest.ShardEntry {
    /// About what its live documents take.
    var liveBytes: Int { documents == 0 ? 0 : Int(Double(bytes) * Double(documents - dead) / Double(documents)) }
}
