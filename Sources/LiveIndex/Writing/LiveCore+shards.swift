internal import Dispatch
internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

/// Documents on their way from memory to a shard.
///
/// The outcome is set by the shard queue and read once the group is empty.
final class PendingFlush: @unchecked Sendable {
    let documents: MemorySegment
    /// The first log of which nothing is in these documents.
    let nextLog: String
    let done = DispatchGroup()
    var outcome: Result<WrittenShard?, IndexError>?

    init(_ documents: MemorySegment, nextLog: String) {
        self.documents = documents
        self.nextLog = nextLog
    }
}

/// Shards on their way into one.
final class PendingMerge: @unchecked Sendable {
    let job: MergeJob
    let done = DispatchGroup()
    var outcome: Result<WrittenShard, IndexError>?

    init(_ job: MergeJob) { self.job = job }
}

// From memory to shards.
extension LiveCore {
    /// Starts making a shard where there is enough for one, and none is being made.
    func startFlushIfDue() {
        guard state.active.byteCount >= options.segmentBytes else { return }
        startFlush()
    }

    /// Starts making a shard of what is in memory; what is added from here on is in the next log.
    ///
    /// Where only removals were logged there is nothing to make; they are committed all the same, and their log goes.
    func startFlush() {
        guard failure == nil, flush == nil, framesInLog > 0 else { return }
        do throws(IndexError) {
            let name = try log.rotate(to: logNumber + 1)
            logNumber += 1
            framesInLog = 0
            state.seal()
            let pending = PendingFlush(state.sealed, nextLog: name)
            let job = writer.flushJob()
            flush = pending
            publish()
            pending.done.enter()
            shardQueue.async {
                do throws(IndexError) {
                    pending.outcome = .success(try job.run(pending.documents))
                } catch {
                    pending.outcome = .failure(error)
                }
                pending.done.leave()
                self.queue.async { if self.flush === pending { self.finishFlush() } }
            }
        } catch {
            fail(error)
        }
    }

    /// Makes the shard that is being made, once it is on disk, part of the index; its log is no longer needed.
    func finishFlush() {
        guard let pending = flush else { return }
        pending.done.wait()
        flush = nil
        do throws(IndexError) {
            if let failure { throw failure }
            let written = try pending.outcome?.get()
            try replaceSealed(by: written, pending)
            if let written {
                statistics.flushes += 1
                statistics.flushedBytes += written.byteCount
                shardsSinceMerge += 1
            }
        } catch {
            return fail(error)
        }
        startMergeIfDue()
        startFlushIfDue()
        unpark()
    }

    private func replaceSealed(by written: WrittenShard?, _ pending: PendingFlush) throws(IndexError) {
        let first = writer.logName
        // What died is committed with the shard: so what it died of must be on disk.
        try log.synchronize()
        try writer.install(
            written,
            deadInIt: written == nil ? [] : state.sealed.numbersOfDead(since: pending.documents),
            dead: state.deadByShard,
            log: pending.nextLog
        )
        state.dropSealed()
        state.setShards(writer.committedSegments)
        publish()
        removeLogs(from: first, before: pending.nextLog)
    }

    /// Removes logs whose content is in shards; one that stays is removed by the next writer.
    func removeLogs(from first: String?, before next: String?) {
        guard let start = first.flatMap(IndexFiles.logNumber) else { return }
        let end = next.flatMap(IndexFiles.logNumber) ?? logNumber + 1
        for number in start..<max(start, end) { try? storage.remove(IndexFiles.log(number)) }
    }

    /// Makes a shard of all that is in memory, and waits for it.
    ///
    /// - Throws: what has ended writing.
    func flushAll() throws(IndexError) {
        finishFlush()
        startFlush()
        finishFlush()
        if let failure = failure ?? log.failure { throw failure }
    }
}

// From shards to fewer shards.
extension LiveCore {
    /// Starts the merge that the policy finds due, if any, and none is under way.
    func startMergeIfDue() {
        guard failure == nil, merge == nil, let job = writer.dueMerge(options.mergePolicy) else { return }
        start(job)
    }

    /// Starts a merge; none may be under way.
    func start(_ job: MergeJob) {
        let pending = PendingMerge(job)
        merge = pending
        shardsSinceMerge = 0
        pending.done.enter()
        mergeQueue.async {
            do throws(IndexError) {
                pending.outcome = .success(try job.write())
            } catch {
                pending.outcome = .failure(error)
            }
            pending.done.leave()
            self.queue.async { if self.merge === pending { self.finishMerge() } }
        }
    }

    /// Puts the merged shard in the place of its sources, less what died meanwhile.
    func finishMerge() {
        guard let pending = merge else { return }
        pending.done.wait()
        merge = nil
        var hasMerged = false
        do throws(IndexError) {
            if let failure { throw failure }
            // One that failed leaves the index as it is.
            switch pending.outcome {
            case .success(let written):
                try log.synchronize()
                let dead = state.deadByShard
                try writer.install(
                    written,
                    mergedFrom: pending.job,
                    deadInIt: pending.job.numbers(ofNewlyDead: dead),
                    dead: dead,
                    log: writer.logName
                )
                state.setShards(writer.committedSegments)
                publish()
                statistics.merges += 1
                statistics.mergedBytes += written.byteCount
                hasMerged = true
            case .failure(let error): statistics.mergeFailure = error
            case nil: break
            }
        } catch {
            fail(error)
        }
        let waiting = afterMerge
        afterMerge = []
        for body in waiting { body() }
        // After a failure the next shard gives the next occasion.
        if hasMerged { startMergeIfDue() }
        unpark()
    }
}
