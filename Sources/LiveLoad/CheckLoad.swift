import Dispatch
import LiveIndex
import NearDuplicates
import Synchronization

/// Threads that check texts against the index as it is at each moment.
///
/// Threads of their own: tasks that never wait would keep those that add from running.
final class CheckLoad: Sendable {
    private struct State {
        var goesOn = false
        var count = 0
        var failure: (any Error)?
        var begin = ContinuousClock.now
    }

    private let live: LiveIndex
    private let threads: Int
    private let texts: [String]
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "checks", attributes: .concurrent)
    private let done = DispatchGroup()

    /// Texts between two looks at whether to go on.
    private static let stretch = 16

    init(_ live: LiveIndex, threads: Int, texts: [String]) {
        self.live = live
        self.threads = threads
        self.texts = texts
    }

    /// Texts checked since the threads began.
    var count: Int { state.withLock { $0.count } }

    func begin() {
        state.withLock { $0 = State(goesOn: true) }
        for thread in 0..<threads { queue.async(group: done) { self.check(thread) } }
    }

    /// Stops the threads; checks a second of all together.
    func end() throws -> Double {
        state.withLock { $0.goesOn = false }
        done.wait()
        let (count, time, failure) = state.withLock { ($0.count, $0.begin.duration(to: .now), $0.failure) }
        if let failure { throw failure }
        return Double(count) / (time / .seconds(1))
    }

    private func check(_ thread: Int) {
        do {
            var searcher = try Searcher(live.snapshot)
            var next = thread * texts.count / threads
            repeat {
                for _ in 0..<Self.stretch {
                    searcher.move(to: live.snapshot)
                    _ = try searcher.check(texts[next % texts.count])
                    next += 1
                }
            } while state.withLock { state in
                state.count += Self.stretch
                return state.goesOn
            }
        } catch {
            state.withLock { $0.failure = error }
        }
    }
}
