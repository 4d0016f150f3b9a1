internal import CrawlModel
internal import DuplicateClusters
package import NearDuplicates

/// What a run over a dump found, and what it kept.
package struct DedupSummary: Sendable {
    /// A cluster, in a list of the largest.
    package struct Cluster: Hashable, Sendable {
        /// Its number, that of the document that stands for it.
        package var number: Int
        /// That document's id.
        package var id: String
        /// Documents in it.
        package var size: Int
    }

    /// A host, in a list of those with the most duplicates.
    package struct Host: Hashable, Sendable {
        /// Its name.
        package var name: String
        /// Documents of it that are dropped.
        package var dropped: Int
    }

    /// Documents with text.
    package internal(set) var documents = 0
    /// Of those, dropped, by how they relate to what stands for them.
    package internal(set) var byRelation: [Relation: Int] = [:]
    /// Of those, dropped because another index has them.
    package internal(set) var known = 0
    /// Clusters of at least two documents.
    package internal(set) var clusters = 0
    /// Documents that are boilerplate and nothing else.
    package internal(set) var boilerplateOnly = 0
    /// Bytes of all documents' records.
    package internal(set) var recordBytes: UInt64 = 0
    /// Bytes of the records dropped.
    package internal(set) var savedBytes: UInt64 = 0
    /// The largest clusters, the largest first.
    package internal(set) var largestClusters: [Cluster] = []
    /// The hosts with the most dropped documents, the most first.
    package internal(set) var duplicatedHosts: [Host] = []

    /// Documents dropped.
    package var dropped: Int { byRelation.values.reduce(known, +) }

    /// Documents kept.
    package var kept: Int { documents - dropped }

    /// How many clusters and hosts are listed.
    static let listed = 10

    /// Counts what was decided.
    ///
    /// O(documents).
    init(_ decisions: ClusterDecisions, _ places: DocumentPlaces) {
        documents = decisions.count
        for number in 0..<decisions.count {
            let decision = decisions[number]
            let bytes = places[number].length
            recordBytes += bytes
            if decision.isBoilerplateOnly { boilerplateOnly += 1 }
            switch decision.role {
            case .single: break
            case .representative: clusters += 1
            case .member:
                byRelation[decision.relation ?? .exact, default: 0] += 1
                savedBytes += bytes
            case .known:
                known += 1
                savedBytes += bytes
            }
        }
    }

    /// The summary as a JSON object on one line.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("documents", documents)
        json.field("kept", kept)
        json.field("dropped", dropped)
        for relation in Relation.allCases where relation != .overlaps {
            json.field(relation.rawValue, byRelation[relation] ?? 0)
        }
        json.field("known", known)
        json.field("boilerplate_only", boilerplateOnly)
        json.field("clusters", clusters)
        json.field("record_bytes", Int(clamping: recordBytes))
        json.field("saved_bytes", Int(clamping: savedBytes))
        json.array("largest_clusters", largestClusters) { json, cluster in
            json.field("cluster", cluster.number)
            json.field("id", cluster.id)
            json.field("size", cluster.size)
        }
        json.array("most_duplicated_hosts", duplicatedHosts) { json, host in
            json.field("host", host.name)
            json.field("dropped", host.dropped)
        }
        json.endObject()
        json.endLine()
        return json.bytes
    }
}

/// Counts by name in bounded memory: exact for up to ``mostNames`` names, beyond that those that are rare are forgotten now
/// and then.
struct FrequentNames {
    /// How many names are told apart.
    static let mostNames = 1 << 16
    private var counts: [String: Int] = [:]

    /// Counts one of a name.
    mutating func add(_ name: String) {
        counts[name, default: 0] += 1
        guard counts.count > Self.mostNames else { return }
        // Misra and Gries, many at a time: what is left has lost at most the same count each.
        let median = counts.values.sorted()[counts.count / 2]
        counts = counts.compactMapValues { $0 > median ? $0 - median : nil }
    }

    /// The most frequent, equal ones by name.
    func first(_ count: Int) -> [(name: String, count: Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { (name: $0.key, count: $0.value) }
    }
}
