public import NearDuplicates

/// How a live index works; nothing of it is stored.
public struct LiveIndexOptions: Sendable {
    /// When additions and removals are acknowledged.
    public var durability = LogDurability.always
    /// What adding a document does when its id is known.
    public var sameID = SameIDPolicy.replace
    /// Bytes that documents in memory, and what is made of them, may take.
    ///
    /// A quarter of it is collected before it becomes a shard; as much again may be on its way.
    public var memory = 256 << 20
    /// When shards are merged beside all else.
    public var mergePolicy = MergePolicy()

    /// Creates the default options.
    public init() {}

    /// Documents of about so many bytes become a shard.
    var segmentBytes: Int { max(memory / 4, 1) }

    /// Shards made while one merge goes on; additions then wait for it, so that their number stays bounded.
    var shardsPerMerge: Int { max(2 * mergePolicy.shards, 16) }
}
