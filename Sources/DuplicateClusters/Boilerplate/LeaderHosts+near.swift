internal import Sketching

extension LeaderHosts {
    /// Copies of one page that differ in a date or a counter resemble each other more than this.
    ///
    /// Articles under a template of nine tenths of their pages are near copies of each other too, of a Jaccard of 0.82: were they
    /// one cluster, the template would stand on one cluster only, and never be learned.
    static let copyJaccard = 0.95

    /// Takes documents of equal text, and those that hardly differ from their leader, as one cluster.
    ///
    /// - Throws: ``ClusterError`` where the index is damaged, or a working file can't be written.
    /// - Complexity: O(*n*); signatures lie in a scratch file while they are compared.
    package init(_ work: ClusterWork, _ table: DocumentTable, _ nearCopies: NearCopies) throws(ClusterError) {
        var signatures: SignatureFile?
        var isLeader = [Bool](repeating: false, count: table.count)
        for document in 0..<table.count {
            guard let leader = nearCopies.leader(of: document), let rank = table.rank(of: document) else { continue }
            guard leader != document else {
                isLeader[document] = true
                continue
            }
            guard table.head(ofRank: rank) == rank else { continue }
            let file: SignatureFile
            if let signatures { file = signatures } else { file = try SignatureFile(work) }
            signatures = file
            isLeader[document] = file.jaccard(document, leader).value < Self.copyJaccard
        }
        self.init(
            count: table.count,
            hostCount: table.hostCount + 1,
            host: { document in
                let host = table.host(of: Int(document))
                return host == 0 ? nil : UInt32(host)
            },
            isLeader: { isLeader[Int($0)] }
        )
    }
}
