import IndexStorage
import TestSupport
import Testing

@testable import ShardFormat

/// What a stream reads is what the documents hold, in the order of keys, however shards and ranges of keys are cut.
struct PostingStreamTests {
    @Test("random shards, dead documents, and ranges of keys", arguments: ShardMergeTests.shapes, [1, 3, 16])
    func pairs(_ shape: ShardMergeTests.Shape, ranges: Int) throws {
        let seed = UInt64(ranges)
        let documents = ShardOracleTests.documents(
            shape.sources.reduce(0, +),
            pool: shape.pool,
            fingerprints: shape.fingerprints,
            seed: seed
        )
        let (sources, live) = try sources(of: documents, cut: shape.sources, deadShare: shape.deadShare, seed: seed)
        try check(sources, documents, live, ranges: PostingStream.ranges(ranges), "seed \(seed)")
    }

    @Test("a key of more documents than a run holds, keys of one bucket, and ranges that end amid them")
    func longKeys() throws {
        var documents = ShardOracleTests.documents(900, pool: 1, fingerprints: 0, seed: 4)
        for index in documents.indices {
            // 200 fingerprints of a document that are alike in the bits kept, and 70 keys of one bucket.
            var keys: [UInt64] = (0..<200).map { 42 << 32 | UInt64($0) }
            for key in 0..<70 { keys.append((UInt64(0xABCD) << 16 | UInt64(key)) << 32) }
            documents[index].fingerprintKeys = keys
            documents[index].positions = keys.indices.map { UInt32($0) }
        }
        let (sources, live) = try sources(of: documents, cut: [500, 400], deadShare: 0, seed: 4)
        let amid = UInt64(0xABCD) << 16 | 31
        for cuts in [[0, 42, 43, 1 << 32], [0, amid, amid + 1, amid + 7, 1 << 32]] as [[UInt64]] {
            try check(sources, documents, live, ranges: zip(cuts, cuts.dropFirst()).map { $0..<$1 }, "\(cuts)")
        }
    }

    private func check(
        _ sources: [ShardMerge.Source],
        _ documents: [TestDocument],
        _ live: [Int],
        ranges: [Range<UInt64>],
        _ comment: String
    ) throws {
        let storage = MemoryStorage()
        try storage.prepare()
        for keys in [PostingStream.Keys.bands, .fingerprints] {
            var expected: Set<UInt64> = []
            for number in live {
                let document = documents[number]
                let held =
                    keys == .bands ? document.bandKeys + [document.contentHash.bandKey] : document.fingerprintKeys
                for key in held {
                    let stored = keys == .bands ? StoredKey.band(key) : StoredKey.fingerprint(key)
                    expected.insert(UInt64(stored) << 32 | UInt64(number))
                }
            }
            var found: [UInt64] = []
            let owners = ranges.count == 1 ? nil : try OrdinalOwners(sources.map(\.shard), in: storage, named: "owners")
            for range in ranges {
                var stream = try PostingStream(keys, of: sources, owners: owners, keys: range)
                while try stream.next() {
                    stream.withPairs { pairs in
                        #expect(pairs.count <= TableRangeReader.chunkPairs)
                        let isWhole = found.last.map { $0 >> 32 != pairs[0] >> 32 } ?? true
                        let isOneKey = pairs[0] >> 32 == pairs[pairs.count - 1] >> 32
                        #expect(isWhole || isOneKey)
                        for index in pairs.indices {
                            #expect(range.contains(pairs[index] >> 32))
                            found.append(pairs[index])
                        }
                    }
                }
            }
            #expect(found == expected.sorted(), "\(keys), \(comment)")
        }
    }

    /// Shards of documents, some of which are dead; and the numbers of those that live.
    private func sources(
        of documents: [TestDocument],
        cut: [Int],
        deadShare: Double,
        seed: UInt64
    ) throws -> (sources: [ShardMerge.Source], live: [Int]) {
        var generator = SeededGenerator(seed: seed)
        var sources: [ShardMerge.Source] = []
        var live: [Int] = []
        var start = 0
        for count in cut {
            var dead = Tombstones(shard: "", documentCount: count)
            for number in 0..<count {
                if Double.random(in: 0..<1, using: &generator) < deadShare {
                    dead.insert(UInt32(number))
                } else {
                    live.append(start + number)
                }
            }
            sources.append(
                ShardMerge.Source(try openShard(shardBytes(Array(documents[start..<start + count]))), tombstones: dead)
            )
            start += count
        }
        return (sources, live)
    }
}
