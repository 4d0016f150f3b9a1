internal import IndexStorage
internal import ShardFormat

/// A full shard on its way to the disk, beside the one that is being filled.
///
/// Its job uses the builder and stores the outcome; the writer looks at ``pending`` alone until it has waited.
final class SealedShard: @unchecked Sendable {
    // The job's end, which `wait` waits for, hands builder and outcome back to the writer's thread.
    let builder: ShardBuilder
    var pending: PendingDocuments
    let name: String
    /// What of each input is in the index once it has this shard; nil where that has not changed.
    let inputs: InputLedger?
    private var outcome: Result<ShardSummary, any Error>?
    private var wait: @Sendable () -> Void = {}

    init(_ builder: ShardBuilder, _ pending: consuming PendingDocuments, name: String, inputs: InputLedger?) {
        self.builder = builder
        self.pending = pending
        self.name = name
        self.inputs = inputs
    }

    /// Starts writing and synchronising the file, which nothing names yet; whether the builder is for another shard.
    func start(in storage: any IndexDirectory, _ loop: ParallelLoop, _ threads: WriterThreads, keepsMemory: Bool) {
        wait = threads.start { [self] in
            outcome = Result { try write(to: storage, loop, keepsMemory: keepsMemory) }
        }
    }

    private func write(
        to storage: any IndexDirectory,
        _ loop: ParallelLoop,
        keepsMemory: Bool
    ) throws -> ShardSummary {
        let file = try storage.create(name)
        do {
            let summary = try builder.write(to: file, loop, keepsMemory: keepsMemory)
            try file.synchronize()
            try file.close()
            return summary
        } catch {
            // Nothing names it; on a full disk its room is needed.
            try? file.close()
            try? storage.remove(name)
            throw error
        }
    }

    /// Waits until the file is on disk.
    func finish() throws -> ShardSummary {
        wait()
        guard let outcome else { preconditionFailure("a shard must be started before it is waited for") }
        return try outcome.get()
    }

    /// Waits for whatever becomes of it.
    func abandon() { wait() }
}
