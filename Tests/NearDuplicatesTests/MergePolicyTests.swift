import ShardFormat
import TestSupport
import Testing

@testable import NearDuplicates

/// Which shards a writer merges, and how often that rewrites a document.
struct MergePolicyTests {
    private func shard(_ bytes: Int, documents: Int = 100, dead: Int = 0) -> Manifest.ShardEntry {
        Manifest.ShardEntry(
            name: "shard",
            documents: documents,
            fingerprints: 10 * documents,
            bytes: bytes,
            footerChecksum: 0,
            dead: dead
        )
    }

    private func next(_ sizes: [Int], _ policy: MergePolicy = MergePolicy()) -> Range<Int>? {
        policy.next(sizes.map { shard($0) }, bands: 16)
    }

    @Test("eight neighbours of one size, wherever they are; fewer, or apart, stay")
    func tiers() {
        let mega = 1 << 20
        #expect(next([]) == nil)
        #expect(next(Array(repeating: mega, count: 7)) == nil)
        #expect(next(Array(repeating: mega, count: 8)) == 0..<8)
        #expect(next([50 * mega] + Array(repeating: mega, count: 8)) == 1..<9)
        #expect(next([50 * mega] + Array(repeating: mega, count: 7)) == nil)
        // What lies between large ones goes with them.
        #expect(next([mega, mega, mega, mega, 1, mega, mega, mega, mega]) == 0..<8)
        #expect(next(Array(repeating: mega, count: 20), .never) == nil)
    }

    @Test("no shard grows beyond the largest; a single one that is larger stays")
    func largest() {
        var policy = MergePolicy()
        policy.largestShard = 100
        #expect(next(Array(repeating: 30, count: 8), policy) == 0..<3)
        #expect(next(Array(repeating: 60, count: 8), policy) == nil)
        #expect(next(Array(repeating: 60, count: 6) + [40, 60], policy) == 5..<7)
        let sizes = [10, 200, 50, 50, 1, 99, 1]
        #expect(policy.groups(sizes.map { shard($0) }, bands: 1) == [0..<1, 1..<2, 2..<4, 4..<6, 6..<7])
        // The limits of the format hold whatever the setting.
        policy.largestShard = .max
        let many = Array(repeating: shard(10, documents: 1 << 30), count: 3)
        #expect(policy.groups(many, bands: 1) == [0..<1, 1..<2, 2..<3])
        #expect(
            policy.groups(Array(repeating: shard(10, documents: 1 << 27), count: 3), bands: 15) == [
                0..<1, 1..<2, 2..<3,
            ]
        )
    }

    @Test("a shard that is mostly dead is rewritten; sizes count what lives")
    func dead() {
        let policy = MergePolicy()
        #expect(policy.next([shard(10), shard(10, dead: 50)], bands: 1) == nil)
        #expect(policy.next([shard(10), shard(10, dead: 51)], bands: 1) == 1..<2)
        let mixed = Array(repeating: shard(1000), count: 4) + Array(repeating: shard(2000, dead: 50), count: 4)
        #expect(policy.next(mixed, bands: 1) == 0..<8)
    }

    @Test("each document is rewritten as often as there are sizes, and few shards are left", arguments: [1, 2, 3])
    func amplification(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let policy = MergePolicy()
        // Shards by their bytes; a byte is a document.
        var shards: [Int] = []
        var written = 0
        var most = 0
        let commits = 5000
        for _ in 0..<commits {
            shards.append(seed == 1 ? 100 : Int.random(in: 1...1000, using: &generator))
            while let range = next(shards, policy) {
                let sum = shards[range].reduce(0, +)
                shards.replaceSubrange(range, with: [sum])
                written += sum
            }
            most = max(most, shards.count)
        }
        let total = shards.reduce(0, +)
        // log8(5000) is 4.1: so many sizes, and seven shards of each.
        #expect(written <= 7 * total, "seed \(seed): \(Double(written) / Double(total))")
        #expect(most <= 50, "seed \(seed): \(most)")
    }
}
