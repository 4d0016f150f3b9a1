internal import IndexStorage
internal import Synchronization

/// Lets the sections of a file be written in their order, each as soon as it is ready, by whichever thread made it so.
final class OrderedSections: Sendable {
    private struct State {
        var isReady: [Bool]
        var next = 0
        var isBeingWritten = false
        var failure: StorageError?
    }

    private let state: Mutex<State>

    /// So many sections, none of them ready.
    init(count: Int) { state = Mutex(State(isReady: [Bool](repeating: false, count: count))) }

    /// Notes that a section is ready, and writes it and those after it whose turn it is, unless another thread is at it: that
    /// one goes on with them.
    func ready(_ section: Int, _ write: (Int) throws(StorageError) -> Void) {
        state.withLock { $0.isReady[section] = true }
        while let next = take() {
            do throws(StorageError) {
                try write(next)
                done(nil)
            } catch {
                done(error)
            }
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            let isOver = state.next == state.isReady.count || state.failure != nil
            guard !isOver, !state.isBeingWritten, state.isReady[state.next] else { return nil }
            state.isBeingWritten = true
            return state.next
        }
    }

    private func done(_ failure: StorageError?) {
        state.withLock { state in
            state.isBeingWritten = false
            state.next += 1
            state.failure = failure
        }
    }

    /// Tells whether all was written, after the last section was ready and all threads are done.
    func finish() throws(StorageError) {
        let (failure, isWhole) = state.withLock { ($0.failure, $0.next == $0.isReady.count) }
        if let failure { throw failure }
        precondition(isWhole, "every section must have been ready")
    }
}
