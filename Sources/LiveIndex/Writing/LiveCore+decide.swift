public import NearDuplicates
internal import ShardFormat

/// A document and its sketch, on the way from whoever made the sketch to where it is decided about.
package struct SketchedDocument: Sendable {
    package var id: [UInt8]
    package var url: [UInt8]
    package var date: [UInt8]
    package var sketch: KeptSketch

    /// Names the parts.
    package init(id: [UInt8], url: [UInt8], date: [UInt8], sketch: KeptSketch) {
        self.id = id
        self.url = url
        self.date = date
        self.sketch = sketch
    }

    /// The document as the only one of some columns.
    var columns: DocumentColumns {
        var columns = DocumentColumns()
        sketch.append(id: id.span, url: url.span, date: date.span, to: &columns)
        return columns
    }
}

/// What is asked of a check.
package struct CheckRequest: Sendable {
    package var rule: MatchRule
    package var limit: Int?
    package var explains: Bool

    /// Names the parts.
    package init(rule: MatchRule = MatchRule(), limit: Int? = nil, explains: Bool = false) {
        self.rule = rule
        self.limit = limit
        self.explains = explains
    }
}

/// What became of documents that were checked, and added where nothing related to them.
public struct UniqueAdditions: Sendable {
    /// An answer for each document.
    public var results: [CheckResult] = []
    /// For each document whether it was added.
    public var isAdded: [Bool] = []

    /// Creates answers about nothing.
    public init() {}
}

/// What the live index looks documents up with, in turn.
final class Decider {
    var sketcher: DocumentSketcher
    var searcher: Searcher
    let rule: MatchRule

    init(_ snapshot: IndexSnapshot, rule: MatchRule) throws(IndexError) {
        sketcher = try DocumentSketcher(parameters: snapshot.parameters)
        searcher = try Searcher(snapshot, rule: rule)
        self.rule = rule
    }
}

extension LiveCore {
    /// Checks documents one after the other and adds each to which nothing relates; no other change comes between.
    ///
    /// Told when what was added is acknowledged. Where looking up fails, what was added before it stays, and is logged.
    func addUnique(
        _ documents: [SketchedDocument],
        _ request: CheckRequest,
        tell: @escaping @Sendable (Result<UniqueAdditions, IndexError>) -> Void
    ) {
        performAdding { failure in
            if let failure { return tell(.failure(failure)) }
            var additions = UniqueAdditions()
            var logged = DocumentColumns()
            var stopped: IndexError?
            do throws(IndexError) {
                let decider = try self.makeDecider(request.rule)
                for document in documents {
                    try self.decide(document, request, decider, &additions, &logged)
                }
            } catch {
                stopped = error
            }
            guard !logged.isEmpty else { return tell(stopped.map { .failure($0) } ?? .success(additions)) }
            self.publish()
            self.log.acknowledge(self.append(.documents, LogRecords.encode(logged))) {
                [additions, stopped] outcome in
                tell(stopped.map { .failure($0) } ?? outcome.map { additions })
            }
            self.startFlushIfDue()
        }
    }

    private func makeDecider(_ rule: MatchRule) throws(IndexError) -> Decider {
        if let decider, decider.rule == rule { return decider }
        let made = try Decider(snapshot, rule: rule)
        decider = made
        return made
    }

    private func decide(
        _ document: SketchedDocument,
        _ request: CheckRequest,
        _ decider: Decider,
        _ additions: inout UniqueAdditions,
        _ logged: inout DocumentColumns
    ) throws(IndexError) {
        decider.sketcher.take(document.sketch)
        decider.searcher.move(to: state.snapshot(storage, writer.currentManifest))
        let result = try decider.searcher.check(
            decider.sketcher,
            limit: request.limit,
            explaining: request.explains
        )
        let isUnique = if case .unique = result.verdict { true } else { false }
        let isAdded = isUnique ? try add(document, &logged) : false
        additions.results.append(result)
        additions.isAdded.append(isAdded)
    }

    /// Adds a document to what is in memory; false where the policy keeps the one of its id.
    private func add(_ document: SketchedDocument, _ logged: inout DocumentColumns) throws(IndexError) -> Bool {
        let columns = document.columns
        var counts = AddedCounts()
        if let place = try state.find(document.id.span, hash: columns.figures[0].idHash) {
            let isSame = try state.holds(place, sameAs: 0, of: columns)
            guard try mayReplace(document.id, same: isSame, &counts) else { return false }
            state.kill(place)
        }
        state.append(columns)
        logged.append(0, of: columns)
        return true
    }
}
