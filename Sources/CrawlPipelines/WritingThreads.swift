internal import Dispatch
package import NearDuplicates
internal import ShardFormat
internal import Synchronization

extension WriterThreads {
    /// As many threads as a run may use: a few while documents are being sketched on all of them, all at the end.
    package static func dispatch(_ threads: Int) -> WriterThreads {
        guard threads > 1 else { return .none }
        return WriterThreads(
            whileAdding: .dispatch(max(1, threads / 4)),
            whileWaiting: .dispatch(threads)
        ) { job in
            let isDone = DispatchSemaphore(value: 0)
            DispatchQueue(label: "neardup.shard")
                .async {
                    job()
                    isDone.signal()
                }
            return {
                isDone.wait()
                // Whoever waits again must not wait for ever.
                isDone.signal()
            }
        }
    }
}

extension ParallelLoop {
    /// Loops on so many threads, of which the caller's is one.
    static func dispatch(_ threads: Int) -> ParallelLoop {
        guard threads > 1 else { return .inTurn }
        return ParallelLoop { count, body in
            let next = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
                while true {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < count else { return }
                    body(index)
                }
            }
        }
    }
}
