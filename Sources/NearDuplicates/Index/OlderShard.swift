internal import ShardFormat

/// Where a document of an older shard lies: the shard's place among the writer's, and the document's number.
struct OlderPlace {
    var shard: Int
    var document: UInt32
}

/// A shard of the index as its writer sees it: searched by id, and losing documents to newer ones.
struct OlderShard {
    let segment: ShardSegment
    let cursor: any SegmentCursor
    private(set) var tombstones: Tombstones?
    /// Documents that died since the tombstones were last written.
    private var newDead = 0

    /// Whether there are any.
    var hasNewDead: Bool { newDead > 0 }

    init(_ segment: ShardSegment) {
        self.segment = segment
        cursor = segment.makeCursor()
        tombstones = segment.tombstones
    }

    func isLive(_ document: UInt32) -> Bool { tombstones?.contains(document) != true }

    /// Whether a document has this content, URL and date.
    func holds(_ document: UInt32, contentHash: ContentHash, detailsHash: UInt64) throws(ShardError) -> Bool {
        guard try cursor.contentHash(of: document) == contentHash else { return false }
        let identity = try cursor.identity(of: document)
        let (url, date) = (Array(identity.url.utf8), Array(identity.date.utf8))
        return PendingDocuments.detailsHash(url: url.span, date: date.span) == detailsHash
    }

    /// A newer document took a document's place.
    mutating func kill(_ document: UInt32) {
        if tombstones == nil { tombstones = Tombstones(shard: segment.name, documentCount: segment.documentCount) }
        if tombstones?.insert(document) == true { newDead += 1 }
    }

    /// A document that died since the tombstones were last written is live after all.
    mutating func revive(_ document: UInt32) {
        if tombstones?.remove(document) == true { newDead -= 1 }
    }

    /// The tombstones are on disk.
    mutating func settle() { newDead = 0 }
}
