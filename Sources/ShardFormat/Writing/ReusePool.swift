internal import Synchronization

/// Things that the rounds of a loop work with, handed from one round to the next: as many as there are threads.
final class ReusePool<Value: AnyObject & Sendable>: Sendable {
    private let free = Mutex<[Value]>([])
    private let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    /// Lends one for the length of the call.
    func use(_ body: (Value) -> Void) {
        let value = free.withLock { $0.popLast() } ?? make()
        body(value)
        free.withLock { $0.append(value) }
    }
}

/// Two stretches of memory as long as each other.
// Unchecked: one round has it at a time; the pool hands it on.
final class PartScratch: @unchecked Sendable {
    private var first = GrowableBuffer<UInt64>()
    private var second = GrowableBuffer<UInt64>()

    init() {}

    /// Lends room for twice so many words, which are anything until written.
    func withRoom(for words: Int, _ body: (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>) -> Void) {
        first.reserve(max(words, 1))
        second.reserve(max(words, 1))
        guard let first = unsafe first.base, let second = unsafe second.base else { return }
        // Nothing is ever counted as being in them, so that there is room from their start on; both live as long as this.
        unsafe body(first, second)
    }
}

extension ReusePool<PartScratch> {
    /// Lends room for twice so many words, which are anything until written.
    func withRoom(for words: Int, _ body: (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>) -> Void) {
        use { unsafe $0.withRoom(for: words, body) }
    }
}
