internal import Dispatch
internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat
internal import Synchronization

/// The one writer of a live index: everything that changes it happens on its queue, one thing after the other.
///
/// Three other queues work beside it: the log's, which writes and synchronises; one that makes shards of documents in memory;
/// one that merges shards. They read what never changes, and hand what they made back to this one.
final class LiveCore: @unchecked Sendable {
    // All that changes belongs to `queue`, but for the mutex.

    let storage: any IndexDirectory
    let options: LiveIndexOptions
    let parameters: IndexParameters
    let queue = DispatchQueue(label: "neardup.live")
    let shardQueue = DispatchQueue(label: "neardup.live.shard")
    let mergeQueue = DispatchQueue(label: "neardup.live.merge", qos: .utility)
    let log: LogWriter
    let writer: IndexWriter
    var state: LiveState
    /// The number of the log that is written to.
    var logNumber: UInt64
    /// Frames in the log that is written to.
    var framesInLog = 0
    var flush: PendingFlush?
    var merge: PendingMerge?
    /// Shards that were made since the merge under way began.
    var shardsSinceMerge = 0
    /// What waits for the merge under way.
    var afterMerge: [() -> Void] = []
    /// What waits until the disk has caught up.
    var parked: [() -> Void] = []
    /// What has ended writing.
    var failure: IndexError?
    /// What was done, but for what the log knows.
    var statistics = LiveIndexStatistics()
    var decider: Decider?
    private let published: Mutex<IndexSnapshot>

    /// Opens an index for writing, or makes one; what logs say is in a shard afterwards.
    ///
    /// - Throws: ``IndexError``.
    init(
        _ storage: any IndexDirectory,
        settings: IndexSettings?,
        options: LiveIndexOptions
    ) throws(IndexError) {
        self.storage = storage
        self.options = options
        let (writer, recovered) = try LogRecovery.open(storage, settings: settings, memory: options.memory)
        // Merges go on beside the writer.
        writer.mergePolicy = .never
        self.writer = writer
        parameters = writer.parameters
        var state = recovered
        let log = LogWriter(storage, parameters: parameters, durability: options.durability)
        logNumber = writer.currentManifest.generation + 1
        let name = try log.rotate(to: logNumber)
        // Nothing is acknowledged before the manifest names the log that it is in.
        try writer.install(nil, dead: [:], log: name)
        self.log = log
        published = Mutex(state.snapshot(storage, writer.currentManifest))
        self.state = state
        queue.async { self.startMergeIfDue() }
    }

    /// The index as it was after the last change.
    var snapshot: IndexSnapshot { published.withLock { $0 } }

    /// What was done and what is to be done.
    var currentStatistics: LiveIndexStatistics {
        var current = statistics
        current.synchronizations = log.synchronizations
        current.documentsInMemory = state.sealed.liveCount + state.active.liveCount
        current.bytesInMemory = state.sealed.byteCount + state.active.byteCount
        current.shardsMerging = merge?.job.names.count ?? 0
        current.shardsWaiting = merge == nil ? 0 : shardsSinceMerge
        current.additionsWaiting = parked.count
        return current
    }

    /// Does something in turn; `body` is given what has ended writing, if anything has.
    func perform(_ body: @escaping (_ failure: IndexError?) -> Void) {
        // Handed over whole: only the queue ever calls it.
        nonisolated(unsafe) let body = body
        queue.async { unsafe body(self.currentFailure) }
    }

    /// Does something that adds documents in turn, once the disk has caught up.
    func performAdding(_ body: @escaping (_ failure: IndexError?) -> Void) {
        // Handed over whole: only the queue ever calls it.
        nonisolated(unsafe) let body = body
        queue.async {
            guard self.isStalled || !self.parked.isEmpty else { return unsafe body(self.currentFailure) }
            self.statistics.stalls += 1
            self.parked.append { unsafe body(self.currentFailure) }
        }
    }

    /// What has ended writing, here or in the log.
    private var currentFailure: IndexError? { failure ?? log.failure }

    /// Whether documents come faster than shards can be made or merged of them.
    private var isStalled: Bool {
        guard currentFailure == nil else { return false }
        return flush != nil && state.active.byteCount >= options.segmentBytes
            || merge != nil && shardsSinceMerge >= options.shardsPerMerge
    }

    /// Lets those in that had to wait.
    func unpark() {
        while !parked.isEmpty, !isStalled { parked.removeFirst()() }
    }

    /// Shows readers the index as it is now.
    func publish() {
        let snapshot = state.snapshot(storage, writer.currentManifest)
        published.withLock { $0 = snapshot }
        // Else files that are gone would stay mapped, and their room taken, until the next document is decided about.
        decider?.searcher.move(to: snapshot)
    }

    /// Queues a frame; the number to wait for.
    func append(_ kind: LogLayout.FrameKind, _ body: [UInt8]) -> UInt64 {
        statistics.loggedBytes += body.count
        framesInLog += 1
        return log.append(kind, body)
    }

    /// Ends writing; what was acknowledged is in the log, and reading goes on.
    func fail(_ error: IndexError) {
        failure = failure ?? error
        unpark()
    }
}
