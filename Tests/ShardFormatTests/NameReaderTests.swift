import ShardFormat
import TestSupport
import Testing

/// Names read through a cache are the names that were stored.
struct NameReaderTests {
    @Test("Names of two shards through one cache, whether it keeps all blocks or hardly any", arguments: 0..<4)
    func names(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        // Blocks of many sizes: short ids, long ones, and one too large to be kept.
        let shards = try (0..<2)
            .map { number in
                let documents = (0..<3000)
                    .map { document in
                        let length = document == 1700 ? 100_000 : Int.random(in: 1...60, using: &generator)
                        return TestDocument(
                            id: Array("\(number)-\(document)-".utf8) + [UInt8](repeating: 0x61, count: length),
                            url: document % 3 == 0 ? [] : Array("https://example.org/\(generator.next())".utf8),
                            date: document % 2 == 0 ? [] : Array("2024-05-\(document % 28 + 1)".utf8),
                            signature: [UInt8](repeating: 0, count: 32)
                        )
                    }
                return try openShard(try shardBytes(documents))
            }
        for cache in [BlockCache(), BlockCache(shelves: 2, blocks: 1)] {
            var first = NameReader(shards[0], cache: cache, number: 0)
            var second = NameReader(shards[1], cache: cache, number: 1)
            let cursors = shards.map { ShardCursor($0) }
            var kept: [(StoredNames, ShardIdentity)] = []
            for _ in 0..<400 {
                let document = UInt32.random(in: 0..<3000, using: &generator)
                for (cursor, names) in [
                    (cursors[0], try first.names(of: document)), (cursors[1], try second.names(of: document)),
                ] {
                    let expected = try cursor.identity(of: document)
                    #expect(names.identity == expected, "seed \(seed), document \(document)")
                    kept.append((names, expected))
                }
            }
            // What was answered stays, whatever the cache has dropped since.
            #expect(kept.allSatisfy { $0.identity == $1 })
            #expect(throws: ShardError.self) { try first.names(of: 3000) }
        }
    }
}
