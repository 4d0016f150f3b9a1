internal import NearDuplicates
package import ShardFormat
internal import Synchronization

/// Learns which fingerprints are boilerplate, from the tables of an index and in the order of their keys.
///
/// A fingerprint is boilerplate of a host that enough of its clusters hold *among different surroundings*. A page is evidence
/// only if part of it is its own, held by no other cluster of its host: pages of boilerplate alone say nothing. For what not nearly
/// all of a host holds, a page must also have half as much else as it has of such: versions of one story, which
/// share most of their text, are no evidence against the story. What is left is learned too where very many clusters on very
/// many hosts hold it, among as much else again: a story that everyone ran is all that its pages have, once their hosts'
/// templates are known.
///
/// The tables are gone through twice, and twice more where something stands on very many hosts. What is learned depends neither on
/// threads nor on how the index is cut into shards.
package struct BoilerplateLearner: Sendable {
    private let work: ClusterWork
    private let leaders: LeaderHosts
    private let thresholds: BoilerplateThresholds
    /// Documents whose counts are held at a time.
    private let documentsAtOnce: Int

    /// Ranges of keys, which threads take one after the other.
    private static let ranges = PostingStream.ranges(32)
    /// Of a document's counts.
    private static let counterBytes = 8

    /// Creates a learner.
    ///
    /// - Parameters:
    ///   - work: the documents, and what counting may take. Where counts of documents would be more, the tables are gone through
    ///     as often as that needs; besides, there are 5 bytes a document, 12 a host and thread, and 16 for each fingerprint
    ///     learned.
    ///   - leaders: what is known of the documents.
    ///   - thresholds: how often is often.
    /// - Throws: ``ClusterError/index(_:)`` where a threshold is out of range.
    package init(
        _ work: ClusterWork,
        _ leaders: LeaderHosts,
        _ thresholds: BoilerplateThresholds = BoilerplateThresholds()
    ) throws(ClusterError) {
        do throws(IndexError) { try thresholds.validate() } catch { throw .index(error) }
        self.work = work
        self.leaders = leaders
        self.thresholds = thresholds
        documentsAtOnce = max(1, work.memory / Self.counterBytes)
    }

    /// A fingerprint that is boilerplate.
    struct Learned: Hashable, Sendable {
        var key: UInt32
        /// Clusters and hosts that hold it.
        var clusters: UInt32
        var hosts: UInt32
        /// The first document that is evidence.
        var example: UInt32
    }

    /// Goes through the tables.
    ///
    /// - Returns: the fingerprints and the passages they make, without text.
    /// - Throws: ``ClusterError/index(_:)`` where the index is damaged.
    /// - Complexity: O(*n*) in the fingerprints of the index.
    package func learn() throws(ClusterError) -> BoilerplateList {
        // Without hosts there is nothing to tell a site's template by.
        guard leaders.hosts.contains(where: { $0 < LeaderHosts.noHost }) else {
            return try BoilerplatePassages(work.sources, []).list(leaders)
        }
        let limits = HostLimits(leaders, thresholds)
        let surroundings = try surroundings(limits)
        var (learned, frequent) = try learnOfHosts(limits, surroundings)
        if !frequent.isEmpty {
            let others = try learnOfAll(frequent, besides: learned)
            learned = (learned + others).sorted { $0.key < $1.key }
        }
        return try BoilerplatePassages(work.sources, learned).list(leaders)
    }

    // MARK: - What surrounds a document's fingerprints

    /// What a document is evidence of.
    enum Surroundings: UInt8 {
        case none
        /// Of what nearly all of its host holds.
        case template
        /// Of anything that enough of its host holds.
        case any
    }

    private func surroundings(_ limits: HostLimits) throws(ClusterError) -> [Surroundings] {
        var surroundings = [Surroundings](repeating: .none, count: leaders.count)
        try forEachPart { (counters) throws(ClusterError) in
            try run { tally, key, documents in
                tally.count(documents)
                guard tally.met.contains(where: { tally.counts[Int($0)] > 1 }) else { return }
                for document in documents {
                    let host = leaders.hosts[Int(document)]
                    guard host < LeaderHosts.noHost, tally.counts[Int(host)] > 1 else { continue }
                    let count = tally.counts[Int(host)]
                    let isOften = count >= limits.least[Int(host)]
                    counters.add(document, true, isOften, isOften && count < limits.template[Int(host)])
                }
            }
            try forEachFingerprintCount(of: counters.documents) { document, count in
                let (shared, often, partly) = counters[document]
                let own = count - min(count, shared)
                guard own >= leastOwn(of: count) else { return }
                let rest = Double(count - min(count, often))
                surroundings[Int(document)] = rest >= thresholds.otherShare * Double(partly) ? .any : .template
            }
        }
        return surroundings
    }

    /// The fingerprints of its own that a page must have to be evidence, of so many in all.
    private func leastOwn(of count: Int) -> Int {
        max(BoilerplateThresholds.leastOwn, Int((thresholds.ownShare * Double(count)).rounded(.up)))
    }

    // MARK: - Of hosts

    /// What is boilerplate of a host; and what is not, but stands on very many.
    private func learnOfHosts(
        _ limits: HostLimits,
        _ surroundings: [Surroundings]
    ) throws(ClusterError) -> (learned: [Learned], frequent: [Learned]) {
        let (leaders, thresholds) = (leaders, thresholds)
        let found = try collect { tally, key, documents -> (Learned, isLearned: Bool)? in
            tally.count(documents)
            var example: UInt32?
            if tally.met.contains(where: { tally.counts[Int($0)] >= limits.least[Int($0)] }) {
                for document in documents {
                    let host = leaders.hosts[Int(document)]
                    guard host < LeaderHosts.noHost else { continue }
                    let count = tally.counts[Int(host)]
                    guard count >= limits.least[Int(host)] else { continue }
                    let isOfTemplate = count >= limits.template[Int(host)]
                    let needed: Surroundings = isOfTemplate ? .template : .any
                    guard surroundings[Int(document)].rawValue >= needed.rawValue else { continue }
                    if let first = tally.addEvidence(document, host: host, least: limits.least[Int(host)]) {
                        example = first
                        break
                    }
                }
            }
            let isFrequent = documents.count >= thresholds.clusters && tally.met.count >= thresholds.hosts
            guard example != nil || isFrequent else { return nil }
            let learned = Learned(
                key: key,
                clusters: UInt32(documents.count),
                hosts: UInt32(tally.met.count),
                example: example ?? documents[0]
            )
            return (learned, example != nil)
        }
        return (found.filter(\.isLearned).map(\.0), found.filter { !$0.isLearned }.map(\.0))
    }

    // MARK: - Of all hosts together

    /// What of the frequent fingerprints stands among as much else, once the boilerplate of hosts is left out.
    private func learnOfAll(_ frequent: [Learned], besides learned: [Learned]) throws(ClusterError) -> [Learned] {
        let known = BoilerplateSet(keys: learned.map(\.key))
        let asked = BoilerplateSet(keys: frequent.map(\.key))
        let (leaders, thresholds) = (leaders, thresholds)
        var isEvidence = [Bool](repeating: false, count: leaders.count)
        try forEachPart { (counters) throws(ClusterError) in
            try run { _, key, documents in
                let (isKnown, isAsked) = (known.contains(key), asked.contains(key))
                guard isKnown || isAsked else { return }
                for document in documents { counters.add(document, isKnown, isAsked, false) }
            }
            try forEachFingerprintCount(of: counters.documents) { document, count in
                let (boilerplate, frequent, _) = counters[document]
                let rest = count - min(count, boilerplate + frequent)
                isEvidence[Int(document)] = rest >= max(BoilerplateThresholds.leastOwn, frequent)
            }
        }
        let evidence = isEvidence
        return try collect { tally, key, documents -> Learned? in
            guard asked.contains(key) else { return nil }
            let pages = documents.filter { evidence[Int($0)] }
            guard pages.count >= thresholds.clusters else { return nil }
            tally.count(pages)
            guard tally.met.count >= thresholds.hosts else { return nil }
            let hosts = tally.met.count
            return Learned(
                key: key,
                clusters: UInt32(documents.count),
                hosts: UInt32(hosts),
                example: pages[0]
            )
        }
    }

    // MARK: - Ways through

    /// Calls `body` with counters of as many documents as there is room for, until it was called for all.
    private func forEachPart(_ body: (DocumentCounters) throws(ClusterError) -> Void) throws(ClusterError) {
        for start in stride(from: 0, to: leaders.count, by: documentsAtOnce) {
            let end = min(leaders.count, start + documentsAtOnce)
            try body(DocumentCounters(UInt32(start)..<UInt32(end)))
        }
    }

    /// Calls `body` with each fingerprint that several clusters hold, on as many threads as the loop has.
    private func run(
        _ body: @Sendable (inout HostTally, _ key: UInt32, _ documents: [UInt32]) -> Void
    ) throws(ClusterError) {
        _ = try collect { tally, key, documents -> Never? in
            body(&tally, key, documents)
            return nil
        }
    }

    /// The same, and gives what `body` makes of them, in the order of keys.
    private func collect<Found: Sendable>(
        _ body: @Sendable (inout HostTally, _ key: UInt32, _ documents: [UInt32]) -> Found?
    ) throws(ClusterError) -> [Found] {
        let results = Mutex<[Int: Result<[Found], ShardError>]>([:])
        let tallies = Mutex<[HostTally]>([])
        let leaders = leaders
        let walk = FingerprintWalk(
            sources: work.sources.shards,
            owners: try work.fingerprintOwners(),
            leaders: leaders
        )
        work.loop(Self.ranges.count) { index in
            var tally = tallies.withLock { $0.popLast() } ?? HostTally(leaders)
            var found: [Found] = []
            let result: Result<[Found], ShardError>
            do throws(ShardError) {
                try walk.walk(Self.ranges[index]) { key, documents in
                    if let one = body(&tally, key, documents) { found.append(one) }
                }
                result = .success(found)
            } catch {
                result = .failure(error)
            }
            let used = tally
            tallies.withLock { $0.append(used) }
            results.withLock { $0[index] = result }
        }
        var all: [Found] = []
        for index in Self.ranges.indices {
            guard let result = results.withLock({ $0.removeValue(forKey: index) }) else { continue }
            all += try ClusterError.reading { () throws(ShardError) in try result.get() }
        }
        return all
    }

    /// Calls `body` with each document that stands for a cluster, and how many fingerprints it has.
    private func forEachFingerprintCount(
        of documents: Range<UInt32>,
        _ body: (UInt32, Int) -> Void
    ) throws(ClusterError) {
        for (source, number) in zip(work.sources.shards, work.sources.first) {
            let first = UInt32(number)
            let end = first + UInt32(source.shard.documentCount)
            for document in documents.clamped(to: first..<end) where leaders.isLeader(document) {
                let range = try ClusterError.reading { () throws(ShardError) in
                    try source.shard.fingerprintRange(of: document - first)
                }
                body(document, range.count)
            }
        }
    }
}

/// From how many of its clusters on something is boilerplate of a host, and of its template.
struct HostLimits: Sendable {
    let least: [UInt32]
    let template: [UInt32]

    init(_ leaders: LeaderHosts, _ thresholds: BoilerplateThresholds) {
        least = leaders.clusters.map { UInt32(clamping: thresholds.least(ofClusters: Int($0))) }
        template = leaders.clusters.map { UInt32(clamping: thresholds.template(ofClusters: Int($0))) }
    }
}
