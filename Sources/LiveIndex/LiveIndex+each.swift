package import NearDuplicates
internal import ShardFormat
internal import Synchronization

extension LiveIndex {
    /// Adds documents, in order, and says of each what became of it.
    ///
    /// They share the log's synchronisations; unlike those of ``add(_:)`` they are not one change: a reader may see some of
    /// them before the others.
    ///
    /// - Returns: for each document what ``add(_:)`` would return of it alone, once all are acknowledged.
    /// - Throws: what ``add(_:)`` throws, of the first that failed; others may have been added.
    package func addEach(_ documents: [SketchedDocument]) async throws(IndexError) -> [AddedCounts] {
        guard !documents.isEmpty else { return [] }
        let outcomes = await withCheckedContinuation { continuation in
            let gathered = GatheredOutcomes(documents.count) { continuation.resume(returning: $0) }
            for (index, document) in documents.enumerated() {
                var counts = AddedCounts()
                guard document.sketch.tokenCount >= max(1, parameters.minimumTokens) else {
                    if document.sketch.tokenCount == 0 { counts.empty = 1 } else { counts.tooShort = 1 }
                    gathered.note(.success(counts), at: index)
                    continue
                }
                core.add(document.columns, counts: counts) { gathered.note($0, at: index) }
            }
        }
        var counts: [AddedCounts] = []
        for outcome in outcomes { counts.append(try outcome.get()) }
        return counts
    }

    /// Checks documents one after the other and adds each to which nothing relates; no other change comes between.
    ///
    /// - Returns: an answer for each, once what was added is acknowledged.
    /// - Throws: ``NearDuplicates/IndexError``.
    package func addIfUnique(
        _ documents: [SketchedDocument],
        _ request: CheckRequest
    ) async throws(IndexError) -> UniqueAdditions {
        let outcome = await withCheckedContinuation { continuation in
            core.addUnique(documents, request) { continuation.resume(returning: $0) }
        }
        return try outcome.get()
    }
}

/// What became of several documents, each told in its own time.
private final class GatheredOutcomes: Sendable {
    private let state: Mutex<(outcomes: [Result<AddedCounts, IndexError>?], missing: Int)>
    private let tell: @Sendable ([Result<AddedCounts, IndexError>]) -> Void

    init(_ count: Int, tell: @escaping @Sendable ([Result<AddedCounts, IndexError>]) -> Void) {
        state = Mutex(([Result<AddedCounts, IndexError>?](repeating: nil, count: count), count))
        self.tell = tell
    }

    func note(_ outcome: Result<AddedCounts, IndexError>, at index: Int) {
        let all = state.withLock { state -> [Result<AddedCounts, IndexError>]? in
            state.outcomes[index] = outcome
            state.missing -= 1
            return state.missing == 0 ? state.outcomes.compactMap(\.self) : nil
        }
        if let all { tell(all) }
    }
}
