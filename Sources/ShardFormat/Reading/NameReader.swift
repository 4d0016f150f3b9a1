/// Reads names through a cache; one thread at a time.
package final class NameReader {
    private let shard: Shard
    private let cache: BlockCache
    private let number: Int
    private let inflater = BlockInflater()
    private var loaded = LoadedBlock()
    /// Blocks of the cache, as objects of this thread's own.
    private let recent: RecentBlocks
    /// Whether the cache drops blocks, or will.
    private var isShort = false
    private let column: BlockColumn

    /// Enough for half a million documents and more; 256 KB.
    ///
    /// Who reads more of a shard that has more takes a place for every stretch. Blocks themselves take no room beside the cache
    /// as long as it has dropped none.
    private static let places = 1 << 13
    /// The most places once it has: every shard has a reader in every thread.
    ///
    /// What a reader keeps is then its own. Those that have not seen it yet keep no more, all together, than the cache had
    /// when it dropped the first.
    private static let fewPlaces = 128

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - shard: what it reads.
    ///   - cache: where blocks are looked for first.
    ///   - number: tells the shard from others of the cache; below 2^32.
    package init(_ shard: Shard, cache: BlockCache, number: Int) {
        self.shard = shard
        self.cache = cache
        self.number = number
        column = shard.contents.columns[ShardLayout.Column.names.rawValue]
        recent = RecentBlocks(column, limit: Self.places)
    }

    /// Lets the cache keep so many bytes, of all shards together.
    package func keep(atMost bytes: Int) { cache.byteLimit = bytes }

    /// Asks for what ``names(of:)`` will read of documents, where that is known already; a hint.
    package func expectNames(of documents: Span<UInt32>) { recent.expect(documents) }

    /// A document's names.
    package func names(of document: UInt32) throws(ShardError) -> StoredNames {
        try shard.check(document)
        if let known = recent.names(of: document) { return known }
        return StoredNames(of: document, in: try cachedBlock(of: Int(document)))
    }

    private func cachedBlock(of document: Int) throws(ShardError) -> OwnBlock {
        let pages = shard.contents.pages
        let place = try column.block(of: document, pages)
        // Documents are below 2^31.
        let key = UInt64(number) << 32 | UInt64(place.documents.lowerBound)
        if let known = cache.block(key) { return keep(known) }
        try loaded.load(place, of: column, pages, inflater)
        guard let block = try loaded.kept(column, pages) else {
            throw pages.corrupt(
                .blocks(.names),
                at: place.offset,
                expected: "an id, a URL and a date of each document",
                found: "other lengths"
            )
        }
        return cache.keep(block, as: key) ? keep(block) : OwnBlock(block)
    }

    /// Keeps a block of the cache for this thread.
    private func keep(_ block: KeptBlock) -> OwnBlock {
        if !isShort {
            if cache.hasDropped || column.data.rawLength > UInt64(cache.byteLimit) {
                isShort = true
                recent.restart(limit: Self.fewPlaces)
            } else if recent.isFull {
                recent.restart(limit: .max)
            }
        }
        let own = OwnBlock(block)
        recent.keep(own)
        return own
    }
}
