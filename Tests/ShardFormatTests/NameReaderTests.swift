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
                        // Of two seeds hundreds of short blocks, of the others few long ones.
                        let usual = seed % 2 == 0 ? 1...60 : 600...1400
                        let length = document == 1700 ? 100_000 : Int.random(in: usual, using: &generator)
                        let mark = ["", "\"", "\\", "\n"][document / 100 % 10 == 3 ? document % 4 : 0]
                        return TestDocument(
                            id: Array("\(number)-\(document)-".utf8) + [UInt8](repeating: 0x61, count: length),
                            url: document % 3 == 0 ? [] : Array("https://example.org/\(generator.next())\(mark)".utf8),
                            date: document % 2 == 0 ? [] : Array("2024-05-\(document % 28 + 1)".utf8),
                            signature: [UInt8](repeating: 0, count: 32)
                        )
                    }
                return try openShard(try shardBytes(documents))
            }
        // One that keeps all, one that keeps a block a shelf, some that can't keep those of one shard, and some of both.
        let sizes = [(256, 128 << 20), (2, 1), (1, 64 << 10), (1, 200 << 10), (1, 500 << 10), (4, 3 << 20)]
        for cache in sizes.map({ BlockCache(shelves: $0.0, bytes: $0.1) }) {
            let first = NameReader(shards[0], cache: cache, number: 0)
            let second = NameReader(shards[1], cache: cache, number: 1)
            let cursors = shards.map { ShardCursor($0) }
            var kept: [(StoredNames, ShardIdentity)] = []
            var plain = 0
            for _ in 0..<400 {
                let document = UInt32.random(in: 0..<3000, using: &generator)
                // Right or wrong, a hint changes nothing.
                first.expectNames(of: [document, 17, .max, 3000].span)
                for (cursor, names) in [
                    (cursors[0], try first.names(of: document)), (cursors[1], try second.names(of: document)),
                ] {
                    let expected = try cursor.identity(of: document)
                    #expect(names.identity == expected, "seed \(seed), document \(document)")
                    let isSpecial = expected.url.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }
                    #expect(!isSpecial || !names.arePlain, "seed \(seed), document \(document)")
                    plain += names.arePlain ? 1 : 0
                    kept.append((names, expected))
                }
            }
            // What was answered stays, whatever the cache has dropped since.
            #expect(kept.allSatisfy { $0.identity == $1 })
            #expect(throws: ShardError.self) { try first.names(of: 3000) }
            #expect(plain > 300, "seed \(seed): most blocks have nothing to escape")
        }
    }
}
