internal import CFreeMemory
internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The most anonymous memory the process had resident while something ran, asked for every few milliseconds.
///
/// What files are mapped or cached takes does not count: the system takes it back when it needs it.
final class MemoryWatch: Sendable {
    private let peak = Atomic<Int>(0)
    private let isDone = Atomic(false)
    private let done = DispatchGroup()

    /// Runs something and says what memory it took at most; nil where the system doesn't tell.
    static func watching<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> (result: Result, peakBytes: Int?) {
        // What was freed before must not count for what comes.
        nd_give_back_free_memory()
        guard residentAnonymousBytes() != nil else { return (try body(), nil) }
        let watch = MemoryWatch()
        watch.start()
        defer { watch.stop() }
        let result = try body()
        watch.look()
        return (result, watch.peak.load(ordering: .relaxed))
    }

    private func start() {
        DispatchQueue(label: "neardup.memory")
            .async(group: done) { [self] in
                while !isDone.load(ordering: .acquiring) {
                    look()
                    usleep(5000)
                }
            }
    }

    private func stop() {
        isDone.store(true, ordering: .releasing)
        done.wait()
    }

    private func look() {
        guard let bytes = Self.residentAnonymousBytes() else { return }
        peak.max(bytes, ordering: .relaxed)
    }

    /// `RssAnon` of `/proc/self/status`; nil where there is no such thing.
    static func residentAnonymousBytes() -> Int? {
        // The path is a C string for the length of the call; the system writes at most as many bytes as the array has.
        let descriptor = unsafe open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        for line in bytes.prefix(max(count, 0)).split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            guard text.hasPrefix("RssAnon:") else { continue }
            return Int(text.drop { !$0.isNumber }.prefix { $0.isNumber }).map { $0 << 10 }
        }
        return nil
    }
}
