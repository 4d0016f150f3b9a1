import ShardFormat
import TestSupport
import Testing

/// What a shard answers, against plain dictionaries of the same documents.
struct ShardOracleTests {
    /// Documents by key, as the definition has it: ascending, each once, keys told apart by their top 32 bits.
    struct Oracle {
        var bands: [UInt64: [UInt32]] = [:]
        var fingerprints: [UInt64: [UInt32]] = [:]
        var identifiers: [UInt64: [UInt32]] = [:]
        var owners: [UInt32] = []

        init(_ documents: [TestDocument]) {
            for (number, document) in documents.enumerated() {
                let number = UInt32(number)
                for key in document.bandKeys + [document.contentHash.bandKey] where bands[key >> 32]?.last != number {
                    bands[key >> 32, default: []].append(number)
                }
                for key in document.fingerprintKeys {
                    fingerprints[key >> 32, default: []].append(UInt32(owners.count))
                    owners.append(number)
                }
                identifiers[IdentifierHash.hash(document.id.span) >> 32, default: []].append(number)
            }
        }

        static func answer(
            _ lists: [UInt64: [UInt32]],
            _ keys: [UInt64],
            cap: Int
        ) -> (values: [[UInt32]], left: [UInt32]) {
            let all = keys.map { lists[$0 >> 32] ?? [] }
            return (all.map { Array($0.prefix(cap)) }, all.map { UInt32(max(0, $0.count - cap)) })
        }
    }

    static let shapes: [(documents: Int, pool: Int, fingerprints: Int)] = [
        (0, 1, 0), (1, 1, 0), (1, 3, 40), (2, 1, 5), (50, 20, 30), (300, 2, 20), (700, 3000, 40), (1500, 100, 10),
    ]

    static func documents(_ count: Int, pool: Int, fingerprints: Int, seed: UInt64) -> [TestDocument] {
        var generator = SeededGenerator(seed: seed)
        let pool = (0..<pool).map { _ in generator.next() }
        return (0..<count)
            .map {
                TestDocument.random(
                    $0,
                    using: &generator,
                    parameters: .forTests,
                    pool: pool,
                    maximumFingerprints: fingerprints
                )
            }
    }

    @Test("Probes, capped or not, agree with dictionaries", arguments: shapes.indices)
    func probesAgree(shape: Int) throws {
        let shape = Self.shapes[shape]
        let documents = Self.documents(shape.documents, pool: shape.pool, fingerprints: shape.fingerprints, seed: 7)
        let shard = try openShard(try shardBytes(documents))
        let oracle = Oracle(documents)
        var generator = SeededGenerator(seed: 99)
        let known = documents.flatMap { $0.bandKeys + $0.fingerprintKeys + [$0.contentHash.bandKey] }
        var keys = Array(Set(known)).sorted() + (0..<100).map { _ in generator.next() } + [0, .max]
        keys.shuffle(using: &generator)
        for cap in [0, 1, 3, 130, 1 << 20] {
            let bands = try shard.probed(keys, cap: UInt32(cap)) { (keys, remaining, hits) throws(ShardError) in
                try shard.probeBands(keys, remaining: &remaining, into: hits)
            }
            let expectedBands = Oracle.answer(oracle.bands, keys, cap: cap)
            #expect(bands.values == expectedBands.values)
            #expect(bands.left == expectedBands.left)
            let prints = try shard.probed(keys, cap: UInt32(cap)) { (keys, remaining, hits) throws(ShardError) in
                try shard.probeFingerprints(keys, remaining: &remaining, into: hits)
                try shard.resolveDocuments(in: hits)
            }
            let expectedPrints = Oracle.answer(oracle.fingerprints, keys, cap: cap)
            #expect(prints.values == expectedPrints.values)
            #expect(prints.left == expectedPrints.left)
            #expect(prints.documents == expectedPrints.values.joined().map { oracle.owners[Int($0)] })
        }
        let hashes = documents.map { IdentifierHash.hash($0.id.span) } + [3, 1 << 60]
        let names = try shard.probed(hashes, cap: .max) { (keys, remaining, hits) throws(ShardError) in
            try shard.probeIdentifiers(keys, remaining: &remaining, into: hits)
        }
        #expect(names.values == Oracle.answer(oracle.identifiers, hashes, cap: .max).values)
        #expect(shard.bandKeyCount == oracle.bands.values.map(\.count).reduce(0, +))
        try shard.verify()
    }

    @Test("Documents come back as they went in", arguments: shapes.indices)
    func documentsComeBack(shape: Int) throws {
        let shape = Self.shapes[shape]
        let documents = Self.documents(shape.documents, pool: shape.pool, fingerprints: shape.fingerprints, seed: 8)
        let shard = try openShard(try shardBytes(documents), expecting: .forTests)
        let cursor = ShardCursor(shard)
        #expect(shard.documentCount == documents.count)
        var ordinal: UInt32 = 0
        var order = Array(documents.indices)
        for (number, document) in documents.enumerated() {
            let end = ordinal + UInt32(document.positions.count)
            #expect(try shard.fingerprintRange(of: UInt32(number)) == ordinal..<end)
            for each in ordinal..<end { #expect(try shard.document(ofOrdinal: each) == UInt32(number)) }
            ordinal = end
        }
        #expect(shard.fingerprintCount == Int(ordinal))
        var generator = SeededGenerator(seed: 5)
        order.shuffle(using: &generator)
        for number in order {
            let document = documents[number]
            let names = try cursor.rawIdentity(of: UInt32(number))
            #expect(names.id == document.id && names.url == document.url && names.date == document.date)
            let lengths = try cursor.lengths(of: UInt32(number))
            #expect(lengths.tokens == document.tokens && lengths.textBytes == document.textBytes)
            #expect(try cursor.positions(of: UInt32(number)) == document.positions)
            #expect(try shard.contentHash(of: UInt32(number)) == document.contentHash)
            let signature = try cursor.withSignature(of: UInt32(number)) { (bytes) throws(ShardError) in
                bytes.indices.map { bytes[$0] }
            }
            #expect(signature == document.signature)
        }
    }

    @Test("A fingerprint is found in exactly the documents that have it, however long its list")
    func rangesAgree() throws {
        let documents = Self.documents(400, pool: 4, fingerprints: 12, seed: 3)
        let shard = try openShard(try shardBytes(documents))
        var first: UInt32 = 0
        let keys = Set(documents.flatMap(\.fingerprintKeys)).sorted().prefix(60) + [17, .max]
        for (number, document) in documents.enumerated() {
            for key in keys {
                let index = document.fingerprintKeys.firstIndex { $0 >> 32 == key >> 32 }
                #expect(try shard.ordinal(of: key, in: UInt32(number)) == index.map { first + UInt32($0) })
            }
            first += UInt32(document.fingerprintKeys.count)
        }
    }

    @Test("Threads share a shard and get the answers one gets alone")
    func threads() async throws {
        let documents = Self.documents(300, pool: 40, fingerprints: 20, seed: 13)
        let bytes = try shardBytes(documents)
        let keys = Array(Set(documents.flatMap(\.fingerprintKeys))).sorted()
        func ask(_ shard: Shard) throws -> ProbeAnswer {
            try shard.probed(keys, cap: 50) { (keys, remaining, hits) throws(ShardError) in
                try shard.probeFingerprints(keys, remaining: &remaining, into: hits)
                try shard.resolveDocuments(in: hits)
            }
        }
        let alone = try ask(try openShard(bytes))
        let shared = try openShard(bytes)
        try await withThrowingTaskGroup(of: ProbeAnswer.self) { group in
            for _ in 0..<8 { group.addTask { try ask(shared) } }
            for try await answer in group { #expect(answer == alone) }
        }
    }

    @Test("A document or ordinal that isn't there is a named error")
    func outOfRange() throws {
        let shard = try openShard(try shardBytes(Self.documents(3, pool: 2, fingerprints: 4, seed: 1)))
        let expected = ShardError.noSuchDocument(path: "test.shard", document: 3, count: 3)
        #expect(throws: expected) { try ShardCursor(shard).identity(of: 3) }
        #expect(throws: expected) { try shard.fingerprintRange(of: 3) }
        #expect(throws: ShardError.self) { try shard.document(ofOrdinal: UInt32(shard.fingerprintCount)) }
    }
}
