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

/// What a live index has done since it was opened.
public struct LiveIndexStatistics: Hashable, Sendable {
    /// Shards made of documents in memory, and their bytes.
    public var flushes = 0
    /// Bytes of these shards.
    public var flushedBytes = 0
    /// Merges done.
    public var merges = 0
    /// Bytes of the shards that merging made.
    public var mergedBytes = 0
    /// Bytes handed to the log.
    public var loggedBytes = 0
    /// Times that additions had to wait for the disk.
    public var stalls = 0
    /// Why merging in the background failed last; the index works on with more shards.
    public var mergeFailure: IndexError?

    /// Creates statistics of nothing.
    public init() {}

    /// Bytes written to shards for each byte that was first made a shard of: 1 without merging.
    public var writeAmplification: Double {
        flushedBytes == 0 ? 1 : Double(flushedBytes + mergedBytes) / Double(flushedBytes)
    }
}
