package import NearDuplicates
package import ShardFormat

/// The shards of an index whose documents are compared with each other, numbered in one row, dead ones too.
package struct ClusterSources: Sendable {
    /// The shards and their dead.
    package let shards: [ShardMerge.Source]
    /// The number of each shard's first document.
    package let first: [Int]
    /// All documents, dead ones too.
    package let documentCount: Int
    /// What the index was made with.
    package let parameters: IndexParameters

    /// The shards of an index.
    package init(_ snapshot: IndexSnapshot) {
        self.init(
            snapshot.segments.map { ShardMerge.Source($0.shard, tombstones: $0.tombstones) },
            parameters: snapshot.parameters
        )
    }

    /// Shards of one index.
    package init(_ shards: [ShardMerge.Source], parameters: IndexParameters) {
        self.shards = shards
        self.parameters = parameters
        var first: [Int] = []
        var count = 0
        for source in shards {
            first.append(count)
            count += source.shard.documentCount
        }
        self.first = first
        documentCount = count
    }

    /// The shard that a document lies in, and its number there.
    ///
    /// O(log *n*) in the shards.
    package func place(of document: Int) -> (shard: Int, document: UInt32) {
        var (low, high) = (0, first.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if first[middle] <= document { low = middle } else { high = middle - 1 }
        }
        return (low, UInt32(document - first[low]))
    }

    /// The hash of a document's tokens.
    func contentHash(of document: Int) throws(ClusterError) -> ContentHash {
        let place = place(of: document)
        return try ClusterError.reading { () throws(ShardError) in
            try shards[place.shard].shard.contentHash(of: place.document)
        }
    }
}
