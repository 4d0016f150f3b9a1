internal import NearDuplicates
internal import ShardFormat

extension ClusterDecisions {
    /// Decides of every document whether it is a duplicate, and of which, and writes the decisions.
    ///
    /// Documents are gone through by rank. An exact copy goes where the document goes that it copies. Another one follows its
    /// leader of ``NearCopies``, if that stands for itself and the content bears out that they are near; or else joins the best
    /// of the representatives that hold fingerprints of it, if it relates to one in a way that counts. What joins none stands
    /// for itself from then on. So each member has been compared with its representative, and the work is linear in the
    /// documents, however alike they are: a fingerprint that more than ``MatchRule/postingCap`` leaders hold proposes the first
    /// representatives alone.
    ///
    /// - Parameters:
    ///   - work: the documents, and where the file goes.
    ///   - table: their order.
    ///   - near: their leaders.
    ///   - options: what counts.
    /// - Returns: the decisions.
    /// - Throws: ``ClusterError``.
    /// - Complexity: O(*n*) in the fingerprints; with all pairs wanted, also in the pairs.
    package static func find(
        _ work: ClusterWork,
        _ table: DocumentTable,
        _ near: NearCopies,
        _ options: ClusterOptions = ClusterOptions()
    ) throws(ClusterError) -> ClusterDecisions {
        var boilerplate: WorkingArray<UInt32>?
        if options.isBoilerplate != nil {
            boilerplate = try WorkingArray(work.storage, named: work.scratchName("boilerplate"), count: table.rankCount)
        }
        let wantsAll = options.report != nil
        let copies = try wantsAll ? CopyNumbers(work, table) : nil
        let copyCap = wantsAll ? options.copyCap : options.drop.contains(.exact) ? 1 : .max
        let takesPart: @Sendable (Int) -> Bool = { rank in
            (copyCap == .max || table.head(ofRank: rank) == rank || (copies?[rank] ?? .max) < copyCap)
                && near.leader(of: table.document(atRank: rank)) != nil
        }
        var gathering = KeyGathering(
            work: work,
            table: table,
            keys: .fingerprints,
            caps: wantsAll ? KeyCaps(common: options.pairCap, proposals: options.pairCap) : work.rule.keyCaps,
            takesPart: takesPart
        )
        gathering.isLeftOut = options.isBoilerplate
        gathering.leftOutCounts = boilerplate
        if !wantsAll {
            gathering.counts = { rank in
                let document = table.document(atRank: rank)
                return near.leader(of: document) == document
            }
        }
        let shared = try SharedKeys(try gathering.run(), work)
        var search = try ClusterSearch(work, table, near, options, shared, boilerplate: boilerplate)
        search.takesPart = takesPart
        return try search.run()
    }
}

/// For each rank how many documents before it say the same.
private struct CopyNumbers: Sendable {
    private let numbers: WorkingArray<UInt32>

    init(_ work: ClusterWork, _ table: DocumentTable) throws(ClusterError) {
        numbers = try WorkingArray(work.storage, named: work.scratchName("copies"), count: table.rankCount)
        // The first of its content counts those met so far, and has number 0 once all are.
        for rank in 0..<table.rankCount {
            let head = table.head(ofRank: rank)
            if head != rank {
                numbers[head] += 1
                numbers[rank] = numbers[head]
            }
        }
        for rank in 0..<table.rankCount where table.head(ofRank: rank) == rank { numbers[rank] = 0 }
    }

    subscript(rank: Int) -> Int { Int(numbers[rank]) }
}
