import IndexStorage
import TestSupport
import Testing

@testable import ShardFormat

/// Damaged, cut off and hostile files: a named error, never a wrong answer, never a trap.
struct DamageTests {
    static let documents = ShardOracleTests.documents(4, pool: 3, fingerprints: 8, seed: 21)
    static let keys = Array(Set(documents.flatMap { $0.bandKeys + $0.fingerprintKeys + [$0.contentHash.bandKey] }))
        .sorted()

    @Test("Whichever byte is flipped, verify names it, and no query gives another answer")
    func flips() throws {
        let bytes = try shardBytes(Self.documents)
        let queries = queries(about: Self.documents, probing: Self.keys)
        let good = try openShard(bytes)
        let cursor = ShardCursor(good)
        let answers = try queries.map { try $0(good, cursor) }
        try good.verify()
        var generator = SeededGenerator(seed: 1)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            guard let shard = try? openShard(damaged) else { continue }
            let cursor = ShardCursor(shard)
            for (query, answer) in zip(queries, answers) {
                guard let found = try? query(shard, cursor) else { continue }
                if found != answer { Issue.record("byte \(index): \(found) in place of \(answer)") }
            }
            #expect(throws: ShardError.self, "byte \(index)") { try shard.verify() }
        }
    }

    @Test("Cut off anywhere, or with bytes added, a shard can't be opened")
    func truncation() throws {
        let bytes = try shardBytes(Self.documents)
        for count in 0..<bytes.count {
            #expect(throws: ShardError.self, "\(count) bytes") { try openShard(Array(bytes.prefix(count))) }
        }
        #expect(throws: ShardError.self) { try openShard(bytes + [0]) }
        #expect(throws: ShardError.self) { try openShard(bytes + bytes) }
    }

    @Test("Right checksums over wrong content never trap", arguments: 0..<4)
    func forgeries(seed: Int) throws {
        // The second kind has common keys, overfull buckets and several blocks a column.
        let documents =
            seed % 2 == 0
            ? Self.documents : ShardOracleTests.documents(330, pool: 2, fingerprints: 6, seed: 22)
        let keys = Array(Set(documents.flatMap(\.fingerprintKeys)).sorted().prefix(30))
        let bytes = try shardBytes(documents)
        let queries = queries(about: Array(documents.prefix(6)), probing: keys, cap: 100)
        var generator = SeededGenerator(seed: UInt64(seed))
        var opened = 0
        for _ in 0..<(seed % 2 == 0 ? 1500 : 150) {
            let forged = try forge(bytes, using: &generator)
            guard let shard = try? openShard(forged) else { continue }
            opened += 1
            let cursor = ShardCursor(shard)
            for query in queries { _ = try? query(shard, cursor) }
            try? shard.verify()
            guard opened % 4 == 0 else { continue }
            _ = try? mergedBytes([ShardMerge.Source(shard), ShardMerge.Source(shard, tombstones: dead(of: shard))])
        }
        #expect(opened > 0, "no forgery got past opening: the test tests nothing")
    }

    /// Every third document, which makes merging renumber the others one by one.
    private func dead(of shard: Shard) -> Tombstones {
        var tombstones = Tombstones(shard: "test.shard", documentCount: shard.documentCount)
        for document in stride(from: 0, to: shard.documentCount, by: 3) { tombstones.insert(UInt32(document)) }
        return tombstones
    }

    /// Changes some bytes and makes every checksum right again.
    private func forge(_ bytes: [UInt8], using generator: inout SeededGenerator) throws -> [UInt8] {
        var forged = bytes
        let shard = try openShard(bytes)
        let footer = shard.contents.footer
        let checked = Int(footer.checkedLength)
        let footerStart = checked + 4 * Int(footer.pageCount)
        var ranges = shard.sections.filter { $0.bytes > 0 }.map { $0.offset..<$0.offset + $0.bytes }
        ranges[ranges.count - 1] = footerStart..<bytes.count - ShardLayout.tailBytes
        ranges.append(16..<60)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = Int.random(in: ranges.randomElement(using: &generator)!, using: &generator)
            let byte: [UInt8] = [0, 0xFF, 0x80, 0x7F, forged[index] ^ 1, UInt8.random(in: 0...255, using: &generator)]
            forged[index] = byte.randomElement(using: &generator)!
        }
        Checksums.repair(&forged, checked: checked, pages: Int(footer.pageCount))
        return forged
    }

    @Test("Sections that overlap, leave the file, come twice, lack or are unknown are told")
    func sections() throws {
        let bytes = try shardBytes(Self.documents)
        let footer = try openShard(bytes).contents.footer
        func open(_ change: (inout ShardFooter) -> Void) throws {
            var changed = footer
            change(&changed)
            _ = try openShard(Checksums.replaceFooter(of: bytes, by: changed))
        }
        try open { _ in }
        #expect(throws: ShardError.self) { try open { $0.sections[3] = $0.sections[2] } }
        #expect(throws: ShardError.self) { try open { $0.sections[1].offset = $0.sections[0].offset } }
        #expect(throws: ShardError.self) { try open { $0.sections[1].offset += 1 } }
        #expect(throws: ShardError.self) { try open { $0.sections[1].offset = UInt64.max - 63 } }
        #expect(throws: ShardError.self) { try open { $0.sections[1].length = .max } }
        #expect(throws: ShardError.self) { try open { $0.sections.removeLast() } }
        #expect(throws: ShardError.self) { try open { $0.checkedLength = .max } }
        #expect(throws: ShardError.self) { try open { $0.documents = 1 << 40 } }
        #expect(throws: ShardError.self) { try open { $0.tables[1].bucketBits = 31 } }
        #expect(throws: ShardError.self) { try open { $0.tables[1].keyBits = 33 } }
        #expect(throws: ShardError.self) { try open { $0.tables[1].keyBits = 2 } }
        #expect(throws: ShardError.self) { try open { $0.tables[1].entries = .max } }
        let extra = ShardFooter.Section(
            identifier: .init(rawValue: 0x999),
            flags: 0,
            offset: footer.checkedLength / 64 * 64,
            length: 0,
            rawLength: 0
        )
        try open { $0.sections.append(extra) }
        #expect(throws: ShardError.unknownSection(path: "test.shard", identifier: 0x999)) {
            try open {
                $0.sections.append(extra)
                $0.sections[$0.sections.count - 1].flags = 1
            }
        }
    }

    @Test("Another format, another version, other parameters: each its own error")
    func strangers() throws {
        let bytes = try shardBytes(Self.documents)
        #expect(throws: ShardError.unrecognised(path: "test.shard", kind: .shard, found: "a file of 0 bytes")) {
            try openShard([])
        }
        let error = #expect(throws: ShardError.self) { try openShard(Array("just some text file".utf8)) }
        #expect(error?.description.contains("expected a neardup shard") == true)
        var newer = bytes
        newer[8] = 9
        #expect(throws: ShardError.versionTooNew(path: "test.shard", kind: .shard, expected: 1, found: 9)) {
            try openShard(newer)
        }
        var other = IndexParameters.forTests
        other.seed = 43
        other.bands = 5
        other.nearThreshold = 0.7
        let expected = [
            ParameterMismatch(name: "hash seed", expected: "43", found: "42"),
            ParameterMismatch(name: "bands", expected: "5", found: "4"),
            ParameterMismatch(name: "near threshold", expected: "0.7", found: "0.8"),
        ]
        #expect(throws: ShardError.parameterMismatch(path: "test.shard", expected)) {
            try openShard(bytes, expecting: other)
        }
    }
}
