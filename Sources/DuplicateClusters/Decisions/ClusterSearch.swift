internal import NearDuplicates
internal import ShardFormat
internal import Sketching

/// Goes through documents by rank and finds what each is a duplicate of.
struct ClusterSearch {
    let work: ClusterWork
    let table: DocumentTable
    let near: NearCopies
    let options: ClusterOptions
    let shared: SharedKeys
    let signatures: SignatureFile
    /// By rank: how many fingerprints are boilerplate; nil where nothing is.
    let boilerplate: WorkingArray<UInt32>?
    let rows: DecisionRows
    var stored: StoredKeys
    /// Which documents are compared with others.
    var takesPart: (_ rank: Int) -> Bool = { _ in true }
    /// The keys of the document at hand, and those of them that are common, with their weights.
    private var keys: [UInt32] = []
    private var commons: [UInt64] = []
    private var tally = RankTally()
    private var related: [Related] = []

    /// A document that the one at hand relates to.
    private struct Related {
        var rank: UInt32
        var relation: Relation
        var figures: ClusterFigures
    }

    init(
        _ work: ClusterWork,
        _ table: DocumentTable,
        _ near: NearCopies,
        _ options: ClusterOptions,
        _ shared: SharedKeys,
        boilerplate: WorkingArray<UInt32>?
    ) throws(ClusterError) {
        self.work = work
        self.table = table
        self.near = near
        self.options = options
        self.shared = shared
        self.boilerplate = boilerplate
        signatures = try SignatureFile(work)
        rows = try DecisionRows(work)
        stored = try StoredKeys(work, keys: shared.words.count, ranks: table.rankCount)
    }

    mutating func run() throws(ClusterError) -> ClusterDecisions {
        for document in 0..<table.count {
            rows[document] = ClusterDecision(role: .single, representative: UInt32(document))
        }
        var reader = shared.reader(ranks: 0..<table.rankCount)
        var next = 0
        while reader.next() {
            try unsafe reader.withWords { (words) throws(ClusterError) in
                var start = 0
                while start < words.count {
                    let rank = unsafe Int(words[start] >> 32)
                    keys.removeAll(keepingCapacity: true)
                    try decideAll(from: next, to: rank)
                    while start < words.count, unsafe words[start] >> 32 == UInt64(rank) {
                        keys.append(unsafe UInt32(truncatingIfNeeded: words[start]))
                        start += 1
                    }
                    try decide(rank)
                    next = rank + 1
                }
            }
        }
        keys.removeAll(keepingCapacity: true)
        try decideAll(from: next, to: table.rankCount)
        return try rows.finish()
    }

    /// Decides about documents that share no key with others.
    private mutating func decideAll(from first: Int, to end: Int) throws(ClusterError) {
        for rank in first..<end { try decide(rank) }
    }

    private mutating func decide(_ rank: Int) throws(ClusterError) {
        let document = table.document(atRank: rank)
        guard let leader = near.leader(of: document), let leaderRank = table.rank(of: leader) else {
            rows[document].role = .known
            return
        }
        let head = table.head(ofRank: rank)
        // Boilerplate is counted in those that take part; the others are copies of one that does.
        if contentCount(takesPart(rank) ? rank : head) == 0, table.fingerprints(of: document) > 0 {
            rows[document].isBoilerplateOnly = true
        }
        related.removeAll(keepingCapacity: true)
        if let report = options.report {
            if takesPart(rank) {
                findAll(rank, leader: leaderRank)
            } else {
                related.append(Related(rank: UInt32(head), relation: .exact, figures: .equal))
            }
            try tell(report, document)
        }
        if head != rank, options.drop.contains(.exact) {
            return try joinCopies(document, of: table.document(atRank: head))
        }
        if options.report == nil, !followsLeader(rank, leaderRank) { findRelated(rank) }
        if let best = best() {
            try join(document, best)
        } else if options.report == nil {
            // Later ones are compared with it. Where all pairs are wanted they are with every document.
            list(rank)
        }
    }

    /// An exact copy is where the document is that it copies.
    private func joinCopies(_ document: Int, of head: Int) throws(ClusterError) {
        var decision = rows[head]
        guard decision.role != .known else {
            rows[document].role = .known
            return
        }
        if decision.role != .member {
            decision = ClusterDecision(
                role: .member,
                representative: UInt32(head),
                relation: .exact,
                jaccard: 1,
                containment: 1,
                coverage: 1,
                isBoilerplateOnly: decision.isBoilerplateOnly
            )
        }
        try rows.join(document, decision)
    }

    private func join(_ document: Int, _ best: Related) throws(ClusterError) {
        try rows.join(
            document,
            ClusterDecision(
                role: .member,
                representative: UInt32(table.document(atRank: Int(best.rank))),
                relation: best.relation,
                jaccard: Float(best.figures.jaccard),
                containment: Float(best.figures.containment),
                coverage: Float(best.figures.coverage),
                isBoilerplateOnly: rows[document].isBoilerplateOnly
            )
        )
    }

    /// Has later documents compared with the one of a rank.
    private mutating func list(_ rank: Int) {
        stored.store(keys, ofRank: rank)
        for place in keys { shared.lists.append(UInt32(rank), toListAt: Int(place)) }
    }

    private func isRepresentative(_ rank: Int) -> Bool { rows[table.document(atRank: rank)].role.isKept }

    private func contentCount(_ rank: Int) -> Int {
        max(0, table.fingerprints(of: table.document(atRank: rank)) - Int(boilerplate?[rank] ?? 0))
    }
}

// MARK: - Candidates

extension ClusterSearch {
    /// Notes the document's leader, if it stands for others still and is one that it is near to.
    private mutating func followsLeader(_ rank: Int, _ leader: Int) -> Bool {
        guard leader != rank, options.drop.contains(.near), isRepresentative(leader) else { return false }
        guard let found = relate(rank, leader, shared: nil), found.relation == .near else { return false }
        related.append(found)
        return true
    }

    /// Finds the representatives that the document relates to.
    private mutating func findRelated(_ rank: Int) {
        propose(rank)
        let own = contentCount(rank)
        for entry in tally.entries {
            let other = Int(entry.rank)
            let most = Int(entry.count) + commons.count
            let isWorthALook = work.rule.couldMatch(
                shared: most,
                queryFingerprints: own,
                documentFingerprints: contentCount(other)
            )
            guard isWorthALook else { continue }
            // What common keys are shared is not told by their lists, which have the first few documents alone.
            let shared = commons.isEmpty ? Int(entry.count) : nil
            if let found = relate(rank, other, shared: shared) { related.append(found) }
        }
    }

    /// Finds all documents of better rank that the document relates to, and has later ones compared with it.
    private mutating func findAll(_ rank: Int, leader: Int) {
        findRelated(rank)
        if leader != rank, !related.contains(where: { $0.rank == UInt32(leader) }),
            let found = relate(rank, leader, shared: nil)
        {
            related.append(found)
        }
        list(rank)
    }

    /// Tallies the documents that hold keys of this one: all that hold one that is not common, and the first of as many
    /// common ones, the rarest first, as are needed so that none is missed that shares enough.
    private mutating func propose(_ rank: Int) {
        let lists = shared.lists
        tally.removeAll()
        commons.removeAll(keepingCapacity: true)
        for place in keys {
            let weight = lists[Int(place)]
            if shared.caps.isCommon(weight: Int(weight)) {
                commons.append(UInt64(weight) << 32 | UInt64(place))
            } else {
                lists.forEachRank(inListAt: Int(place)) { tally.add($0) }
            }
        }
        guard !commons.isEmpty else { return }
        let own = contentCount(rank)
        let wanted = work.rule.proposingKeys(of: own, ownFingerprints: own) - (own - commons.count)
        guard wanted > 0 else { return }
        commons.sort()
        for common in commons.prefix(wanted) {
            lists.forEachRank(inListAt: Int(UInt32(truncatingIfNeeded: common))) { tally.note($0) }
        }
    }

    /// How a document relates to one of better rank, whose keys are stored; nil where it doesn't.
    private func relate(_ rank: Int, _ other: Int, shared known: Int?) -> Related? {
        let (document, otherDocument) = (table.document(atRank: rank), table.document(atRank: other))
        if table.head(ofRank: rank) == table.head(ofRank: other) {
            return Related(rank: UInt32(other), relation: .exact, figures: .equal)
        }
        let shared = known ?? stored.countShared(keys, withRank: other)
        let (own, others) = (contentCount(rank), contentCount(other))
        let content = ContentEvidence(
            incoming: own,
            indexed: others,
            shared: shared,
            isWhole: own == table.fingerprints(of: document) && others == table.fingerprints(of: otherDocument)
        )
        // Copies have the shingles of the first of them, which alone are kept.
        let exact = options.shingles?
            .figures(
                table.document(atRank: table.head(ofRank: rank)),
                table.document(atRank: table.head(ofRank: other))
            )
        var figures =
            exact ?? ClusterFigures(jaccard: 0, containment: content.containment, coverage: content.coverage)
        // With boilerplate in them whole texts tell less than their content does.
        if !content.isWhole { (figures.containment, figures.coverage) = (content.containment, content.coverage) }
        if exact == nil {
            figures.jaccard =
                content.isWhole
                ? signatures.jaccard(document, otherDocument, shared: shared, own: own, theirs: others).value
                : signatures.jaccard(document, otherDocument).value
        }
        let relation = work.rule.relation(
            jaccard: work.rule.isBorneOut(by: content) ? figures.jaccard : 0,
            shared: shared,
            isWhole: content.isWhole,
            containment: figures.containment,
            coverage: figures.coverage
        )
        return relation.map { Related(rank: UInt32(other), relation: $0, figures: figures) }
    }

    /// What the document is a duplicate of: the strongest relation that counts, and of several the best rank if they are
    /// exact or near, the greatest figures if not.
    private func best() -> Related? {
        var best: Related?
        for found in related where options.drop.contains(found.relation) && isRepresentative(Int(found.rank)) {
            if best.map({ Self.isBetter(found, $0) }) ?? true { best = found }
        }
        return best
    }

    private static func isBetter(_ a: Related, _ b: Related) -> Bool {
        if a.relation != b.relation { return a.relation < b.relation }
        if a.relation > .near {
            if a.figures.containment != b.figures.containment { return a.figures.containment > b.figures.containment }
            if a.figures.jaccard != b.figures.jaccard { return a.figures.jaccard > b.figures.jaccard }
        }
        return a.rank < b.rank
    }

    // MARK: - All pairs

    private mutating func tell(_ report: (VerifiedPair) throws -> Void, _ document: Int) throws(ClusterError) {
        related.sort { $0.rank < $1.rank }
        for found in related {
            let pair = VerifiedPair(
                document: document,
                other: table.document(atRank: Int(found.rank)),
                relation: found.relation,
                figures: found.figures
            )
            do { try report(pair) } catch { throw .report(error) }
        }
    }
}
