/// Reads names through a cache; one thread at a time.
package struct NameReader: ~Copyable {
    private let shard: Shard
    private let cache: BlockCache
    private let number: Int
    private let inflater = BlockInflater()
    private var loaded = LoadedBlock()
    /// Blocks that this thread read lately, which need no lock, at the places where their documents are looked for.
    private var front = [KeptBlock?](repeating: nil, count: frontBlocks)
    private let documents: Int
    private let column: BlockColumn

    /// A power of two; small, since every shard has a reader in every thread.
    private static let frontBlocks = 64

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
        documents = max(1, shard.documentCount)
        column = shard.contents.columns[ShardLayout.Column.names.rawValue]
    }

    /// A document's names.
    package mutating func names(of document: UInt32) throws(ShardError) -> StoredNames {
        try shard.check(document)
        // About the number of its block: blocks hold about as many documents each.
        let place = Int(document) * column.blockCount / documents & (Self.frontBlocks - 1)
        if let known = front[place], known.documents.contains(Int(document)) {
            return StoredNames(document: document, block: known)
        }
        let block = try cachedBlock(of: document)
        front[place] = block
        return StoredNames(document: document, block: block)
    }

    private mutating func cachedBlock(of document: UInt32) throws(ShardError) -> KeptBlock {
        let pages = shard.contents.pages
        let place = try column.block(of: Int(document), pages)
        // Documents are below 2^31.
        let key = UInt64(number) << 32 | UInt64(place.documents.lowerBound)
        if let known = cache.block(key) { return known }
        try loaded.load(place, of: column, pages, inflater)
        let block = try loaded.kept(column, pages)
        guard block.holdsNames else {
            throw pages.corrupt(
                .blocks(.names),
                at: place.offset,
                expected: "an id, a URL and a date of each document",
                found: "other lengths"
            )
        }
        cache.keep(block, as: key)
        return block
    }
}
