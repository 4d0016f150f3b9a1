internal import Synchronization

/// Memory that may be taken once for all, to be quicker: shared by the threads of a run.
package final class MemoryAllowance: Sendable {
    private let left: Atomic<Int>

    /// Allows so many bytes.
    package init(bytes: Int) { left = Atomic(bytes) }

    /// Takes some, if so much is left; it is never given back.
    func take(_ bytes: Int) -> Bool {
        var seen = left.load(ordering: .relaxed)
        while seen >= bytes {
            let (done, now) = left.compareExchange(expected: seen, desired: seen - bytes, ordering: .relaxed)
            if done { return true }
            seen = now
        }
        return false
    }
}
