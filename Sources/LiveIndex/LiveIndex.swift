public import CrawlModel
package import IndexStorage
public import NearDuplicates
public import ShardFormat

/// An index that documents are added to, removed from and looked up in at the same time.
///
/// What was acknowledged survives whatever happens to the process, and to the machine with
/// ``LogDurability/always``. One process at a time has an index open so; any number may read it. Readers hold
/// an `IndexSnapshot`, which never changes, and wait for nobody.
///
/// ```swift
/// let index = try await LiveIndex.open(path: "news.index")
/// try await index.add([Document(id: "ferry", text: article, url: "https://harbour.example/ferry")])
/// let answer = try await index.addIfUnique(Document(id: "ferry-again", text: copy))
/// print(answer.result.verdict.name, answer.isAdded)
/// try await index.remove(ids: ["ferry"])
/// try await index.close()
/// ```
public final class LiveIndex: Sendable {
    let core: LiveCore
    let sketchers = SketcherPool()

    package init(
        _ storage: any IndexDirectory,
        settings: IndexSettings? = nil,
        options: LiveIndexOptions = LiveIndexOptions()
    ) throws(IndexError) {
        core = try LiveCore(storage, settings: settings, options: options)
    }

    /// Opens the index in a directory for writing, or makes one.
    ///
    /// What a process that was stopped had acknowledged is found again, and becomes a shard.
    ///
    /// - Parameters:
    ///   - path: the directory; made if it is missing.
    ///   - settings: what a new index is made with, and what an old one must have; nil takes an old one as it is.
    ///   - options: how the index works.
    /// - Returns: the index, locked for this process until it is closed.
    /// - Throws: ``NearDuplicates/IndexError/locked(path:holder:)`` where another process writes to it,
    ///   ``NearDuplicates/IndexError/damaged(_:)``, ``NearDuplicates/IndexError/otherParameters(path:_:)``.
    public static func open(
        path: String,
        settings: IndexSettings? = nil,
        options: LiveIndexOptions = LiveIndexOptions()
    ) async throws(IndexError) -> LiveIndex {
        try LiveIndex(DirectoryStorage(path: path), settings: settings, options: options)
    }

    /// What the index was made with.
    public var parameters: IndexParameters { core.parameters }

    /// The index as it is now, for any number of threads to search.
    ///
    /// It has everything that was acknowledged, and perhaps what is about to be. Never waits.
    public var snapshot: IndexSnapshot { core.snapshot }

    /// Adds documents, in order.
    ///
    /// Sketches on the calling task; many callers at once share the log's synchronisations. A call that was interrupted may
    /// have added all of its documents or none of them.
    ///
    /// - Returns: what became of them, once they are as safe as ``LiveIndexOptions/durability`` asks.
    /// - Throws: ``NearDuplicates/IndexError/sameID(_:)``, with which nothing was added; what ended writing.
    @discardableResult
    public func add(_ documents: [Document]) async throws(IndexError) -> AddedCounts {
        let (columns, counts) = try sketchers.columns(documents, parameters)
        return try await result { self.core.add(columns, counts: counts, tell: $0) }
    }

    /// Checks a document, and adds it if nothing in the index relates to it: one step, so that of two like documents that
    /// come at once one is found to be the other's duplicate.
    ///
    /// - Parameters:
    ///   - document: the document.
    ///   - rule: what relates.
    ///   - limit: the most matches to give; nil for all.
    ///   - explaining: whether the matches carry the passages shared.
    /// - Returns: the answer, and whether the document was added, once it is as safe as was asked for.
    /// - Throws: ``NearDuplicates/IndexError``.
    public func addIfUnique(
        _ document: Document,
        rule: MatchRule = MatchRule(),
        limit: Int? = nil,
        explaining: Bool = false
    ) async throws(IndexError) -> (result: CheckResult, isAdded: Bool) {
        let sketched = try sketchers.sketch(document, parameters, keepsShingles: explaining)
        let request = CheckRequest(rule: rule, limit: limit, explains: explaining)
        let additions = try await result { self.core.addUnique([sketched], request, tell: $0) }
        return (additions.results[0], additions.isAdded[0])
    }

    /// Checks a text against the index as it is now.
    ///
    /// Never waits for additions. Whoever checks many texts makes a `Searcher` of ``snapshot`` and moves it on.
    public func check(
        _ text: String,
        rule: MatchRule = MatchRule(),
        limit: Int? = nil,
        explaining: Bool = false
    ) throws(IndexError) -> CheckResult {
        var searcher = try Searcher(snapshot, rule: rule)
        return try searcher.check(text, limit: limit, explaining: explaining)
    }

    /// Removes the documents of some ids; no search begun afterwards finds them.
    ///
    /// - Returns: how many there were, once the removal is as safe as was asked for.
    /// - Throws: ``NearDuplicates/IndexError``.
    @discardableResult
    public func remove(ids: [String]) async throws(IndexError) -> RemovedCounts {
        let ids = ids.map { Array($0.utf8) }
        return try await result { self.core.remove(ids, tell: $0) }
    }

    /// Removes all documents that a filter chooses, of those added before the call.
    ///
    /// - Returns: how many, once that is on disk, whatever ``LiveIndexOptions/durability`` says.
    /// - Throws: ``NearDuplicates/IndexError``.
    /// - Complexity: O(documents); additions wait, searches don't.
    @discardableResult
    public func remove(_ filter: RemovalFilter) async throws(IndexError) -> RemovedCounts {
        try await result { self.core.remove(filter, tell: $0) }
    }

    /// Makes a shard of all that is in memory, which other processes see.
    ///
    /// - Throws: ``NearDuplicates/IndexError``.
    public func flush() async throws(IndexError) { try await result { self.core.flush(tell: $0) } }

    /// Merges all shards into as few as may be; afterwards nothing of a document that was removed or replaced before the
    /// call is in any file.
    ///
    /// Additions, removals and searches go on meanwhile.
    ///
    /// - Throws: ``NearDuplicates/IndexError``.
    public func compact() async throws(IndexError) { try await result { self.core.compact(tell: $0) } }

    /// Makes a shard of what is in memory, removes the log, and lets the next process in.
    ///
    /// An index that is not closed is none the worse: the next to open it reads its log.
    ///
    /// - Throws: what ended writing before, or does now.
    public func close() async throws(IndexError) { try await result { self.core.close(tell: $0) } }

    /// What was done since the index was opened, and what is still to be done.
    public var statistics: LiveIndexStatistics {
        get async {
            await withCheckedContinuation { continuation in
                core.perform { _ in continuation.resume(returning: self.core.currentStatistics) }
            }
        }
    }

    /// Waits, without holding a thread, for what a call tells.
    private func result<Value: Sendable>(
        _ call: (@escaping @Sendable (Result<Value, IndexError>) -> Void) -> Void
    ) async throws(IndexError) -> Value {
        let outcome = await withCheckedContinuation { continuation in
            call { continuation.resume(returning: $0) }
        }
        return try outcome.get()
    }
}
