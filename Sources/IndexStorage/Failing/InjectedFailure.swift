/// Which call of a ``FailingStorage`` fails, and how.
package struct InjectedFailure: Hashable, Sendable {
    /// What the failing call does before it reports failure.
    package enum Effect: Hashable, Sendable {
        /// Nothing.
        case nothing
        /// An append writes this many bytes, at most all of them: a short write. Other calls do nothing.
        case prefix(Int)
        /// All it was asked to: the failure is reported, but a reader sees the change. A result (a file, a lock, bytes) is
        /// given back at once.
        case complete
    }

    /// The index of the call in ``FailingStorage/calls``, from 0.
    package let call: Int
    /// The error number it reports, `EIO` or `ENOSPC` say.
    package let errno: Int32
    package let effect: Effect
    /// Whether all later calls fail the same way and do nothing, as after a crash; else they work again.
    package let everythingAfterFails: Bool

    package init(call: Int, errno: Int32, effect: Effect = .nothing, everythingAfterFails: Bool = false) {
        self.call = call
        self.errno = errno
        self.effect = effect
        self.everythingAfterFails = everythingAfterFails
    }

    /// What happens to a call: `nil` if it succeeds.
    func effect(onCall index: Int) -> Effect? {
        if index == call { return effect }
        return index > call && everythingAfterFails ? .nothing : nil
    }
}

/// One entry of a ``FailingStorage``'s log.
package struct StorageCall: Hashable, Sendable {
    package let operation: StorageOperation
    /// The file it was about, the new name for a rename; empty for a call about the directory.
    package let name: String
    /// How many bytes were to be appended.
    package let bytes: Int

    package init(operation: StorageOperation, name: String = "", bytes: Int = 0) {
        self.operation = operation
        self.name = name
        self.bytes = bytes
    }
}
