internal import ShardFormat

/// Goes through fingerprints in the order of their keys, and for each through the documents that hold it and stand for a
/// cluster.
struct FingerprintWalk {
    let sources: [ShardMerge.Source]
    let owners: OrdinalOwners
    let leaders: LeaderHosts

    /// Calls `body` with each fingerprint of a range that at least two clusters hold, and with their documents, ascending.
    ///
    /// Memory: 4 bytes for each cluster that holds one fingerprint, besides a run of the tables.
    func walk(
        _ range: Range<UInt64>,
        _ body: (_ key: UInt32, _ documents: [UInt32]) -> Void
    ) throws(ShardError) {
        var stream = try PostingStream(.fingerprints, of: sources, owners: owners, keys: range)
        var holders = Holders(leaders: leaders)
        while try stream.next() {
            stream.withPairs { holders.add($0, body) }
        }
        holders.end(body)
    }

    /// The documents of the key that is being read; it may go on from run to run.
    private struct Holders {
        let leaders: LeaderHosts
        var key: UInt32 = 0
        var documents: [UInt32] = []

        mutating func add(_ pairs: Span<UInt64>, _ body: (UInt32, [UInt32]) -> Void) {
            var index = 0
            while index < pairs.count {
                let next = UInt32(truncatingIfNeeded: pairs[index] >> 32)
                if next != key {
                    end(body)
                    key = next
                    // Most fingerprints are of one document alone.
                    if index + 1 < pairs.count, pairs[index + 1] >> 32 != UInt64(next) {
                        index += 1
                        continue
                    }
                }
                while index < pairs.count, UInt32(truncatingIfNeeded: pairs[index] >> 32) == key {
                    let document = UInt32(truncatingIfNeeded: pairs[index])
                    if leaders.isLeader(document) { documents.append(document) }
                    index += 1
                }
            }
        }

        mutating func end(_ body: (UInt32, [UInt32]) -> Void) {
            if documents.count > 1 { body(key, documents) }
            documents.removeAll(keepingCapacity: true)
        }
    }
}

/// Counts, of one fingerprint after the other, how many clusters of each host hold it.
///
/// Twelve bytes a host; nothing is cleared but what was counted.
struct HostTally {
    private let leaders: LeaderHosts
    private(set) var counts: [UInt32]
    /// Those of them that are evidence.
    private var evidence: [UInt32]
    /// The first of them.
    private var examples: [UInt32]
    /// The hosts that were counted, in the order they came.
    private(set) var met: [UInt32] = []

    init(_ leaders: LeaderHosts) {
        self.leaders = leaders
        counts = [UInt32](repeating: 0, count: leaders.clusters.count)
        evidence = counts
        examples = counts
    }

    /// Forgets the fingerprint before and counts the clusters of the next.
    mutating func count(_ documents: [UInt32]) {
        for host in met {
            counts[Int(host)] = 0
            evidence[Int(host)] = 0
        }
        met.removeAll(keepingCapacity: true)
        for document in documents {
            let host = leaders.hosts[Int(document)]
            guard host < LeaderHosts.noHost else { continue }
            if counts[Int(host)] == 0 { met.append(host) }
            counts[Int(host)] += 1
        }
    }

    /// Counts a cluster as evidence; the first document of its host that was, once there are enough.
    mutating func addEvidence(_ document: UInt32, host: UInt32, least: UInt32) -> UInt32? {
        if evidence[Int(host)] == 0 { examples[Int(host)] = document }
        evidence[Int(host)] += 1
        return evidence[Int(host)] >= least ? examples[Int(host)] : nil
    }
}
