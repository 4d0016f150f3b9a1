internal import CrawlModel
package import ShardFormat

extension LeaderHosts {
    /// Reads URLs and content hashes of an index; a document stands for those of equal text behind it.
    ///
    /// - Complexity: O(*n*), and some 100 bytes of memory a document while it works.
    package init(namesOf sources: [ShardMerge.Source]) throws(ClusterError) {
        var hosts: [UInt32?] = []
        var isLeader: [Bool] = []
        var numbers: [String: UInt32] = [:]
        var contents: Set<ContentHash> = []
        for source in sources {
            let cursor = ShardCursor(source.shard)
            for document in 0..<UInt32(source.shard.documentCount) {
                if source.tombstones?.contains(document) == true {
                    hosts.append(nil)
                    isLeader.append(false)
                    continue
                }
                let (url, content) = try ClusterError.reading { () throws(ShardError) in
                    (try cursor.identity(of: document).url, try source.shard.contentHash(of: document))
                }
                isLeader.append(contents.insert(content).inserted)
                guard let name = URLHost.host(of: url) else {
                    hosts.append(nil)
                    continue
                }
                let host = numbers[name, default: UInt32(numbers.count)]
                numbers[name] = host
                hosts.append(host)
            }
        }
        self.init(
            count: hosts.count,
            hostCount: numbers.count,
            host: { hosts[Int($0)] },
            isLeader: { isLeader[Int($0)] }
        )
    }
}
