package import CrawlModel
package import NearDuplicates
package import ShardFormat

/// The index behind the service: checks read what is current, adding and removing wait until they are on disk.
package protocol ServedIndex: Sendable {
    /// What the index was made with.
    var parameters: IndexParameters { get }

    /// The index as it is now; never waits for a writer.
    var current: ServedView { get throws(IndexError) }

    /// Adds the documents of batches, in order; when this returns, they are on disk and checks find them.
    ///
    /// - Parameters:
    ///   - batches: the documents, with their texts.
    ///   - rule: where given, a document is added only if by this rule it is unique among the documents indexed before it.
    /// - Returns: what became of each document.
    /// - Throws: ``IndexError``; then none, some or all of them may have been added: to add them again is safe.
    func add(_ batches: [DocumentBatch], ifUniqueBy rule: MatchRule?) async throws(IndexError) -> [AddedOutcome]

    /// Removes the documents of some ids; when this returns, that is on disk.
    ///
    /// - Returns: for each id whether there was a document.
    func remove(ids: [String]) async throws(IndexError) -> [Bool]

    /// What the index holds.
    var statistics: IndexStatistics { get throws(IndexError) }

    /// Finishes what was begun and gives up the index.
    func close() async
}

/// The index as it was at some time: immutable.
package struct ServedView: Sendable {
    /// What is searched.
    package var segments: [any Segment]
    /// Tells it from the index at another time.
    package var generation: UInt64

    /// Creates a view.
    package init(segments: [any Segment], generation: UInt64) {
        self.segments = segments
        self.generation = generation
    }
}

/// What became of a document that was to be added.
package enum AddedOutcome: Sendable, Hashable {
    /// It is in the index now.
    case added
    /// It is, in the place of an older one of its id.
    case replaced
    /// The index had it: the same id, text, URL and date.
    case unchanged
    /// It has no token, or fewer than the index takes, and was left out.
    case empty
    /// It is a duplicate of what was found, and was left out.
    case duplicate(CheckResult)
}
