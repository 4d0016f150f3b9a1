package import ShardFormat

/// A shard on disk, less the documents that were replaced or removed since it was written.
package final class ShardSegment: Segment {
    package let shard: Shard
    /// The dead documents; nil where there are none.
    package let tombstones: Tombstones?
    package let name: String
    fileprivate let cache: BlockCache
    fileprivate let number: Int
    fileprivate let boilerplateCounts: BoilerplateCounts
    fileprivate let commonKeys: SharedCommonKeys

    /// Creates a segment.
    ///
    /// - Parameters:
    ///   - shard: the shard.
    ///   - name: its file's name.
    ///   - tombstones: its dead documents; nil for none.
    ///   - cache: keeps its names.
    ///   - number: tells it from other segments with that cache.
    package convenience init(
        _ shard: Shard,
        name: String,
        tombstones: Tombstones?,
        cache: BlockCache = BlockCache(),
        number: Int = 0
    ) {
        self.init(
            shard,
            name: name,
            tombstones: tombstones,
            cache: cache,
            number: number,
            boilerplateCounts: BoilerplateCounts(),
            commonKeys: SharedCommonKeys()
        )
    }

    private init(
        _ shard: Shard,
        name: String,
        tombstones: Tombstones?,
        cache: BlockCache,
        number: Int,
        boilerplateCounts: BoilerplateCounts,
        commonKeys: SharedCommonKeys
    ) {
        self.boilerplateCounts = boilerplateCounts
        self.commonKeys = commonKeys
        self.cache = cache
        self.number = number
        self.shard = shard
        self.name = name
        self.tombstones = tombstones?.count == 0 ? nil : tombstones
    }

    package var documentCount: Int { shard.documentCount }

    package var liveCount: Int { shard.documentCount - (tombstones?.count ?? 0) }

    package var identity: SegmentIdentity { SegmentIdentity(shard, deadCount: tombstones?.count ?? 0) }

    /// The same documents with others of them dead.
    package func with(tombstones: Tombstones) -> ShardSegment {
        ShardSegment(
            shard,
            name: name,
            tombstones: tombstones,
            cache: cache,
            number: number,
            boilerplateCounts: boilerplateCounts,
            commonKeys: commonKeys
        )
    }

    package func makeCursor() -> any SegmentCursor { ShardSegmentCursor(self) }
}

/// One thread's way into a shard.
private final class ShardSegmentCursor: SegmentCursor {
    private let shard: Shard
    private let tombstones: Tombstones?
    private let cursor: ShardCursor
    private let names: NameReader
    private let boilerplateCounts: BoilerplateCounts
    /// The counts last asked for.
    private var counted: (of: BoilerplateSet, counts: [UInt32])?
    private let sharedCommonKeys: SharedCommonKeys
    private var commonKeys: CommonKeys?
    /// What ``commonKeys`` may take; nil where so much is not asked of this cursor, or they can't be had.
    private var resources: BulkResources?
    /// Lists searched for documents so far, each for each.
    private var searches = 0
    private let hits = ProbeHits()
    private var lists = KeyLists()
    private var live: [UInt32] = []
    /// Queries in a row of which no page had to be asked for.
    private var calmBands = 0
    private var calmFingerprints = 0

    /// After so many, what a table's directory lies on has been read, and looking for what was not is over.
    private static let calmQueries = 64

    /// How many values of a list are looked at together, where some are dead.
    private static let stretch = 256

    /// How many at most, since it must end somewhere.
    ///
    /// A key with more dead documents than this in front may miss some live ones, until the shard is rewritten without
    /// the dead.
    private static let deadLimit = 1 << 20

    /// Documents of one id hash that are looked at: more than one means that ids were chosen to collide.
    private static let identifierLimit: UInt32 = 4096

    init(_ segment: ShardSegment) {
        shard = segment.shard
        tombstones = segment.tombstones
        cursor = ShardCursor(segment.shard)
        names = NameReader(segment.shard, cache: segment.cache, number: segment.number)
        boilerplateCounts = segment.boilerplateCounts
        sharedCommonKeys = segment.commonKeys
    }

    func expectMany(_ resources: BulkResources) {
        self.resources = resources
        names.keep(atMost: resources.nameBytes)
    }

    func expect(_ keys: [UInt64], in kind: PostingKind) {
        switch kind {
        case .band: expect(keys, fingerprints: false, &calmBands)
        case .fingerprint: expect(keys, fingerprints: true, &calmFingerprints)
        }
    }

    private func expect(_ keys: [UInt64], fingerprints: Bool, _ calm: inout Int) {
        let asksDisk = calm < Self.calmQueries
        let any = KeyLists.expect(keys.span, in: shard, fingerprints: fingerprints, asksDisk: asksDisk)
        calm = any ? 0 : calm + 1
    }

    func lookUp(
        _ keys: [UInt64],
        in kind: PostingKind,
        limits: [UInt32],
        counts: inout [UInt32]
    ) throws(ShardError) {
        try lists.find(keys.span, in: shard, fingerprints: kind == .fingerprint)
        guard tombstones != nil else { return try lists.count(limits: limits, in: shard, into: &counts) }
        for index in keys.indices {
            live.removeAll(keepingCapacity: true)
            try takeLive(index, limit: Int(limits[index]))
            counts[index] = UInt32(live.count)
        }
    }

    func takeDocuments(limits: [UInt32], into documents: inout [UInt32]) throws(ShardError) {
        guard tombstones != nil else { return try lists.takeDocuments(limits: limits, in: shard, to: &documents) }
        for index in limits.indices where limits[index] > 0 {
            live.removeAll(keepingCapacity: true)
            try takeLive(index, limit: Int(limits[index]))
            documents.append(contentsOf: live)
        }
    }

    /// Appends to ``live`` the first live documents of a key.
    private func takeLive(_ index: Int, limit: Int) throws(ShardError) {
        guard let tombstones, limit > 0 else { return }
        var next = 0
        while live.count < limit, next < Self.deadLimit {
            let start = live.count
            lists.beginTaking()
            let taken = try lists.take(index, from: next, limit: Self.stretch, in: shard)
            try lists.appendDocuments(in: shard, to: &live)
            next += taken
            var kept = start
            for place in start..<live.count where kept < limit && !tombstones.contains(live[place]) {
                live[kept] = live[place]
                kept += 1
            }
            live.removeSubrange(kept...)
            if taken < Self.stretch { break }
        }
    }

    func document(number: Int, ofKey key: Int) throws(ShardError) -> UInt32 {
        live.removeAll(keepingCapacity: true)
        if tombstones == nil {
            lists.beginTaking()
            try lists.take(key, from: number, limit: 1, in: shard)
            try lists.appendDocuments(in: shard, to: &live)
        } else {
            try takeLive(key, limit: number + 1)
        }
        return live.last ?? 0
    }

    func countShared(
        _ keys: [UInt32],
        in documents: [UInt32],
        counts: inout [UInt32]
    ) throws(ShardError) {
        if commonKeys == nil { askForCommonKeys(searches: keys.count * documents.count) }
        var span = counts.mutableSpan
        try lists.count(keys.span, in: documents.span, of: shard, with: commonKeys, into: &span)
    }

    /// Turns the common lists round once they were searched for as long as that takes.
    ///
    /// A search takes up to five times as long as a value of a list, the more so the longer the lists are, and two threads or
    /// more search.
    private func askForCommonKeys(searches: Int) {
        guard let resources else { return }
        self.searches += searches
        guard self.searches > shard.commonValueCount / 8 else { return }
        switch sharedCommonKeys.keys(of: shard, resources) {
        case .made(let keys): commonKeys = keys
        case .unasked, .inTheMaking: break
        case .refused: self.resources = nil
        }
    }

    func find(
        _ keys: Span<UInt64>,
        in document: UInt32,
        _ found: (_ index: Int, _ place: Int) -> Void
    ) throws(ShardError) {
        let range = try shard.fingerprintRange(of: document)
        for index in keys.indices {
            if let ordinal = try shard.ordinal(of: keys[index], within: range) {
                found(index, Int(ordinal - range.lowerBound))
            }
        }
    }

    func fingerprintCounts(of documents: [UInt32], into counts: inout [UInt32]) throws(ShardError) {
        try lists.fingerprintCounts(of: documents.span, in: shard, into: &counts)
    }

    func boilerplateCounts(
        of documents: [UInt32],
        _ boilerplate: BoilerplateSet,
        into counts: inout [UInt32]
    ) throws(ShardError) {
        if counted?.of !== boilerplate {
            counted = (boilerplate, try boilerplateCounts.counts(of: boilerplate, in: shard))
        }
        counts.removeAll(keepingCapacity: true)
        guard let counted else { return }
        for document in documents { counts.append(counted.counts[Int(document)]) }
    }

    func positions(of document: UInt32) throws(ShardError) -> [UInt32] {
        try cursor.positions(of: document)
    }

    func contentHash(of document: UInt32) throws(ShardError) -> ContentHash {
        try shard.contentHash(of: document)
    }

    func signatureMatches(
        _ signature: Span<UInt8>,
        with documents: [UInt32],
        into counts: inout [UInt32]
    ) throws(ShardError) {
        try cursor.signatureMatches(signature, with: documents.span, into: &counts)
    }

    func identity(of document: UInt32) throws(ShardError) -> ShardIdentity {
        try cursor.identity(of: document)
    }

    func expectNames(of documents: [UInt32]) { names.expectNames(of: documents.span) }

    func names(of document: UInt32) throws(ShardError) -> MatchNames { .stored(try names.names(of: document)) }

    func document(withID id: Span<UInt8>, hash: UInt64) throws(ShardError) -> UInt32? {
        hits.removeAll()
        // Ids chosen to collide must not make this long.
        var budget: [1 of UInt32] = [Self.identifierLimit]
        let keys: [1 of UInt64] = [hash]
        var remaining = budget.mutableSpan
        try shard.probeIdentifiers(keys.span, remaining: &remaining, into: hits)
        for index in stride(from: hits.count - 1, through: 0, by: -1) {
            let document = hits[index].value
            if tombstones?.contains(document) == true { continue }
            let isSame = try cursor.withIdentifier(of: document) { stored throws(ShardError) in
                stored.count == id.count && stored.indices.allSatisfy { stored[$0] == id[$0] }
            }
            if isSame { return document }
        }
        return nil
    }
}
