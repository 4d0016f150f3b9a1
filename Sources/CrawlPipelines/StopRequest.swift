internal import Synchronization

/// Asks a run to stop at the next batch, from any thread or from a signal's queue.
///
/// What was read until then is committed. A request stays: one value serves one run.
public final class StopRequest: Sendable {
    private struct State {
        var isMade = false
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Creates a request that is not made yet.
    public init() {}

    /// Whether the run should stop.
    public var isMade: Bool { state.withLock { $0.isMade } }

    /// Makes the request.
    public func make() {
        let wake = state.withLock { state in
            state.isMade = true
            return state.wake
        }
        wake?()
    }

    /// Calls `wake` when the request is made; at once where it was made before.
    func onMade(_ wake: @escaping @Sendable () -> Void) {
        let isMade = state.withLock { state in
            state.wake = wake
            return state.isMade
        }
        if isMade { wake() }
    }
}
