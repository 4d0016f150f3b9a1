internal import Synchronization

/// Hands elements on from one task to another, in order, and makes the first wait while too much is under way.
final class BatchPipe<Element: Sendable>: Sendable {
    private struct State {
        let mostElements: Int
        let mostWeight: Int
        var queue: [(element: Element, weight: Int)] = []
        var weight = 0
        var isFinished = false
        var taker: CheckedContinuation<Void, Never>?
        var giver: CheckedContinuation<Void, Never>?

        func hasRoom(for more: Int) -> Bool {
            queue.isEmpty || (queue.count < mostElements && weight + more <= mostWeight)
        }
    }

    private let state: Mutex<State>

    /// Creates a pipe.
    ///
    /// - Parameters:
    ///   - elements: how many may wait.
    ///   - weight: how much they may weigh together; one element may weigh more.
    init(elements: Int, weight: Int) {
        state = Mutex(State(mostElements: elements, mostWeight: weight))
    }

    /// Hands an element on, once there is room.
    ///
    /// - Returns: whether anybody will take it.
    func push(_ element: Element, weight: Int) async -> Bool {
        while true {
            await wait(in: \.giver) { $0.hasRoom(for: weight) }
            let (isPushed, taker) = state.withLock { state -> (Bool?, CheckedContinuation<Void, Never>?) in
                if state.isFinished { return (false, nil) }
                guard state.hasRoom(for: weight) else { return (nil, nil) }
                state.queue.append((element, weight))
                state.weight += weight
                return (true, state.taker.take())
            }
            taker?.resume()
            if let isPushed { return isPushed }
        }
    }

    /// Waits until something holds of the state, or the pipe is finished; cancelled, finishes it.
    ///
    /// - Parameters:
    ///   - place: where whoever changes the state finds who waits.
    ///   - holds: what is waited for.
    private func wait(
        in place: any WritableKeyPath<State, CheckedContinuation<Void, Never>?> & Sendable,
        until holds: @Sendable (State) -> Bool
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    if holds(state) || state.isFinished { return true }
                    state[keyPath: place] = continuation
                    return false
                }
                if isFree { continuation.resume() }
            }
        } onCancel: {
            finish()
        }
    }

    /// No more will come, or no more is wanted.
    func finish() {
        let (taker, giver) = state.withLock { state in
            state.isFinished = true
            return (state.taker.take(), state.giver.take())
        }
        taker?.resume()
        giver?.resume()
    }

    /// The next element, once there is one; nil after the last.
    func next() async -> Element? { await next(atMost: 1).first }

    /// The next elements: those that are there, and at least one; none after the last.
    func next(atMost count: Int) async -> [Element] {
        while true {
            await wait(in: \.taker) { !$0.queue.isEmpty }
            let (taken, isDone, giver) = state.withLock { state in
                let taken = state.queue.prefix(count)
                state.queue.removeFirst(taken.count)
                for entry in taken { state.weight -= entry.weight }
                return (taken.map(\.element), state.isFinished, taken.isEmpty ? nil : state.giver.take())
            }
            giver?.resume()
            if !taken.isEmpty || isDone { return taken }
        }
    }
}
