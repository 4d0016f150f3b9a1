internal import CrawlModel
package import LiveIndex
internal import NearDuplicates
internal import ShardFormat

/// The index behind the service: a live one, in the service's words.
///
/// Checks search what is current and never wait; adding and removing wait until they are on disk.
package final class ServedIndex: Sendable {
    private let live: LiveIndex

    /// Serves a live index.
    package init(_ live: LiveIndex) { self.live = live }

    /// What the index was made with.
    var parameters: IndexParameters { live.parameters }

    /// The index as it is now.
    var snapshot: IndexSnapshot { live.snapshot }

    /// What was done since the index was opened.
    var activity: LiveIndexStatistics { get async { await live.statistics } }

    /// Adds the documents of batches, in order; when this returns, they are on disk and checks find them.
    ///
    /// - Parameters:
    ///   - documents: the documents' sketches.
    ///   - rule: where given, a document is added only if by this rule it is unique among those before it.
    /// - Returns: what became of each document.
    /// - Throws: ``IndexError``; then none, some or all of them may have been added: to add them again is safe.
    func add(
        _ documents: [SketchedDocument],
        ifUniqueBy rule: MatchRule?
    ) async throws(IndexError) -> [AddedOutcome] {
        guard let rule else { return try await live.addEach(documents).map(AddedOutcome.init) }
        let additions = try await live.addIfUnique(documents, CheckRequest(rule: rule))
        return zip(additions.results, additions.isAdded).map { AddedOutcome($0, isAdded: $1) }
    }

    /// Removes the documents of some ids; when this returns, that is on disk.
    func remove(ids: [String]) async throws(IndexError) -> RemovedCounts { try await live.remove(ids: ids) }

    /// Finishes what was begun and gives up the index.
    func close() async throws(IndexError) { try await live.close() }
}

/// What became of a document that was to be added.
enum AddedOutcome: Sendable, Hashable {
    /// It is in the index now.
    case added
    /// It is, in the place of an older one of its id.
    case replaced
    /// The index had it: the same id, text, URL and date.
    case unchanged
    /// It has no token, or fewer than the index takes, and was left out.
    case empty
    /// It has nothing but what the index learned to be boilerplate, and was left out.
    case boilerplate
    /// It is a duplicate of what was found, and was left out.
    case duplicate(CheckResult)

    init(_ counts: AddedCounts) {
        self =
            if counts.replaced > 0 { .replaced } else if counts.added > 0 { .added } else if counts.unchanged > 0 {
                .unchanged
            } else { .empty }
    }

    init(_ result: CheckResult, isAdded: Bool) {
        self =
            switch result.verdict {
            case .empty: .empty
            case .boilerplate: .boilerplate
            case .duplicate: .duplicate(result)
            case .unique: isAdded ? .added : .unchanged
            }
    }
}
