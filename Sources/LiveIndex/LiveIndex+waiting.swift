internal import Dispatch
internal import IndexStorage
package import NearDuplicates

// For callers that have a thread of their own: pipelines and commands.
extension LiveIndex {
    /// Opens the index in a directory for writing, or makes one.
    ///
    /// - Throws: what ``open(path:settings:options:)`` throws.
    package convenience init(at path: String, options: LiveIndexOptions) throws(IndexError) {
        try self.init(DirectoryStorage(path: path), options: options)
    }

    /// Checks documents one after the other and adds each to which nothing relates.
    ///
    /// - Returns: the answers, once what was added is as safe as was asked for.
    /// - Throws: ``IndexError``; what was added before it stays.
    package func addUnique(
        _ documents: [SketchedDocument],
        _ request: CheckRequest
    ) throws(IndexError) -> UniqueAdditions {
        try waiting { self.core.addUnique(documents, request, tell: $0) }
    }

    /// Removes all documents that a filter chooses.
    ///
    /// - Throws: ``IndexError``.
    package func removeWaiting(_ filter: RemovalFilter) throws(IndexError) -> RemovedCounts {
        try waiting { self.core.remove(filter, tell: $0) }
    }

    /// Makes a shard of what is in memory, removes the log, and lets the next process in.
    ///
    /// - Throws: ``IndexError``.
    package func closeWaiting() throws(IndexError) { try waiting { self.core.close(tell: $0) } }

    private func waiting<Value: Sendable>(
        _ call: (@escaping @Sendable (Result<Value, IndexError>) -> Void) -> Void
    ) throws(IndexError) -> Value {
        let told = Told<Value>()
        call { outcome in
            told.outcome = outcome
            told.done.signal()
        }
        told.done.wait()
        guard let outcome = told.outcome else { preconditionFailure("what was called must tell before it signals") }
        return try outcome.get()
    }

    /// What was told: written before the signal, read after it.
    private final class Told<Value: Sendable>: @unchecked Sendable {
        var outcome: Result<Value, IndexError>?
        let done = DispatchSemaphore(value: 0)
    }
}
