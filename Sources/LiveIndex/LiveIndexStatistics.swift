public import NearDuplicates

/// What a live index has done since it was opened, and what it still has to do.
public struct LiveIndexStatistics: Hashable, Sendable {
    // MARK: - Done

    /// Shards made of documents in memory.
    public var flushes = 0
    /// Bytes of these shards.
    public var flushedBytes = 0
    /// Merges done.
    public var merges = 0
    /// Bytes of the shards that merging made.
    public var mergedBytes = 0
    /// Bytes handed to the log.
    public var loggedBytes = 0
    /// The log's synchronisations.
    public var synchronizations = LogSynchronizations()
    /// Times that additions had to wait for the disk.
    public var stalls = 0
    /// Why merging in the background failed last; the index works on with more shards.
    public var mergeFailure: IndexError?

    // MARK: - To do

    /// Documents that are in no shard yet, and in the log instead.
    public var documentsInMemory = 0
    /// About how many bytes they take in memory.
    public var bytesInMemory = 0
    /// Shards that are being merged; 0 where none is.
    public var shardsMerging = 0
    /// Shards made since that merge began, which wait for the next.
    public var shardsWaiting = 0
    /// Additions that wait for the disk.
    public var additionsWaiting = 0

    /// Creates statistics of nothing.
    public init() {}

    /// Bytes written to shards for each byte that was first made a shard of: 1 without merging.
    public var writeAmplification: Double {
        flushedBytes == 0 ? 1 : Double(flushedBytes + mergedBytes) / Double(flushedBytes)
    }
}

/// How often the disk was waited for by the log, and how long.
public struct LogSynchronizations: Hashable, Sendable {
    /// How often.
    public var count = 0
    /// How long in all.
    public var time = Duration.zero
    /// The longest.
    public var longest = Duration.zero

    /// Creates figures of none.
    public init() {}

    mutating func add(_ duration: Duration) {
        count += 1
        time += duration
        longest = max(longest, duration)
    }
}
