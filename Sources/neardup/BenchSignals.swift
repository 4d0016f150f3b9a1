import Benchmarking
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Ends a benchmark at Ctrl-C, SIGTERM or SIGHUP, and removes the gigabytes that it made.
final class BenchSignals {
    private let sources: [any DispatchSourceSignal]
    private let state = EndingState()

    /// Begins to listen.
    init() {
        let state = state
        let queue = DispatchQueue(label: "neardup.signals")
        sources = [SIGINT, SIGTERM, SIGHUP]
            .map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler {
                    state.isEnding.store(true, ordering: .releasing)
                    ScratchFolder.removeAll()
                    _exit(128 + number)
                }
                source.activate()
                return source
            }
    }

    /// Never returns once a signal has come: the process ends as soon as its folders are gone.
    func waitIfEnding() {
        while state.isEnding.load(ordering: .acquiring) { sleep(1) }
    }

    /// Stops listening.
    func cancel() {
        for source in sources { source.cancel() }
    }
}

/// Whether a signal has come.
private final class EndingState: Sendable {
    let isEnding = Atomic(false)
}
