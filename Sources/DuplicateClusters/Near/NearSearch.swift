internal import NearDuplicates
internal import ShardFormat
internal import Sketching
internal import Synchronization

extension NearCopies {
    /// Finds documents that are nearly the same, by bands and signatures, and writes the leader of each.
    ///
    /// Documents are gone through by rank: each follows the best leader it is near to among those that share a band with it,
    /// or else leads. Of a band that more than ``MatchRule/postingCap`` documents hold, the first few leaders by rank are
    /// looked at. So the work is linear in the documents, however alike they are.
    ///
    /// - Parameters:
    ///   - work: the documents, and where the file goes.
    ///   - table: their order.
    ///   - known: documents that another index holds: they take no part.
    /// - Returns: the leaders.
    /// - Throws: ``ClusterError``.
    /// - Complexity: O(*n*) in the band keys.
    package static func find(
        _ work: ClusterWork,
        _ table: DocumentTable,
        known: DocumentSet? = nil
    ) throws(ClusterError) -> NearCopies {
        let leaders = try WorkingArray<UInt32>(work.storage, named: work.scratchName("leaders"), count: table.rankCount)
        for rank in 0..<table.rankCount {
            let isKnown = known?[table.document(atRank: rank)] ?? false
            leaders[rank] = isKnown ? .max : UInt32(table.head(ofRank: rank))
        }
        let gathering = KeyGathering(
            work: work,
            table: table,
            keys: .bands,
            caps: work.rule.keyCaps,
            takesPart: { leaders[$0] == UInt32($0) }
        )
        let shared = try SharedKeys(try gathering.run(), work)
        if shared.lists.count > 0 {
            var search = NearSearch(shared, table, try SignatureFile(work), leaders, threshold: work.rule.nearJaccard)
            search.run()
        }
        // Copies of a document that follows another follow that one too.
        for rank in 0..<table.rankCount where leaders[rank] != .max {
            leaders[rank] = leaders[table.head(ofRank: rank)]
        }
        try write(leaders, table, in: work.storage)
        return try NearCopies(work.storage)
    }
}

/// Goes through documents by rank and finds the leader of each.
private struct NearSearch {
    private let shared: SharedKeys
    private let table: DocumentTable
    private let signatures: SignatureFile
    private let leaders: WorkingArray<UInt32>
    private let threshold: Double
    private var tally = RankTally()

    init(
        _ shared: SharedKeys,
        _ table: DocumentTable,
        _ signatures: SignatureFile,
        _ leaders: WorkingArray<UInt32>,
        threshold: Double
    ) {
        self.shared = shared
        self.table = table
        self.signatures = signatures
        self.leaders = leaders
        self.threshold = threshold
    }

    mutating func run() {
        var reader = shared.reader(ranks: 0..<table.rankCount)
        while reader.next() {
            unsafe reader.withWords { words in
                var start = 0
                while start < words.count {
                    let rank = unsafe words[start] >> 32
                    var end = start + 1
                    while end < words.count, unsafe words[end] >> 32 == rank { end += 1 }
                    unsafe decide(Int(rank), UnsafeBufferPointer(rebasing: words[start..<end]))
                    start = end
                }
            }
        }
    }

    /// Finds the leader of the document of a rank, given the lists of its bands.
    private mutating func decide(_ rank: Int, _ words: UnsafeBufferPointer<UInt64>) {
        let lists = shared.lists
        tally.removeAll()
        for index in words.indices {
            let place = unsafe Int(UInt32(truncatingIfNeeded: words[index]))
            lists.forEachRank(inListAt: place) { tally.note($0) }
        }
        let document = table.document(atRank: rank)
        var best = UInt32.max
        for entry in tally.entries where entry.rank < best {
            if signatures.jaccard(document, table.document(atRank: Int(entry.rank))).value >= threshold {
                best = entry.rank
            }
        }
        if best != .max {
            leaders[rank] = best
            return
        }
        for index in words.indices {
            unsafe lists.append(UInt32(rank), toListAt: Int(UInt32(truncatingIfNeeded: words[index])))
        }
    }
}

extension WorkingArray where Element == UInt32 {
    /// Calls `body` with the ranks in a list of ``SharedKeys``.
    @inline(__always)
    func forEachRank(inListAt place: Int, _ body: (UInt32) -> Void) {
        let start = place + SharedKeys.headerCount
        for index in start..<start + Int(self[place + 1]) {
            let entry = self[index]
            guard entry > 0 else { return }
            body(entry - 1)
        }
    }

    /// Adds a rank to a list of ``SharedKeys``, if it has room.
    func append(_ rank: UInt32, toListAt place: Int) {
        let start = place + SharedKeys.headerCount
        for index in start..<start + Int(self[place + 1]) where self[index] == 0 {
            self[index] = rank + 1
            return
        }
    }
}

extension MatchRule {
    /// How many documents a key of a join may propose: as many as one of a search.
    var keyCaps: KeyCaps { KeyCaps(common: postingCap, proposals: max(1, postingCap / 4)) }
}
