package import ShardFormat

/// Where a document of an older shard lies: the shard's place among the writer's, and the document's number.
struct OlderPlace {
    var shard: Int
    var document: UInt32
}

/// A shard of the index as its writer sees it: searched by id, and losing documents to newer ones.
struct OlderShard {
    let segment: ShardSegment
    private(set) var tombstones: Tombstones?
    /// Documents that died since the tombstones were last written.
    private var newDead = 0

    /// Whether there are any.
    var hasNewDead: Bool { newDead > 0 }

    init(_ segment: ShardSegment) {
        self.segment = segment
        tombstones = segment.tombstones
    }

    func isLive(_ document: UInt32) -> Bool { tombstones?.contains(document) != true }

    /// A newer document took a document's place.
    mutating func kill(_ document: UInt32) {
        if tombstones == nil { tombstones = Tombstones(shard: segment.name, documentCount: segment.documentCount) }
        if tombstones?.insert(document) == true { newDead += 1 }
    }

    /// All documents that are dead, the dead of before among them.
    mutating func kill(all dead: Tombstones) {
        guard dead.count > tombstones?.count ?? 0 else { return }
        for document in dead.documents { kill(document) }
    }

    /// A document that died since the tombstones were last written is live after all.
    mutating func revive(_ document: UInt32) {
        if tombstones?.remove(document) == true { newDead -= 1 }
    }

    /// The tombstones are on disk.
    mutating func settle() { newDead = 0 }
}

/// Reads documents of a writer's shards, however many there are: what was read last of a few of them is kept.
package final class OlderShardCursors {
    private let inflater = BlockInflater()
    private let hits = ProbeHits()
    /// By shard, which a cursor keeps alive.
    private var cursors: [ObjectIdentifier: ShardCursor] = [:]

    /// A cursor keeps a block of some 16 KB for each column it has read.
    private static let limit = 64
    /// Documents of one id hash that are looked at: more than one means that ids were chosen to collide.
    private static let identifierLimit: UInt32 = 4096

    /// Creates cursors of nothing yet.
    package init() {}

    func cursor(of segment: ShardSegment) -> ShardCursor {
        let key = ObjectIdentifier(segment.shard)
        if let cursor = cursors[key] { return cursor }
        if cursors.count >= Self.limit { cursors.removeAll(keepingCapacity: true) }
        let cursor = ShardCursor(segment.shard, inflater: inflater)
        cursors[key] = cursor
        return cursor
    }

    /// Lets go of shards that are no longer of the index.
    package func removeAll() { cursors.removeAll() }

    /// Of which of the hashes a shard has an id, dead or alive: their places.
    func placesThatMayBeKnown(_ hashes: [UInt64], in segment: ShardSegment) throws(ShardError) -> [Int] {
        hits.removeAll()
        var budget = [UInt32](repeating: 1, count: hashes.count)
        var remaining = budget.mutableSpan
        try segment.shard.probeIdentifiers(hashes.span, remaining: &remaining, into: hits)
        return (0..<hits.count).map { Int(hits[$0].keyIndex) }
    }

    /// The live document of this id; the last one, if there are several.
    func document(withID id: Span<UInt8>, hash: UInt64, in older: OlderShard) throws(ShardError) -> UInt32? {
        try document(withID: id, hash: hash, in: older.segment) { older.isLive($0) }
    }

    /// The last document of this id that is live.
    package func document(
        withID id: Span<UInt8>,
        hash: UInt64,
        in segment: ShardSegment,
        isLive: (UInt32) -> Bool
    ) throws(ShardError) -> UInt32? {
        hits.removeAll()
        var budget: [1 of UInt32] = [Self.identifierLimit]
        let keys: [1 of UInt64] = [hash]
        var remaining = budget.mutableSpan
        try segment.shard.probeIdentifiers(keys.span, remaining: &remaining, into: hits)
        for index in stride(from: hits.count - 1, through: 0, by: -1) {
            let document = hits[index].value
            guard isLive(document) else { continue }
            let isSame = try cursor(of: segment)
                .withIdentifier(of: document) { (stored) throws(ShardError) in
                    stored.count == id.count && stored.indices.allSatisfy { stored[$0] == id[$0] }
                }
            if isSame { return document }
        }
        return nil
    }

    /// Whether a document has this content, URL and date.
    func holds(
        _ document: UInt32,
        of older: OlderShard,
        contentHash: ContentHash,
        detailsHash: UInt64
    ) throws(ShardError) -> Bool {
        guard try older.segment.shard.contentHash(of: document) == contentHash else { return false }
        return try self.detailsHash(of: document, in: older.segment) == detailsHash
    }

    /// The hash of a document's URL and date.
    package func detailsHash(of document: UInt32, in segment: ShardSegment) throws(ShardError) -> UInt64 {
        try cursor(of: segment)
            .withNames(of: document) { (_, url, date) throws(ShardError) in
                PendingDocuments.detailsHash(url: url, date: date)
            }
    }
}
