/// What learning boilerplate needs to know of documents: which stand for their near copies, and on which host each is.
///
/// Four bytes a document.
package struct LeaderHosts: Sendable {
    /// For each document its host's number, or one of the two below.
    private(set) var hosts: [UInt32]
    /// How many clusters each host has.
    let clusters: [UInt32]

    /// Of a document that stands for no cluster.
    static let noLeader = UInt32.max
    /// Of one without a URL.
    static let noHost = UInt32.max - 1

    /// Takes what is known of documents.
    ///
    /// - Parameters:
    ///   - count: how many documents there are.
    ///   - hostCount: how many hosts.
    ///   - host: a document's host, below `hostCount`; nil where it has none.
    ///   - isLeader: whether it is the document that stands for its near copies, itself included.
    package init(
        count: Int,
        hostCount: Int,
        host: (UInt32) -> UInt32?,
        isLeader: (UInt32) -> Bool
    ) {
        var hosts = [UInt32](repeating: Self.noLeader, count: count)
        var clusters = [UInt32](repeating: 0, count: hostCount)
        for document in 0..<UInt32(count) where isLeader(document) {
            if let host = host(document) {
                hosts[Int(document)] = host
                clusters[Int(host)] += 1
            } else {
                hosts[Int(document)] = Self.noHost
            }
        }
        self.hosts = hosts
        self.clusters = clusters
    }

    /// The documents.
    var count: Int { hosts.count }

    /// How many documents stand for a cluster.
    var clusterCount: Int { hosts.count { $0 != Self.noLeader } }

    func isLeader(_ document: UInt32) -> Bool { hosts[Int(document)] != Self.noLeader }
}
