import ShardFormat
import TestSupport
import Testing

/// Tables of shapes that random keys don't draw.
struct LookupTableTests {
    /// Documents of one fingerprint each, with these keys' top 32 bits.
    static func shard(fingerprints keys: [UInt32]) throws -> Shard {
        let documents = keys.enumerated()
            .map { number, key in
                TestDocument(
                    id: Array("\(number)".utf8),
                    contentHash: ContentHash(low: UInt64(number), high: 1),
                    signature: [UInt8](repeating: 0, count: 32),
                    fingerprintKeys: [UInt64(key) << 32],
                    positions: [0]
                )
            }
        return try openShard(try shardBytes(documents))
    }

    static func check(_ shard: Shard, _ keys: [UInt32]) throws {
        try shard.verify()
        // The table keeps 30 bits of each: keys that differ in the last two are one.
        let lists = Dictionary(grouping: keys.indices.map(UInt32.init)) { keys[Int($0)] & ~3 }
        var probed = lists.keys.sorted()
        probed += probed.map { $0 &+ 4 } + [0, .max & ~3]
        for cap in [UInt32(1), 127, .max] {
            let answer = try shard.probed(probed.map { UInt64($0) << 32 }, cap: cap) {
                (keys, remaining, hits) throws(ShardError) in
                try shard.probeFingerprints(keys, remaining: &remaining, into: hits)
            }
            #expect(answer.values == probed.map { Array((lists[$0] ?? []).prefix(Int(cap))) })
            #expect(answer.left == probed.map { UInt32(max(0, (lists[$0] ?? []).count - Int(cap))) })
        }
        try checkLists(shard, probed, lists)
        for key in probed {
            let list = lists[key] ?? []
            for bound in [0, 1, UInt32(keys.count / 2), UInt32(keys.count)] {
                let found = try shard.ordinal(of: UInt64(key) << 32, within: bound..<UInt32(keys.count) + 1)
                #expect(found == list.first { $0 >= bound })
                let below = try shard.ordinal(of: UInt64(key) << 32, within: 0..<bound)
                #expect(below == list.first.flatMap { $0 < bound ? $0 : nil })
            }
        }
    }

    /// The same lists, found first and read afterwards.
    private static func checkLists(_ shard: Shard, _ probed: [UInt32], _ lists: [UInt32: [UInt32]]) throws {
        let keys = Set(probed).sorted()
        var found = KeyLists()
        let wide = keys.map { UInt64($0) << 32 }
        try found.find(wide.span, in: shard, fingerprints: true)
        #expect(found.count == keys.count)
        let documents = (0..<UInt32(shard.documentCount)).filter { $0 % 3 != 1 }
        let common = try CommonKeys(of: shard)
        // Before and after lists are resolved, and with the common ones turned round.
        for turned in [nil, nil, common] {
            var counts = [UInt32](repeating: 5, count: documents.count)
            var span = counts.mutableSpan
            let all = keys.indices.map(UInt32.init)
            try found.count(all.span, in: documents.span, of: shard, with: turned, into: &span)
            let held = Dictionary(lists.flatMap { key, list in list.map { ($0, key) } }) { first, _ in first }
            #expect(counts == documents.map { held[$0] == nil ? 5 : 6 })
        }
        for (index, key) in keys.enumerated() {
            let list = lists[key] ?? []
            try found.resolve(index, in: shard)
            #expect(found.length(ofKey: index) == list.count && !found.isLong(index))
            for (first, limit) in [(0, 1), (0, 3), (2, 5), (list.count / 2, 1000), (list.count, 1)] {
                var taken: [UInt32] = []
                found.beginTaking()
                let count = try found.take(index, from: first, limit: limit, in: shard)
                try found.appendDocuments(in: shard, to: &taken)
                #expect(taken == Array(list.dropFirst(first).prefix(limit)))
                #expect(count == taken.count)
            }
        }
    }

    @Test("A key of very many values", arguments: [1, 127, 128, 129, 255, 256, 257, 1000])
    func commonKey(count: Int) throws {
        // Beside the long list stand a key just below, one just above, and one elsewhere.
        let keys = [77 << 2, 76 << 2, 78 << 2, 0xFFFF_FFFF] + [UInt32](repeating: 77 << 2, count: count)
        try Self.check(try Self.shard(fingerprints: keys), keys)
    }

    @Test("All keys in one bucket, few or more than a byte counts", arguments: [2, 200, 255, 256, 300, 2000])
    func oneBucket(count: Int) throws {
        let keys = (0..<UInt32(count)).map { 0x8000_0000 + 4 * $0 }
        try Self.check(try Self.shard(fingerprints: keys), keys)
    }

    @Test("Keys that fall and agree in their high bits: more moves than hashes ever need")
    func fallingKeys() throws {
        let keys =
            (0..<UInt32(6000)).map { 0x8000_0000 + 4 * (5999 - $0) } + (0..<UInt32(500)).map { $0 &* 2_654_435_761 }
        try Self.check(try Self.shard(fingerprints: keys), keys)
    }

    @Test("Buckets that overflow by several middling lists, and by lists of both kinds")
    func middlingLists() throws {
        var keys: [UInt32] = []
        for key in 0..<UInt32(5) { keys += [UInt32](repeating: 4 * key, count: 100) }
        for key in 5..<UInt32(7) { keys += [UInt32](repeating: 4 * key, count: 200) }
        keys += (0..<UInt32(3000)).map { $0 &* 2_654_435_761 }
        var generator = SeededGenerator(seed: 11)
        keys.shuffle(using: &generator)
        try Self.check(try Self.shard(fingerprints: keys), keys)
    }

    @Test("Counting in long lists of the same documents and of others", arguments: [400, 401, 17_000])
    func counting(documents: Int) throws {
        var generator = SeededGenerator(seed: UInt64(documents))
        let shares = [1, 0.97, 0.9, 0.5, 0.01]
        // The last key is another bucket's.
        let keys = (0..<12).map { UInt64($0 < 11 ? 0x4000_0000 + 4 * $0 : 0xF000_0000) << 32 }
        let held = (0..<documents)
            .map { number in
                keys.indices.filter { Double.random(in: 0..<1, using: &generator) < shares[($0 + number / 200) % 5] }
            }
        let shard = try openShard(
            try shardBytes(
                held.enumerated()
                    .map { number, own in
                        TestDocument(
                            id: Array("\(number)".utf8),
                            signature: [UInt8](repeating: 0, count: 32),
                            fingerprintKeys: own.map { keys[$0] },
                            positions: own.indices.map(UInt32.init)
                        )
                    }
            )
        )
        var lists = KeyLists()
        try lists.find(keys.span, in: shard, fingerprints: true)
        let common = try CommonKeys(of: shard)
        for size in [1, 5, 63, 64, 65, 300] {
            let chosen = (0..<documents).shuffled(using: &generator).prefix(size).sorted()
            let some = keys.indices.filter { _ in Bool.random(using: &generator) }
            let expected = chosen.map { UInt32(Set(held[$0]).intersection(some).count) }
            let (asked, numbers) = (some.map(UInt32.init), chosen.map(UInt32.init))
            for turned in [nil, common] {
                var counts = [UInt32](repeating: 0, count: chosen.count)
                var span = counts.mutableSpan
                try lists.count(asked.span, in: numbers.span, of: shard, with: turned, into: &span)
                #expect(counts == expected)
            }
        }
    }

    @Test("Two keys that are one to the table count twice, the lists turned round or not")
    func alike() throws {
        let shard = try Self.shard(fingerprints: [UInt32](repeating: 12, count: 300))
        let keys: [UInt64] = [12 << 32, 13 << 32, 99 << 32]
        var lists = KeyLists()
        try lists.find(keys.span, in: shard, fingerprints: true)
        let (asked, documents): ([UInt32], [UInt32]) = ([0, 1, 2], [0, 150, 299])
        for turned in [nil, try CommonKeys(of: shard)] {
            var counts: [UInt32] = [0, 0, 0]
            var span = counts.mutableSpan
            try lists.count(asked.span, in: documents.span, of: shard, with: turned, into: &span)
            #expect(counts == [2, 2, 2])
        }
    }

    @Test("The lowest and the highest keys, in the first and the last bucket")
    func extremes() throws {
        var keys: [UInt32] = (0..<2000).map { $0 &* 2_147_483 }
        keys += [0, 0, .max, .max - 1, .max]
        try Self.check(try Self.shard(fingerprints: keys), keys)
    }

    @Test("A failed probe leaves what may still be taken as it was")
    func failureRestoresRemaining() throws {
        let keys = [UInt32](repeating: 5, count: 40) + (0..<4000).map { $0 &* 1_073_741 }
        let documents = keys.enumerated()
            .map { number, key in
                TestDocument(
                    id: Array("\(number)".utf8),
                    signature: [UInt8](repeating: 0, count: 32),
                    fingerprintKeys: [UInt64(key) << 32],
                    positions: [0]
                )
            }
        var bytes = try shardBytes(documents)
        let entries = try openShard(bytes).sections.first { $0.name == "fingerprints table, entries" }!
        for index in stride(from: entries.offset + entries.bytes / 2, to: entries.offset + entries.bytes, by: 512) {
            bytes[index] ^= 1
        }
        let shard = try openShard(bytes)
        let probed = Array(Set(keys)).sorted().map { UInt64($0) << 32 }
        var remaining = [UInt32](repeating: 7, count: probed.count)
        var span = remaining.mutableSpan
        let hits = ProbeHits()
        var error: ShardError?
        do {
            try shard.probeFingerprints(probed.span, remaining: &span, into: hits)
        } catch let caught {
            error = caught
        }
        guard case .corrupt(_, let section, _, _, _) = error else {
            Issue.record("a damaged page gave \(String(describing: error))")
            return
        }
        #expect(section.contains("fingerprints table"))
        #expect(hits.count == 0)
        #expect(remaining.allSatisfy { $0 == 7 })
    }
}
