/// Reads names through a cache; one thread at a time.
package struct NameReader: ~Copyable {
    private let shard: Shard
    private let cache: BlockCache
    private let number: Int
    private let inflater = BlockInflater()
    private var loaded = LoadedBlock()
    /// Blocks that this thread read lately, which need no lock: for each column ``frontBlocks``, at the places where their
    /// documents are looked for.
    private var front: [KeptBlock?]
    private let documents: Int
    private let blockCounts: [Int]

    private static let columns: [ShardLayout.Column] = [.identifiers, .urls, .dates]
    /// A power of two; small, since every shard has a reader in every thread.
    private static let frontBlocks = 32

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - shard: what it reads.
    ///   - cache: where blocks are looked for first.
    ///   - number: tells the shard from others of the cache; below 2^24.
    package init(_ shard: Shard, cache: BlockCache, number: Int) {
        self.shard = shard
        self.cache = cache
        self.number = number
        documents = max(1, shard.documentCount)
        blockCounts = Self.columns.map { shard.contents.columns[$0.rawValue].blockCount }
        front = [KeptBlock?](repeating: nil, count: Self.columns.count * Self.frontBlocks)
    }

    /// A document's names.
    package mutating func names(of document: UInt32) throws(ShardError) -> StoredNames {
        try shard.check(document)
        return StoredNames(
            document: document,
            ids: try block(of: document, 0),
            urls: try block(of: document, 1),
            dates: try block(of: document, 2)
        )
    }

    private mutating func block(of document: UInt32, _ column: Int) throws(ShardError) -> KeptBlock {
        // About the number of its block: blocks hold about as many documents each.
        let guess = Int(document) * blockCounts[column] / documents
        let place = column * Self.frontBlocks + (guess & (Self.frontBlocks - 1))
        if let known = front[place], known.documents.contains(Int(document)) { return known }
        let block = try cachedBlock(of: document, Self.columns[column])
        front[place] = block
        return block
    }

    private mutating func cachedBlock(
        of document: UInt32,
        _ column: ShardLayout.Column
    ) throws(ShardError) -> KeptBlock {
        let (values, pages) = (shard.contents.columns[column.rawValue], shard.contents.pages)
        let place = try values.block(of: Int(document), pages)
        // Documents are below 2^31, columns below 2^8.
        let key = UInt64(number) << 40 | UInt64(column.rawValue) << 32 | UInt64(place.documents.lowerBound)
        if let known = cache.block(key) { return known }
        try loaded.load(place, of: values, pages, inflater)
        let block = try loaded.kept(values, pages)
        cache.keep(block, as: key)
        return block
    }
}
