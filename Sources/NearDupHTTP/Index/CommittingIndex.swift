package import CrawlModel
internal import Dispatch
package import NearDuplicates
package import ShardFormat
internal import Synchronization

/// An index in a directory, written by committing: callers that wait at the same time share one commit.
///
/// One queue owns the writer; checks read the snapshot of the last commit.
package final class CommittingIndex: ServedIndex {
    package let parameters: IndexParameters
    private let path: String
    private let queue = DispatchQueue(label: "neardup.index")
    private let waiting = Mutex<Waiting>(Waiting())
    private let latest: Mutex<IndexSnapshot>
    /// Used on `queue` alone.
    private let writing: IndexWriting

    private struct Waiting {
        var work: [IndexWriting.Work] = []
        var isScheduled = false
        var isClosed = false
    }

    /// Callers waiting for a commit beyond this find the index busy: the next commit would take too long.
    private static let mostWaiting = 1024

    /// Opens an index for checks and changes, or makes one.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - memory: bytes that documents waiting for their shard may take.
    /// - Throws: ``IndexError``; among others where another process is writing to the index.
    package init(path: String, memory: Int = 256 << 20) throws(IndexError) {
        self.path = path
        let writer = try IndexWriter(path: path, memory: memory)
        parameters = writer.parameters
        latest = Mutex(try IndexSnapshot(path: path))
        writing = IndexWriting(writer, path: path)
    }

    package var current: ServedView {
        let snapshot = latest.withLock { $0 }
        return ServedView(segments: snapshot.segments, generation: snapshot.generation)
    }

    package var statistics: IndexStatistics { latest.withLock { $0 }.statistics }

    package func add(
        _ batches: [DocumentBatch],
        ifUniqueBy rule: MatchRule?
    ) async throws(IndexError) -> [AddedOutcome] {
        let answer = await withCheckedContinuation { continuation in
            enqueue(.add(batches, rule, { continuation.resume(returning: $0) }))
        }
        return try answer.get()
    }

    package func remove(ids: [String]) async throws(IndexError) -> [Bool] {
        let answer = await withCheckedContinuation { continuation in
            enqueue(.remove(ids, { continuation.resume(returning: $0) }))
        }
        return try answer.get()
    }

    package func close() async {
        waiting.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            queue.async {
                self.drain()
                self.writing.close()
                continuation.resume()
            }
        }
    }

    private func enqueue(_ work: IndexWriting.Work) {
        let (isRefused, mustSchedule) = waiting.withLock { state -> (Bool, Bool) in
            guard !state.isClosed, state.work.count < Self.mostWaiting else { return (true, false) }
            state.work.append(work)
            defer { state.isScheduled = true }
            return (false, !state.isScheduled)
        }
        if isRefused {
            work.fail(.storage(path: path, message: "\(path): too many changes are waiting, or the service is closing"))
        }
        if mustSchedule { queue.async { self.drain() } }
    }

    /// Does all that waits, as one commit.
    private func drain() {
        let work = waiting.withLock { state in
            defer { state.work = [] }
            state.isScheduled = false
            return state.work
        }
        guard !work.isEmpty else { return }
        writing.perform(work, over: latest.withLock { $0 }) { snapshot in latest.withLock { $0 = snapshot } }
    }
}
