internal import Dispatch
internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat
internal import Synchronization

/// Appends to the log, and lets all callers that wait share one synchronisation.
///
/// Frames are queued by whoever holds the live index's turn; one job at a time, on a queue of its own, writes all that are
/// queued, synchronises once, and tells everyone whose frame was among them. So the disk sets the rate of
/// synchronisations and the callers how much each one carries. The first failure is the last thing that happens to a log.
final class LogWriter: @unchecked Sendable {
    // The file, its number and its figures belong to `queue`; all else is behind the mutex.

    typealias Acknowledgement = @Sendable (Result<Void, IndexError>) -> Void

    private struct Shared {
        var frames: [(kind: LogLayout.FrameKind, body: [UInt8])] = []
        /// Frames queued, and frames acknowledged, since the log was opened.
        var queued: UInt64 = 0
        var acknowledged: UInt64 = 0
        var waiting: [(frame: UInt64, tell: Acknowledgement)] = []
        var isRunning = false
        var failure: IndexError?
        var synchronizations = LogSynchronizations()
    }

    private let storage: any IndexDirectory
    private let parameters: IndexParameters
    private let durability: LogDurability
    private let queue = DispatchQueue(label: "neardup.live.log")
    private let shared = Mutex<Shared>(Shared())

    private var file: (any StorageFile)?
    private var sequence: UInt64 = 0
    private var durable: UInt64 = 0
    private var hasTimer = false

    init(_ storage: any IndexDirectory, parameters: IndexParameters, durability: LogDurability) {
        self.storage = storage
        self.parameters = parameters
        self.durability = durability
    }

    /// What has spoilt the log.
    var failure: IndexError? { shared.withLock { $0.failure } }

    /// How often the disk was waited for, and how long.
    var synchronizations: LogSynchronizations { shared.withLock { $0.synchronizations } }

    /// Queues a frame; the number to wait for.
    func append(_ kind: LogLayout.FrameKind, _ body: [UInt8]) -> UInt64 {
        let (number, mustStart) = shared.withLock { shared in
            shared.frames.append((kind, body))
            shared.queued += 1
            defer { shared.isRunning = true }
            return (shared.queued, !shared.isRunning)
        }
        if mustStart { queue.async { self.drain() } }
        return number
    }

    /// Tells, on any thread, when a frame is as safe as was asked for, or will never be.
    func acknowledge(_ frame: UInt64, _ tell: @escaping Acknowledgement) {
        let outcome: Result<Void, IndexError>? = shared.withLock { shared in
            if let failure = shared.failure { return .failure(failure) }
            if shared.acknowledged >= frame { return .success(()) }
            shared.waiting.append((frame, tell))
            return nil
        }
        if let outcome { tell(outcome) }
    }

    /// Waits until all that was queued is on disk, however durable it was to be.
    func synchronize() throws(IndexError) {
        try onQueue { () throws(StorageError) in
            try self.writeQueued()
            try self.synchronizeFile()
        }
    }

    /// Ends the file, and begins the one of a number; all that was queued is in the old one, on disk.
    ///
    /// - Returns: the new file's name, which is on disk as well.
    func rotate(to number: UInt64) throws(IndexError) -> String {
        let name = IndexFiles.log(number)
        try onQueue { () throws(StorageError) in
            try self.writeQueued()
            if self.file != nil {
                try self.write(.end, [])
                try self.synchronizeFile()
                try self.file.take()?.close()
            }
            let file = try self.storage.create(name)
            try file.append(LogLayout.header(number: number, parameters: self.parameters))
            try file.synchronize()
            try self.storage.synchronize()
            self.file = file
            self.sequence = 0
            self.durable = file.size
        }
        return name
    }

    /// Closes the file, which may be removed then.
    func close() {
        queue.sync {
            try? file?.close()
            file = nil
        }
    }

    // MARK: - On the queue

    private func onQueue(_ body: @escaping () throws(StorageError) -> Void) throws(IndexError) {
        let outcome: Result<Void, IndexError> = queue.sync {
            if let failure { return .failure(failure) }
            do throws(StorageError) {
                try body()
                return .success(())
            } catch {
                return .failure(fail(error))
            }
        }
        try outcome.get()
    }

    /// Writes, synchronises and acknowledges until nothing is queued.
    private func drain() {
        while true {
            do throws(StorageError) {
                if try !writeQueued() {
                    let isDone = shared.withLock { shared in
                        guard shared.frames.isEmpty else { return false }
                        shared.isRunning = false
                        return true
                    }
                    if isDone { return }
                }
            } catch {
                fail(error)
                return
            }
        }
    }

    /// Writes what is queued and makes it as safe as was asked for; false where nothing is.
    @discardableResult
    private func writeQueued() throws(StorageError) -> Bool {
        let (frames, last) = shared.withLock { shared in
            defer { shared.frames = [] }
            return (shared.frames, shared.queued)
        }
        if frames.isEmpty { return false }
        for frame in frames { try write(frame.kind, frame.body) }
        switch durability {
        case .always:
            try synchronizeFile()
        case .interval(let milliseconds):
            try file?.flush()
            synchronizeLater(milliseconds)
        case .none:
            try file?.flush()
        }
        let told = shared.withLock { shared in
            shared.acknowledged = last
            let told = shared.waiting.filter { $0.frame <= last }
            shared.waiting.removeAll { $0.frame <= last }
            return told
        }
        for waiting in told { waiting.tell(.success(())) }
        return true
    }

    private func write(_ kind: LogLayout.FrameKind, _ body: [UInt8]) throws(StorageError) {
        let header = LogLayout.FrameHeader(kind: kind, sequence: sequence, durable: durable, body: body)
        try file?.append(header.encoded)
        try file?.append(body)
        sequence += 1
    }

    private func synchronizeFile() throws(StorageError) {
        guard let file else { return }
        let begin = ContinuousClock.now
        try file.synchronize()
        let took = begin.duration(to: .now)
        durable = file.size
        shared.withLock { $0.synchronizations.add(took) }
    }

    private func synchronizeLater(_ milliseconds: Int) {
        guard !hasTimer else { return }
        hasTimer = true
        queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            guard let self else { return }
            self.hasTimer = false
            do throws(StorageError) {
                try self.synchronizeFile()
            } catch {
                self.fail(error)
            }
        }
    }

    /// Tells everyone who waits that the log is spoilt.
    @discardableResult
    private func fail(_ error: StorageError) -> IndexError {
        let failure = IndexError(error)
        let told = shared.withLock { shared in
            shared.failure = shared.failure ?? failure
            shared.frames = []
            defer { shared.waiting = [] }
            return shared.waiting
        }
        for waiting in told { waiting.tell(.failure(failure)) }
        return failure
    }
}
