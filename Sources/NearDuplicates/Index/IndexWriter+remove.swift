internal import ShardFormat

/// Which documents to remove by where and when they were found.
public struct RemovalFilter: Hashable, Sendable {
    /// Beginnings of URLs, compared byte by byte; a document must have one of them, unless there is none here.
    public var urlPrefixes: [String] = []
    /// Only documents of an earlier date; nil for any.
    public var before: CrawlDate?

    /// Creates a filter that chooses nothing: one of the two must be set.
    public init() {}

    /// Whether it chooses nothing.
    public var isEmpty: Bool { urlPrefixes.isEmpty && before == nil }
}

/// What became of documents to be removed.
public struct RemovedCounts: Hashable, Sendable {
    /// Removed.
    public var removed = 0
    /// Ids of which the index has no document, or had none any more.
    public var notFound = 0
    /// Kept because they have no date, of those that a filter asks the date of.
    public var undated = 0
    /// Kept because their date is in no form that is understood.
    public var unknownDates = 0

    /// Creates counts of nothing.
    public init() {}
}

extension IndexWriter {
    /// Removes the document of an id, once ``commit()`` has returned; what was added since the last commit counts too.
    ///
    /// - Returns: whether there was one.
    /// - Throws: ``IndexError/damaged(_:)``, ``IndexError/storage(path:message:)``.
    @discardableResult
    public func remove(id: String) throws(IndexError) -> Bool {
        let bytes = Array(id.utf8)
        return try remove(id: bytes.span)
    }

    /// Removes the document of an id, in bytes.
    @discardableResult
    public func remove(id: Span<UInt8>) throws(IndexError) -> Bool {
        let hash = IdentifierHash.hash(id)
        if pending.entry(withID: id, hash: hash) != nil {
            pending.remove(withID: id, hash: hash)
            return true
        }
        try finishSealed()
        guard let place = try find(id, hash) else { return false }
        older[place.shard].kill(place.document)
        return true
    }

    /// Removes all documents that a filter chooses, once ``commit()`` has returned; what was added is committed first.
    ///
    /// Dates are compared as points in time; documents without a date, or with one that ``CrawlDate`` doesn't understand,
    /// are kept and counted.
    ///
    /// - Throws: ``IndexError``.
    /// - Complexity: O(documents), in bounded memory; reads URLs and dates alone.
    public func remove(_ filter: RemovalFilter) throws(IndexError) -> RemovedCounts {
        var counts = RemovedCounts()
        guard !filter.isEmpty else { return counts }
        try commit()
        let prefixes = filter.urlPrefixes.map { Array($0.utf8) }
        do throws(ShardError) {
            for shard in older.indices {
                let cursor = ShardCursor(older[shard].segment.shard)
                for document in 0..<UInt32(older[shard].segment.documentCount) where older[shard].isLive(document) {
                    if try Self.isChosen(document, cursor, prefixes, filter.before, &counts) {
                        older[shard].kill(document)
                        counts.removed += 1
                    }
                }
            }
        } catch {
            throw IndexError(error)
        }
        return counts
    }

    private static func isChosen(
        _ document: UInt32,
        _ cursor: ShardCursor,
        _ prefixes: [[UInt8]],
        _ before: CrawlDate?,
        _ counts: inout RemovedCounts
    ) throws(ShardError) -> Bool {
        if !prefixes.isEmpty {
            let isBelow = try cursor.withURL(of: document) { (url) throws(ShardError) in
                prefixes.contains { url.hasPrefix($0) }
            }
            if !isBelow { return false }
        }
        guard let before else { return true }
        var date: CrawlDate?
        var isEmpty = false
        try cursor.withDate(of: document) { (bytes) throws(ShardError) in
            isEmpty = bytes.isEmpty
            date = CrawlDate(bytes)
        }
        if let date { return date < before }
        if isEmpty { counts.undated += 1 } else { counts.unknownDates += 1 }
        return false
    }
}

extension Span<UInt8> {
    fileprivate func hasPrefix(_ prefix: [UInt8]) -> Bool {
        count >= prefix.count && prefix.indices.allSatisfy { self[$0] == prefix[$0] }
    }
}
