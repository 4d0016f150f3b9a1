internal import Synchronization

/// Hands elements on from one task to another, in order, and makes the first wait while too much is under way.
final class BatchPipe<Element: Sendable>: Sendable {
    private struct State {
        var queue: [(element: Element, weight: Int)] = []
        var weight = 0
        var isFinished = false
        var taker: CheckedContinuation<Void, Never>?
        var giver: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let mostElements: Int
    private let mostWeight: Int

    /// Creates a pipe.
    ///
    /// - Parameters:
    ///   - elements: how many may wait.
    ///   - weight: how much they may weigh together; one element may weigh more.
    init(elements: Int, weight: Int) {
        mostElements = elements
        mostWeight = weight
    }

    /// Hands an element on, once there is room.
    ///
    /// - Returns: whether anybody will take it.
    func push(_ element: Element, weight: Int) async -> Bool {
        while true {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isFree = state.withLock { state in
                        let hasRoom =
                            state.queue.isEmpty
                            || (state.queue.count < mostElements && state.weight + weight <= mostWeight)
                        if hasRoom || state.isFinished || Task.isCancelled { return true }
                        state.giver = continuation
                        return false
                    }
                    if isFree { continuation.resume() }
                }
            } onCancel: {
                finish()
            }
            let (isDone, isPushed, taker) = state.withLock { state -> (Bool, Bool, CheckedContinuation<Void, Never>?) in
                if state.isFinished { return (true, false, nil) }
                guard
                    state.queue.isEmpty || (state.queue.count < mostElements && state.weight + weight <= mostWeight)
                else { return (false, false, nil) }
                state.queue.append((element, weight))
                state.weight += weight
                return (true, true, state.taker.take())
            }
            taker?.resume()
            if isDone { return isPushed }
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
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isFree = state.withLock { state in
                        if !state.queue.isEmpty || state.isFinished { return true }
                        state.taker = continuation
                        return false
                    }
                    if isFree { continuation.resume() }
                }
            } onCancel: {
                finish()
            }
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
