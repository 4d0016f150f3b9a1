internal import NearDuplicates
internal import ShardFormat
internal import Synchronization

/// Streams a table of all shards in key order and gathers the keys that at least two documents hold.
struct KeyGathering: Sendable {
    var work: ClusterWork
    var table: DocumentTable
    var keys: PostingStream.Keys
    var caps: KeyCaps
    /// Which documents take part: those that live, are the first of their content, and are not known from elsewhere.
    var takesPart: @Sendable (_ rank: Int) -> Bool
    /// Which of them count for being common; nil for all.
    var counts: (@Sendable (_ rank: Int) -> Bool)?
    /// Keys that are looked at for nothing but to be counted; nil for none.
    var isLeftOut: (@Sendable (_ key: UInt32) -> Bool)?
    /// By rank: how many keys of each document are left out.
    var leftOutCounts: WorkingArray<UInt32>?

    /// Pairs of one range of keys, more or less.
    private static let rangePairs = 4 << 20

    /// Runs it, on several threads.
    func run() throws(ClusterError) -> GatheredKeys {
        let pairs = work.sources.shards.reduce(0) {
            $0 + (keys == .bands ? $1.shard.bandKeyCount : $1.shard.fingerprintCount)
        }
        let count = max(pairs > 1 << 16 ? 4 * work.threads : 1, pairs / Self.rangePairs)
        let ranges = PostingStream.ranges(count)
        let store = WordStore(work.storage, named: work.scratchName("words"), limit: work.memory / 4 / 8)
        let words = RankedRuns(store)
        let groups = Mutex([GatheredKeys.Group](repeating: GatheredKeys.Group(), count: count))
        let bufferWords = max(1 << 12, min(work.memory / 4 / 16 / work.threads, 2 * pairs / count + 1))
        let owners = keys == .fingerprints ? try work.fingerprintOwners() : nil
        try work.forEach(count) { (index) throws(ClusterError) in
            var gatherer = Gatherer(self, words, group: index, bufferWords: bufferWords)
            try gatherer.gather(ranges[index], owners)
            let group = gatherer.group
            groups.withLock { $0[index] = group }
        }
        try store.finish()
        return GatheredKeys(words: words, groups: groups.withLock { $0 }, caps: caps)
    }
}

/// Gathers one range of keys.
private struct Gatherer: ~Copyable {
    private let what: KeyGathering
    private let words: RankedRuns
    private let number: Int
    private var buffer: WordBuffer
    private var headers: WordBuffer
    private(set) var group = GatheredKeys.Group()
    /// The key being read; none at first.
    private var key = UInt32.max
    private var isOpen = false
    private var isLeftOut = false
    /// Its documents so far, those that count, and the first.
    private var holders = 0
    private var weight = 0
    private var firstRank: UInt32 = 0

    init(_ what: KeyGathering, _ words: RankedRuns, group number: Int, bufferWords: Int) {
        self.what = what
        self.words = words
        self.number = number
        buffer = WordBuffer(capacity: bufferWords)
        headers = WordBuffer(capacity: max(1 << 10, bufferWords / 4))
    }

    mutating func gather(_ range: Range<UInt64>, _ owners: OrdinalOwners?) throws(ClusterError) {
        let (keys, shards) = (what.keys, what.work.sources.shards)
        var stream: PostingStream
        do throws(ShardError) { stream = try PostingStream(keys, of: shards, owners: owners, keys: range) } catch {
            throw .index(.init(error))
        }
        while true {
            do throws(ShardError) { guard try stream.next() else { break } } catch { throw .index(.init(error)) }
            try stream.withPairs { (pairs) throws(ClusterError) in try take(pairs) }
        }
        try closeKey()
        try words.add(&buffer, group: number)
        try flushHeaders()
    }

    private mutating func take(_ pairs: Span<UInt64>) throws(ClusterError) {
        let ranks = unsafe what.table.values(.ranks)
        let tellsLeftOut = what.isLeftOut != nil
        var index = 0
        while index < pairs.count {
            let pair = pairs[index]
            let pairKey = UInt32(truncatingIfNeeded: pair >> 32)
            if !isOpen || pairKey != key {
                try closeKey()
                // Most keys have one document, and are passed over unless they may be left out.
                if !tellsLeftOut, index + 1 < pairs.count, UInt32(truncatingIfNeeded: pairs[index + 1] >> 32) != pairKey
                {
                    index += 1
                    continue
                }
                openKey(pairKey)
            }
            // Documents of the index are below the table's count, which the stream is of.
            let rank = unsafe ranks[Int(UInt32(truncatingIfNeeded: pair))]
            index += 1
            guard rank != DocumentTable.noRank, what.takesPart(Int(rank)) else { continue }
            if isLeftOut {
                what.leftOutCounts?.increment(Int(rank))
                continue
            }
            if what.counts.map({ $0(Int(rank)) }) ?? true { weight += 1 }
            holders += 1
            if holders == 1 {
                firstRank = rank
                continue
            }
            if holders == 2 { try add(firstRank) }
            try add(rank)
        }
    }

    private mutating func openKey(_ key: UInt32) {
        self.key = key
        isOpen = true
        isLeftOut = what.isLeftOut?(key) ?? false
        holders = 0
        weight = 0
    }

    private mutating func closeKey() throws(ClusterError) {
        defer { isOpen = false }
        guard isOpen, holders > 1 else { return }
        let room = what.caps.room(holders: holders, weight: weight)
        if headers.isFull { try flushHeaders() }
        headers.append(UInt64(weight) << 32 | UInt64(room))
        group.listNumbers += SharedKeys.headerCount + room
    }

    private mutating func add(_ rank: UInt32) throws(ClusterError) {
        if buffer.isFull { try words.add(&buffer, group: number) }
        // Where the key's list will begin, from the group's start.
        buffer.append(UInt64(rank) << 32 | UInt64(UInt32(truncatingIfNeeded: group.listNumbers)))
    }

    private mutating func flushHeaders() throws(ClusterError) {
        guard headers.count > 0 else { return }
        let store = words.store
        group.headers.append(
            try unsafe headers.withWords { (words) throws(ClusterError) in try unsafe store.add(words) }
        )
        headers.removeAll()
    }
}
