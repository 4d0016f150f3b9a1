internal import Synchronization

/// Memory that may be taken once for all, to be quicker: shared by the threads of a run.
package final class MemoryAllowance: Sendable {
    private let bytes: Atomic<Int>

    /// Allows so many bytes.
    package init(bytes: Int) { self.bytes = Atomic(bytes) }

    /// What nobody has taken yet.
    package var left: Int { bytes.load(ordering: .relaxed) }

    /// Takes some, if so much is left; it is never given back.
    package func take(_ bytes: Int) -> Bool {
        var seen = left
        while seen >= bytes {
            let (done, now) = self.bytes.compareExchange(expected: seen, desired: seen - bytes, ordering: .relaxed)
            if done { return true }
            seen = now
        }
        return false
    }
}
