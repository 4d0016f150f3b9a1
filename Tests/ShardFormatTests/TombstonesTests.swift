import TestSupport
import Testing

@testable import ShardFormat

struct TombstonesTests {
    static func tombstones(_ dead: [UInt32], of count: Int) -> Tombstones {
        var tombstones = Tombstones(shard: "000001.shard", documentCount: count)
        for document in dead { tombstones.insert(document) }
        return tombstones
    }

    static let cases: [(dead: [UInt32], count: Int)] = [
        ([], 0), ([], 5), ([0], 1), ([0, 63, 64, 65, 127, 128], 129), (Array(0..<1000), 1000),
        (stride(from: 3, to: 100_000, by: 37).map { $0 }, 100_000),
    ]

    @Test("The dead documents come back", arguments: cases.indices)
    func roundTrip(index: Int) throws {
        let each = Self.cases[index]
        let tombstones = Self.tombstones(each.dead, of: each.count)
        let decoded = try Tombstones(decoding: tombstones.encoded(), path: "t")
        #expect(decoded == tombstones)
        #expect(decoded.documents == each.dead && decoded.count == each.dead.count)
        #expect(decoded.shard == "000001.shard" && decoded.documentCount == each.count)
        #expect(!decoded.contains(UInt32(each.count)) && !decoded.contains(.max))
    }

    @Test("A document dies once")
    func insertion() {
        var tombstones = Tombstones(shard: "s", documentCount: 10)
        #expect(tombstones.insert(4) && !tombstones.insert(4) && tombstones.insert(9))
        #expect(tombstones.count == 2 && tombstones.contains(4) && !tombstones.contains(5))
    }

    @Test("Any damage, cut or addition is a named error")
    func damage() {
        let bytes = Self.tombstones([1, 5, 6, 300], of: 400).encoded()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x21
            #expect(throws: ShardError.self, "byte \(index)") { try Tombstones(decoding: damaged, path: "t") }
            #expect(throws: ShardError.self) { try Tombstones(decoding: Array(bytes.prefix(index)), path: "t") }
        }
        #expect(throws: ShardError.self) { try Tombstones(decoding: bytes + [0], path: "t") }
    }

    @Test("Wrong content under a right checksum is refused or read, and never traps")
    func forgeries() {
        var generator = SeededGenerator(seed: 6)
        let bytes = Self.tombstones(Array(stride(from: 3, to: 4000, by: 7)), of: 4000).encoded()
        var refused = 0
        for _ in 0..<2000 {
            var forged = Array(bytes.dropLast(4))
            let index = Int.random(in: 12..<min(60, forged.count), using: &generator)
            forged[index] = UInt8.random(in: 0...255, using: &generator)
            var writer = ByteWriter()
            writer.append(forged)
            writer.append(Checksums.of(forged))
            if (try? Tombstones(decoding: writer.bytes, path: "t")) == nil { refused += 1 }
        }
        #expect(refused > 100)
    }
}
