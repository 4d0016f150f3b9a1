internal import Synchronization

/// What the searchers of a run of many checks may use to be quicker, all together: memory, and a thread beside theirs.
///
/// Half of the memory is for names of documents that are kept inflated, and half for common lists that are turned round.
package final class BulkResources: Sendable {
    /// What names that are kept inflated may take, in bytes.
    package let nameBytes: Int
    /// Does a job some time.
    let start: @Sendable (_ job: @escaping @Sendable () -> Void) -> Void
    private let listBytes: Atomic<Int>

    /// Says what may be used.
    ///
    /// - Parameters:
    ///   - memory: in bytes.
    ///   - start: does a job beside the caller; by default the caller does it at once.
    package init(
        memory: Int,
        start: @escaping @Sendable (_ job: @escaping @Sendable () -> Void) -> Void = { job in job() }
    ) {
        nameBytes = memory / 2
        listBytes = Atomic(memory - memory / 2)
        self.start = start
    }

    /// What nobody has taken yet for lists, in bytes.
    package var listBytesLeft: Int { listBytes.load(ordering: .relaxed) }

    /// Takes memory for lists, if so much is left.
    package func takeForLists(_ bytes: Int) -> Bool {
        var seen = listBytesLeft
        while seen >= bytes {
            let (done, now) = listBytes.compareExchange(expected: seen, desired: seen - bytes, ordering: .relaxed)
            if done { return true }
            seen = now
        }
        return false
    }

    /// Gives back memory that was taken for lists.
    package func giveBack(_ bytes: Int) { listBytes.wrappingAdd(bytes, ordering: .relaxed) }
}
