/// Reads names through a cache; one thread at a time.
package struct NameReader: ~Copyable {
    private let shard: Shard
    private let cache: BlockCache
    private let number: Int
    private let inflater = BlockInflater()
    private var loaded = LoadedBlock()
    /// The block of each column that was read last.
    private var ids: KeptBlock?
    private var urls: KeptBlock?
    private var dates: KeptBlock?

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
    }

    /// A document's names.
    package mutating func names(of document: UInt32) throws(ShardError) -> StoredNames {
        try shard.check(document)
        let ids = try block(of: document, .identifiers, ids)
        let urls = try block(of: document, .urls, urls)
        let dates = try block(of: document, .dates, dates)
        (self.ids, self.urls, self.dates) = (ids, urls, dates)
        return StoredNames(document: document, ids: ids, urls: urls, dates: dates)
    }

    private mutating func block(
        of document: UInt32,
        _ column: ShardLayout.Column,
        _ last: KeptBlock?
    ) throws(ShardError) -> KeptBlock {
        if let last, last.documents.contains(Int(document)) { return last }
        let contents = shard.contents
        let place = try contents.columns[column.rawValue].block(of: Int(document), contents.pages)
        // Documents are below 2^31, columns below 2^8.
        let key = UInt64(number) << 40 | UInt64(column.rawValue) << 32 | UInt64(place.documents.lowerBound)
        if let known = cache.block(key) { return known }
        try loaded.load(place, of: contents.columns[column.rawValue], contents.pages, inflater)
        let block = try loaded.kept(contents.columns[column.rawValue], contents.pages)
        cache.keep(block, as: key)
        return block
    }
}
