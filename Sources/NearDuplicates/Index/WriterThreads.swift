package import ShardFormat

/// The threads that a writer may use besides the one that adds documents.
///
/// What is written, and when shards become part of the index, never depends on them.
package struct WriterThreads: Sendable {
    /// What writing a shard may use while documents go on to come.
    package var whileAdding: ParallelLoop
    /// What it may use when the writer waits for it.
    package var whileWaiting: ParallelLoop
    /// Starts a job beside the caller, and gives back what waits for its end.
    package var start: @Sendable (_ job: @escaping @Sendable () -> Void) -> @Sendable () -> Void

    /// Names what may be used.
    package init(
        whileAdding: ParallelLoop,
        whileWaiting: ParallelLoop,
        start: @escaping @Sendable (_ job: @escaping @Sendable () -> Void) -> @Sendable () -> Void
    ) {
        self.whileAdding = whileAdding
        self.whileWaiting = whileWaiting
        self.start = start
    }

    /// No others: jobs are done where they are started.
    package static let none = WriterThreads(whileAdding: .inTurn, whileWaiting: .inTurn) { job in
        job()
        return {}
    }
}
