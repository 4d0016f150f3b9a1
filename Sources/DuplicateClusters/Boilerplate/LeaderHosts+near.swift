extension LeaderHosts {
    /// Takes near copies as one cluster: the versions of one page, or a story that many ran, are no evidence that it is
    /// boilerplate.
    ///
    /// Pages of a template of nine tenths are near copies of each other too. Their template is learned only if the host has
    /// pages with more of their own.
    ///
    /// - Complexity: O(*n*).
    package init(_ table: DocumentTable, _ nearCopies: NearCopies) {
        self.init(
            count: table.count,
            hostCount: table.hostCount + 1,
            host: { document in
                let host = table.host(of: Int(document))
                return host == 0 ? nil : UInt32(host)
            },
            isLeader: { nearCopies.leader(of: Int($0)) == Int($0) }
        )
    }
}
