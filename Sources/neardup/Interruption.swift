import CrawlPipelines
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Turns the first Ctrl-C, SIGTERM or SIGHUP into a request to stop in good order; the second ends the process at once.
///
/// Either way the index is good: all that differs is how much of what was read is in it.
final class Interruption {
    /// What a run has to heed.
    let stop = StopRequest()
    private let received = ReceivedSignal()
    private var sources: [any DispatchSourceSignal] = []

    /// Begins to listen.
    init() {
        let queue = DispatchQueue(label: "neardup.signals")
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // A signal that whoever started this program chose to ignore (nohup) stays ignored.
            var action = sigaction()
            // `sigaction` fills the structure and keeps no pointer.
            guard unsafe sigaction(number, nil, &action) == 0, !Self.isIgnored(action) else { continue }
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [received, stop] in
                guard received.note(number) else { _exit(128 + number) }
                // Below the bar, and what the terminal shows of the key.
                if Console.errorIsTerminal { Console.status("\n") }
                Console.error("neardup: stopping; what was read is being committed (once more: stop at once)")
                stop.make()
            }
            source.activate()
            sources.append(source)
        }
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        #if canImport(Darwin)
        unsafe unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        #else
        unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }

    /// The exit code of a process that a signal ended, as shells have it; nil where none came.
    var exitCode: Int32? { received.number.map { 128 + $0 } }
}

/// The first signal that came.
private final class ReceivedSignal: Sendable {
    private let value = Atomic<Int32>(0)

    var number: Int32? {
        let number = value.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// False where one had come before.
    func note(_ number: Int32) -> Bool { value.exchange(number, ordering: .relaxed) == 0 }
}
