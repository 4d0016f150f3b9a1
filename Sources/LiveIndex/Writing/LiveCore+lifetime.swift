internal import Dispatch
internal import IndexStorage
internal import NearDuplicates

// Putting the files in order, and closing.
extension LiveCore {
    /// Makes a shard of what is in memory.
    func flush(tell: @escaping @Sendable (Result<Void, IndexError>) -> Void) {
        perform { failure in
            if let failure { return tell(.failure(failure)) }
            do throws(IndexError) {
                try self.flushAll()
                tell(.success(()))
            } catch {
                tell(.failure(error))
            }
        }
    }

    /// Merges all shards into as few as may be, one merge at a time, while everything else goes on.
    ///
    /// What was removed before the call is in no file when it is done.
    func compact(tell: @escaping @Sendable (Result<Void, IndexError>) -> Void) {
        perform { failure in
            if let failure { return tell(.failure(failure)) }
            do throws(IndexError) {
                try self.flushAll()
                self.compact(done: [], tell: tell)
            } catch {
                tell(.failure(error))
            }
        }
    }

    private func compact(done: Set<String>, tell: @escaping @Sendable (Result<Void, IndexError>) -> Void) {
        if merge != nil {
            afterMerge.append { self.compact(done: done, tell: tell) }
            return
        }
        if let failure { return tell(.failure(failure)) }
        guard let job = writer.dueCompaction(options.mergePolicy, done: done) else { return tell(.success(())) }
        start(job)
        guard let pending = merge else { return }
        afterMerge.append {
            switch pending.outcome {
            case .success(let written): self.compact(done: done.union([written.name]), tell: tell)
            case .failure(let error): tell(.failure(error))
            case nil: tell(.success(()))
            }
        }
    }

    /// Makes a shard of what is in memory, waits for the merge under way, and lets go of the index.
    ///
    /// Told of what has ended writing before; the logs are left then, for the next writer.
    func close(tell: @escaping @Sendable (Result<Void, IndexError>) -> Void) {
        perform { failure in
            if case .closed? = failure { return tell(.success(())) }
            var outcome: Result<Void, IndexError> = .success(())
            do throws(IndexError) {
                if let failure { throw failure }
                try self.flushAll()
                self.finishMerge()
                while self.merge != nil { self.finishMerge() }
                let first = self.writer.logName
                try self.log.synchronize()
                try self.writer.install(nil, dead: self.state.deadByShard, log: nil)
                self.log.close()
                self.removeLogs(from: first, before: nil)
            } catch {
                outcome = .failure(error)
                self.flush?.done.wait()
                self.merge?.done.wait()
                self.log.close()
            }
            self.writer.close()
            self.failure = .closed(path: self.storage.path)
            self.unpark()
            tell(outcome)
        }
    }
}
