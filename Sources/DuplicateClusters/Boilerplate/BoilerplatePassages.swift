internal import NearDuplicates
internal import ShardFormat

/// Puts learned fingerprints together that stand next to each other on the same pages, so that people can read what was
/// learned.
struct BoilerplatePassages {
    private let sources: ClusterSources
    private let learned: [BoilerplateLearner.Learned]

    /// A passage before its example is looked up.
    private struct Run {
        var clusters: UInt32
        var hosts: UInt32
        var fingerprints: Int
        var document: UInt32
        var tokens: Range<Int>
    }

    /// Takes fingerprints in the order of their keys.
    init(_ sources: ClusterSources, _ learned: [BoilerplateLearner.Learned]) {
        self.sources = sources
        self.learned = learned
    }

    /// All that was learned.
    ///
    /// - Complexity: O(*n* log *n*) in the fingerprints learned, and a block of positions for each example.
    func list(_ leaders: LeaderHosts) throws(ClusterError) -> BoilerplateList {
        var runs = try ClusterError.reading { () throws(ShardError) -> [Run] in try self.runs() }
        let count = runs.count
        runs.sort { a, b in
            if a.clusters != b.clusters { return a.clusters > b.clusters }
            if a.hosts != b.hosts { return a.hosts > b.hosts }
            return (a.document, a.tokens.lowerBound) < (b.document, b.tokens.lowerBound)
        }
        runs.removeLast(max(0, count - BoilerplateList.passageLimit))
        var list = BoilerplateList(
            documents: sources.shards.reduce(0) { $0 + $1.shard.documentCount - ($1.tombstones?.count ?? 0) },
            clusters: leaders.clusterCount,
            hosts: leaders.clusters.count { $0 > 0 },
            keys: learned.map(\.key),
            passages: [],
            passageCount: count
        )
        list.passages = try ClusterError.reading { () throws(ShardError) in try named(runs) }
        return list
    }

    /// Neighbours in the example no further apart than two windows, whose numbers of clusters are about the same.
    private func runs() throws(ShardError) -> [Run] {
        let ordered = learned.indices.sorted { (learned[$0].example, $0) < (learned[$1].example, $1) }
        var runs: [Run] = []
        var start = 0
        while start < ordered.count {
            let document = learned[ordered[start]].example
            var end = start
            while end < ordered.count, learned[ordered[end]].example == document { end += 1 }
            try addRuns(of: document, ordered[start..<end].map { learned[$0] }, to: &runs)
            start = end
        }
        return runs
    }

    private func addRuns(
        of document: UInt32,
        _ keys: [BoilerplateLearner.Learned],
        to runs: inout [Run]
    ) throws(ShardError) {
        let (number, local) = sources.place(of: Int(document))
        let shard = sources.shards[number].shard
        let ordinals = try shard.fingerprintRange(of: local)
        let positions = try ShardCursor(shard).positions(of: local)
        var placed: [(token: Int, learned: BoilerplateLearner.Learned)] = []
        for learned in keys {
            guard let ordinal = try shard.ordinal(of: UInt64(learned.key) << 32, within: ordinals) else { continue }
            placed.append((Int(positions[Int(ordinal - ordinals.lowerBound)]), learned))
        }
        placed.sort { $0.token < $1.token }
        let (shingle, reach) = (shard.parameters.shingleTokens, 2 * max(1, shard.parameters.window))
        var run: Run?
        for (token, learned) in placed {
            let tokens = token..<token + shingle
            if let last = run, token - (last.tokens.upperBound - shingle) <= reach,
                max(last.clusters, learned.clusters) <= 2 * min(last.clusters, learned.clusters)
            {
                run?.clusters = max(last.clusters, learned.clusters)
                run?.hosts = max(last.hosts, learned.hosts)
                run?.fingerprints += 1
                run?.tokens = last.tokens.lowerBound..<tokens.upperBound
                continue
            }
            if let run { runs.append(run) }
            run = Run(
                clusters: learned.clusters,
                hosts: learned.hosts,
                fingerprints: 1,
                document: document,
                tokens: tokens
            )
        }
        if let run { runs.append(run) }
    }

    /// With the names of the examples, which are read in the order of documents.
    private func named(_ runs: [Run]) throws(ShardError) -> [BoilerplateList.Passage] {
        var passages: [Int: BoilerplateList.Passage] = [:]
        var reader: (shard: Int, cursor: ShardCursor)?
        for index in runs.indices.sorted(by: { runs[$0].document < runs[$1].document }) {
            let run = runs[index]
            let (number, document) = sources.place(of: Int(run.document))
            let cursor: ShardCursor
            if let reader, reader.shard == number {
                cursor = reader.cursor
            } else {
                cursor = ShardCursor(sources.shards[number].shard)
                reader = (number, cursor)
            }
            let identity = try cursor.identity(of: document)
            passages[index] = BoilerplateList.Passage(
                clusters: Int(run.clusters),
                hosts: Int(run.hosts),
                fingerprints: run.fingerprints,
                tokens: run.tokens,
                id: identity.id,
                url: identity.url
            )
        }
        return runs.indices.compactMap { passages[$0] }
    }
}
