internal import CrawlModel
internal import NearDuplicates
internal import ShardFormat

/// The writing half of a ``CommittingIndex``: takes several callers' work, commits once, then answers them all.
///
/// Only ever used on one serial queue, which is what makes it safe to send there.
final class IndexWriting: @unchecked Sendable {
    /// What a caller waits for.
    enum Work: Sendable {
        case add([DocumentBatch], MatchRule?, @Sendable (Result<[AddedOutcome], IndexError>) -> Void)
        case remove([String], @Sendable (Result<[Bool], IndexError>) -> Void)

        /// Answers the caller that it failed.
        func fail(_ error: IndexError) {
            switch self {
            case .add(_, _, let answer): answer(.failure(error))
            case .remove(_, let answer): answer(.failure(error))
            }
        }
    }

    private let path: String
    private var writer: IndexWriter?
    private let parameters: IndexParameters
    private var sketcher: DocumentSketcher?
    private var single = DocumentBatch()
    private var sketches = SketchBatch()
    /// What was committed last.
    private var snapshot: IndexSnapshot?
    /// What was added since: the writer's own documents can't be searched before they are a shard.
    private var recent: MemorySegment
    /// Whether there were changes since that neither of the two shows: who asks for unique documents must commit them first.
    private var hasUnsearchable = false

    init(_ writer: IndexWriter, path: String) {
        self.writer = writer
        self.path = path
        parameters = writer.parameters
        recent = MemorySegment(parameters: writer.parameters)
    }

    func close() {
        writer?.close()
        writer = nil
    }

    /// Does the work in order, commits, and answers.
    ///
    /// - Parameters:
    ///   - work: what callers wait for.
    ///   - snapshot: the index before.
    ///   - publish: told of the index as it is after a commit.
    func perform(_ work: [Work], over snapshot: IndexSnapshot, publish: (IndexSnapshot) -> Void) {
        self.snapshot = snapshot
        var answers: [() -> Void] = []
        do throws(IndexError) {
            for item in work {
                switch item {
                case .add(let batches, let rule, let answer):
                    var outcomes: [AddedOutcome] = []
                    for batch in batches { outcomes += try add(batch, ifUniqueBy: rule, publish) }
                    answers.append { answer(.success(outcomes)) }
                case .remove(let ids, let answer):
                    let removed = try remove(ids)
                    answers.append { answer(.success(removed)) }
                }
            }
            try commit(publish)
            for answer in answers { answer() }
        } catch {
            for item in work { item.fail(error) }
            reopen()
        }
    }

    private func commit(_ publish: (IndexSnapshot) -> Void) throws(IndexError) {
        try openWriter().commit()
        let snapshot = try IndexSnapshot(path: path)
        self.snapshot = snapshot
        recent = MemorySegment(parameters: parameters)
        hasUnsearchable = false
        publish(snapshot)
    }

    /// After a failure the writer is of no more use.
    private func reopen() {
        writer?.close()
        writer = nil
        recent = MemorySegment(parameters: parameters)
    }

    private func openWriter() throws(IndexError) -> IndexWriter {
        if let writer { return writer }
        let new = try IndexWriter(path: path, memory: 256 << 20)
        writer = new
        return new
    }

    private func remove(_ ids: [String]) throws(IndexError) -> [Bool] {
        let writer = try openWriter()
        var removed: [Bool] = []
        for id in ids { removed.append(try writer.remove(id: id)) }
        hasUnsearchable = true
        return removed
    }

    private func add(
        _ documents: DocumentBatch,
        ifUniqueBy rule: MatchRule?,
        _ publish: (IndexSnapshot) -> Void
    ) throws(IndexError) -> [AddedOutcome] {
        if rule != nil, hasUnsearchable { try commit(publish) }
        var outcomes: [AddedOutcome] = []
        var sketcher: DocumentSketcher
        if let kept = self.sketcher.take() {
            sketcher = kept
        } else {
            sketcher = try DocumentSketcher(parameters: parameters)
        }
        for entry in documents.entries {
            sketcher.sketch(documents, entry)
            if let rule {
                var searcher = try Searcher((snapshot?.segments ?? []) + [recent], parameters: parameters, rule: rule)
                let result = try searcher.check(sketcher)
                if case .duplicate = result.verdict {
                    outcomes.append(.duplicate(result))
                    continue
                }
            }
            let outcome = try add(entry, of: documents, sketcher)
            outcomes.append(outcome)
            guard rule != nil else { continue }
            // What was replaced must not be found any more by those that follow.
            if outcome == .replaced {
                try commit(publish)
            } else if outcome == .added {
                recent.append(sketcher, as: identity(of: entry, in: documents))
            }
        }
        self.sketcher = consume sketcher
        if rule == nil { hasUnsearchable = true }
        return outcomes
    }

    private func identity(of entry: DocumentEntry, in documents: DocumentBatch) -> ShardIdentity {
        ShardIdentity(
            id: documents.id(of: entry),
            url: documents.url(of: entry) ?? "",
            date: documents.date(of: entry) ?? ""
        )
    }

    private func add(
        _ entry: DocumentEntry,
        of documents: DocumentBatch,
        _ sketcher: borrowing DocumentSketcher
    ) throws(IndexError) -> AddedOutcome {
        let identity = identity(of: entry, in: documents)
        single.removeAll()
        single.append(Document(id: identity.id, text: "", url: identity.url, date: identity.date))
        sketches.removeAll()
        sketches.append(sketcher)
        let writer = try openWriter()
        let before = writer.counts
        try writer.add(single, sketches)
        let after = writer.counts
        if after.replaced > before.replaced { return .replaced }
        if after.added > before.added { return after.superseded > before.superseded ? .replaced : .added }
        if after.unchanged > before.unchanged { return .unchanged }
        return .empty
    }
}
