import Dispatch
import IndexStorage
import TestSupport
import Testing

@testable import ShardFormat

/// A merged shard is, byte for byte, the one that a builder writes of the documents that are left; but sources of many blocks keep
/// them.
struct ShardMergeTests {
    /// How documents are cut into sources, which of them die, and what the merge may keep in memory.
    struct Shape: CustomTestStringConvertible {
        var sources: [Int]
        var pool: Int
        var fingerprints: Int
        var deadShare: Double
        var memory = 1 << 20

        var testDescription: String {
            "\(sources.count) sources, pool of \(pool), \(deadShare) dead, \(memory) bytes"
        }
    }

    static let shapes: [Shape] = [
        Shape(sources: [], pool: 1, fingerprints: 0, deadShare: 0),
        Shape(sources: [0, 0], pool: 1, fingerprints: 0, deadShare: 0),
        Shape(sources: [1], pool: 1, fingerprints: 3, deadShare: 0),
        Shape(sources: [1, 1], pool: 2, fingerprints: 40, deadShare: 0, memory: 0),
        Shape(sources: [1, 0, 1, 7], pool: 2, fingerprints: 40, deadShare: 0.5, memory: 0),
        Shape(sources: [40, 30, 0, 20], pool: 30, fingerprints: 30, deadShare: 0),
        Shape(sources: [40, 30, 0, 20], pool: 30, fingerprints: 30, deadShare: 1),
        Shape(sources: [100, 3, 200, 64, 65], pool: 300, fingerprints: 40, deadShare: 0.3),
        Shape(sources: [100, 3, 200, 64, 65], pool: 300, fingerprints: 40, deadShare: 0.3, memory: 0),
        // Common keys: in sources, in the merged shard only, and in sources only.
        Shape(sources: [400, 400], pool: 2, fingerprints: 12, deadShare: 0),
        Shape(sources: [60, 60, 60, 60], pool: 1, fingerprints: 6, deadShare: 0, memory: 5000),
        Shape(sources: [150, 20], pool: 1, fingerprints: 4, deadShare: 0.6),
        Shape(sources: Array(repeating: 9, count: 70), pool: 40, fingerprints: 25, deadShare: 0.1, memory: 3000),
        Shape(sources: [900, 700], pool: 3000, fingerprints: 40, deadShare: 0.02, memory: 20_000),
    ]

    @Test("random shards, tombstones and common keys", arguments: shapes, [1, 2])
    func sameBytes(_ shape: Shape, seed: UInt64) throws {
        let documents = ShardOracleTests.documents(
            shape.sources.reduce(0, +),
            pool: shape.pool,
            fingerprints: shape.fingerprints,
            seed: seed
        )
        try check(documents, cut: shape.sources, deadShare: shape.deadShare, memory: shape.memory, seed: seed)
    }

    @Test("keys chosen to share a bucket, or to be one and the same in a whole chunk of pairs")
    func chosenKeys() throws {
        var documents = ShardOracleTests.documents(1200, pool: 50, fingerprints: 0, seed: 9)
        for index in documents.indices {
            // One bucket of 40 bits in common, some of its keys common and some not; and one key in all documents.
            let keys = (0..<60).map { UInt64(0xABCD) << 48 | UInt64(($0 * 7 + index) % 300) << 33 } + [UInt64(5) << 40]
            documents[index].fingerprintKeys = Array(Set(keys)).sorted()
            documents[index].positions = documents[index].fingerprintKeys.indices.map { UInt32($0) }
            documents[index].bandKeys = [77 << 32, UInt64(index % 3) << 32]
        }
        try check(documents, cut: [500, 1, 699], deadShare: 0, memory: 1 << 20, seed: 9)
        try check(documents, cut: [500, 1, 699], deadShare: 0.2, memory: 0, seed: 9)
    }

    @Test("names that pack well here and badly there, which a builder packs in runs")
    func unevenNames() throws {
        var documents = ShardOracleTests.documents(2600, pool: 50, fingerprints: 2, seed: 12)
        var random = SeededGenerator(seed: 12)
        var isEven = true
        for index in documents.indices {
            if Int.random(in: 0..<300, using: &random) == 0 { isEven.toggle() }
            // 5 MB of names; runs end after one.
            let noise = (0..<2000).map { _ in isEven ? UInt8(ascii: "a") : UInt8.random(in: 0...255, using: &random) }
            documents[index].id = Array("\(index) ".utf8) + noise
        }
        try check(documents, cut: [2000, 600], deadShare: 0.1, memory: 1 << 24, seed: 12)
    }

    @Test("keys that become common only together: fewer buckets than the sources let expect")
    func fewerBuckets() throws {
        var documents = ShardOracleTests.documents(140, pool: 1, fingerprints: 0, seed: 4)
        var generator = SeededGenerator(seed: 4)
        let keys = (0..<60).map { _ in generator.next() }
        for index in documents.indices {
            documents[index].fingerprintKeys = keys
            documents[index].positions = keys.indices.map { UInt32($0) }
        }
        // Without memory there are many parts, of which the first tell it; else it is known at the end.
        try check(documents, cut: [70, 70], deadShare: 0, memory: 0, seed: 4)
        try check(documents, cut: [70, 70], deadShare: 0, memory: 1 << 24, seed: 4)
        // Most of the keys come from few documents: the first parts are not like the others.
        for index in 0..<10 {
            let low = (0..<2000).map { UInt64($0) << 42 | UInt64(index) << 33 }
            documents[index].fingerprintKeys += low
            documents[index].positions = documents[index].fingerprintKeys.indices.map { UInt32($0) }
        }
        try check(documents, cut: [70, 70], deadShare: 0, memory: 0, seed: 4)
    }

    @Test("blocks of a source that has many go on as they are, packed and not, whatever goes on before them")
    func keptBlocks() throws {
        let documents = Self.documentsOfEvenNames(600)
        // Names of one length, of which 16 fill a block. So the first source has ten blocks, the second nineteen and the third nine;
        // then the same of sources that all have many, and of few that come before and behind them.
        for cut in [[160, 301, 139], [299, 301], [3, 290, 5, 7, 290, 5]] {
            for memory in [0, 1 << 26] {
                try check(documents, cut: cut, deadShare: 0, memory: memory, seed: 15)
                try check(documents, cut: cut, deadShare: 0.01, memory: memory, seed: 15)
            }
        }
        let parts = try [0..<160, 160..<461, 461..<600].map { try openShard(shardBytes(Array(documents[$0]))) }
        let merged = try openShard(try mergedBytes(parts.map { ShardMerge.Source($0) })).storedBlocks(of: .names)
        let kept = try parts[1].storedBlocks(of: .names).dropLast().map { $0.moved(by: 160) }
        #expect(kept.count == 18 && Set(kept.map(\.codec)).count == 2)
        #expect(Array(merged[10..<28]) == kept)
        #expect(merged.count == 10 + 18 + (13 + 139 + 15) / 16)
    }

    @Test("damage to a block that goes on as it is")
    func damagedKeptBlock() throws {
        let documents = Self.documentsOfEvenNames(400)
        let bytes = try shardBytes(documents)
        let sections = try openShard(bytes).contents.footer.sections
        let blocks = try #require(sections.first { $0.identifier == .blocks(.names) })
        for number in 0..<20 {
            var damaged = bytes
            damaged[Int(blocks.offset + blocks.length * UInt64(number) / 20)] ^= 4
            #expect(throws: ShardError.self, "\(number)") {
                try mergedBytes([ShardMerge.Source(try openShard(damaged))])
            }
        }
    }

    @Test("merging again and again adds no more short blocks than one for each source of many")
    func shortBlocks() throws {
        let documents = Self.documentsOfEvenNames(1200)
        var merged = try openShard(try shardBytes([]))
        for start in stride(from: 0, to: 1200, by: 300) {
            let few = try openShard(try shardBytes(Array(documents[start..<start + 10])))
            let many = try openShard(try shardBytes(Array(documents[start + 10..<start + 300])))
            merged = try openShard(try mergedBytes([merged, few, many].map { ShardMerge.Source($0) }))
        }
        try merged.verify()
        #expect(try merged.values(of: .names) == (try openShard(shardBytes(documents))).values(of: .names))
        #expect(try merged.storedBlocks(of: .names).count <= 1200 / 16 + 4)
    }

    /// Documents of which each 16 fill a block of names, that can be packed in stretches.
    private static func documentsOfEvenNames(_ count: Int) -> [TestDocument] {
        var documents = ShardOracleTests.documents(count, pool: 50, fingerprints: 2, seed: 15)
        var generator = SeededGenerator(seed: 15)
        var isEven = true
        for index in documents.indices {
            if Int.random(in: 0..<40, using: &generator) == 0 { isEven.toggle() }
            documents[index].id = (0..<1000).map { _ in isEven ? 65 : UInt8.random(in: 0...255, using: &generator) }
            (documents[index].url, documents[index].date) = ([], [])
        }
        return documents
    }

    @Test("a damaged source is told, or what is damaged is not part of what is merged")
    func damage() throws {
        let documents = ShardOracleTests.documents(400, pool: 300, fingerprints: 30, seed: 18)
        let parts = try [0..<200, 200..<400].map { try shardBytes(Array(documents[$0])) }
        let expected = try shardBytes(documents)
        var generator = SeededGenerator(seed: 18)
        var told = 0
        for _ in 0..<120 {
            var damaged = parts[0]
            let offset = Int.random(in: 0..<damaged.count, using: &generator)
            damaged[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            do {
                let sources = [ShardMerge.Source(try openShard(damaged)), ShardMerge.Source(try openShard(parts[1]))]
                #expect(try mergedBytes(sources, memory: 0, Self.loops[2].1) == expected, "offset \(offset)")
            } catch is ShardError {
                told += 1
            }
        }
        #expect(told > 60)
    }

    @Test("a single key with more values than are put in order at a time")
    func longList() throws {
        // Keys that differ in bits that are not kept.
        let keys = (0..<1000).map { 42 << 32 | UInt64($0) }
        var documents = ShardOracleTests.documents(110, pool: 1, fingerprints: 0, seed: 1)
        for index in documents.indices {
            documents[index].fingerprintKeys = keys
            documents[index].positions = keys.indices.map { UInt32($0) }
        }
        try check(documents, cut: [10, 100], deadShare: 0, memory: 1 << 10, seed: 1)
        try check(documents, cut: [80, 30], deadShare: 0.1, memory: 1 << 24, seed: 1)
    }

    @Test("values of all lengths: blocks are cut anew")
    func columns() throws {
        var documents = ShardOracleTests.documents(120, pool: 10, fingerprints: 5, seed: 3)
        var generator = SeededGenerator(seed: 3)
        for index in documents.indices {
            let length = [0, 1, 127, 128, 5000, 16_000, 16_384, 40_000].randomElement(using: &generator)!
            documents[index].url = (0..<length).map { UInt8(truncatingIfNeeded: $0 / 7) }
            documents[index].date = [UInt8](repeating: 65, count: length / 100)
        }
        try check(documents, cut: [50, 70], deadShare: 0.25, memory: 0, seed: 3)
    }

    @Test("merging what was merged gives what merging at once gives")
    func steps() throws {
        let documents = ShardOracleTests.documents(300, pool: 20, fingerprints: 20, seed: 6)
        let parts = try [0..<100, 100..<110, 110..<300].map { try openShard(shardBytes(Array(documents[$0]))) }
        let first = try openShard(mergedBytes(Array(parts[..<2]).map { ShardMerge.Source($0) }, memory: 0))
        let bytes = try mergedBytes([ShardMerge.Source(first), ShardMerge.Source(parts[2])], memory: 0)
        #expect(bytes == (try shardBytes(documents)))
    }

    @Test("scratch files are gone afterwards, and after a failure, whichever call fails")
    func scratchFiles() throws {
        let documents = ShardOracleTests.documents(90, pool: 20, fingerprints: 20, seed: 6)
        let (sources, _) = try sources(of: documents, cut: [50, 40], deadShare: 0.3, seed: 6)
        let calls = try record(sources, failure: nil).calls
        #expect(calls.count { $0.name.hasSuffix(ScratchFiles.suffix) } > 10)
        for call in calls.indices where calls[call].operation != .remove {
            let failed = try record(sources, failure: InjectedFailure(call: call, errno: 28, effect: .prefix(3)))
            #expect(failed.error?.path?.hasPrefix("memory:") == true, "\(calls[call])")
            // Only the shard itself is the caller's to remove.
            #expect(failed.files == [] || failed.files == ["shard"], "\(calls[call])")
        }
    }

    private func record(
        _ sources: [ShardMerge.Source],
        failure: InjectedFailure?
    ) throws -> (calls: [StorageCall], error: ShardError?, files: [String]) {
        let disk = MemoryStorage()
        try disk.prepare()
        let storage = FailingStorage(disk, failure: failure)
        do {
            let merge = try ShardMerge(
                sources,
                parameters: .forTests,
                memory: 0,
                scratch: ScratchFiles(storage, prefix: "merge")
            )
            let file = try storage.create("shard")
            _ = try merge.write(to: file)
        } catch let error as ShardError {
            return (storage.calls, error, try disk.list())
        } catch let error as StorageError {
            return (storage.calls, ShardError.storage(path: error.path, message: error.description), try disk.list())
        }
        return (storage.calls, nil, try disk.list())
    }

    @Test("sources of other parameters are refused")
    func parameters() throws {
        var other = IndexParameters.forTests
        other.seed = 1
        let shard = try openShard(try shardBytes([], parameters: other))
        #expect(throws: ShardError.self) { try mergedBytes([ShardMerge.Source(shard)], memory: 0) }
    }

    // MARK: -

    private func sources(
        of documents: [TestDocument],
        cut: [Int],
        deadShare: Double,
        seed: UInt64
    ) throws -> (sources: [ShardMerge.Source], survivors: [TestDocument]) {
        var generator = SeededGenerator(seed: seed)
        var sources: [ShardMerge.Source] = []
        var survivors: [TestDocument] = []
        var start = 0
        for count in cut {
            let part = Array(documents[start..<start + count])
            var tombstones = Tombstones(shard: "test.shard", documentCount: count)
            for number in part.indices {
                if Double.random(in: 0..<1, using: &generator) < deadShare {
                    tombstones.insert(UInt32(number))
                } else {
                    survivors.append(part[number])
                }
            }
            let shard = try openShard(try shardBytes(part))
            sources.append(ShardMerge.Source(shard, tombstones: tombstones))
            start += count
        }
        return (sources, survivors)
    }

    private func check(
        _ documents: [TestDocument],
        cut: [Int],
        deadShare: Double,
        memory: Int,
        seed: UInt64
    ) throws {
        let (sources, survivors) = try sources(of: documents, cut: cut, deadShare: deadShare, seed: seed)
        let expected = try shardBytes(survivors)
        let shard = try openShard(expected, expecting: .forTests)
        try shard.verify()
        #expect(shard.documentCount == survivors.count)
        let keepsBlocks = try sources.contains { try $0.tombstones?.count == 0 && Self.hasManyBlocks($0.shard) }
        let once = keepsBlocks ? try mergedBytes(sources, memory: 1 << 16) : expected
        if keepsBlocks { try expectSameContent(once, shard, "seed \(seed)") }
        for (name, loop) in Self.loops {
            let bytes = try mergedBytes(sources, memory: memory, loop)
            guard bytes != once else { continue }
            let difference = zip(bytes, once).enumerated().first { $1.0 != $1.1 }?.offset
            Issue.record("\(name), seed \(seed): others from \(difference ?? once.count) on")
        }
    }

    /// Columns whose blocks may end elsewhere in a merged shard.
    private static let variedColumns = ShardLayout.Column.allCases.filter { $0 != .signatures }

    private static func hasManyBlocks(_ shard: Shard) throws -> Bool {
        try variedColumns.contains { try shard.storedBlocks(of: $0).count >= SourceBlocks.manyBlocks }
    }

    private func expectSameContent(_ bytes: [UInt8], _ expected: Shard, _ what: Comment) throws {
        let merged = try openShard(bytes, expecting: .forTests)
        try merged.verify()
        let varied = Self.variedColumns.map(ShardLayout.SectionIdentifier.blocks)
        let directories = Self.variedColumns.map(ShardLayout.SectionIdentifier.blockDirectory)
        for section in ShardLayout.SectionIdentifier.all where !(varied + directories).contains(section) {
            #expect(try merged.bytes(of: section) == expected.bytes(of: section), what)
        }
        for column in Self.variedColumns {
            #expect(try merged.values(of: column) == expected.values(of: column), what)
        }
    }

    private static let loops: [(String, ParallelLoop)] = [
        ("in turn", .inTurn),
        ("backwards", ParallelLoop { count, body in for index in (0..<count).reversed() { body(index) } }),
        ("at once", ParallelLoop { count, body in DispatchQueue.concurrentPerform(iterations: count, execute: body) }),
    ]
}

/// What a merge writes; its scratch files must be gone.
func mergedBytes(
    _ sources: [ShardMerge.Source],
    memory: Int = 0,
    _ loop: ParallelLoop = .inTurn
) throws -> [UInt8] {
    let storage = MemoryStorage()
    try storage.prepare()
    let merge = try ShardMerge(
        sources,
        parameters: .forTests,
        memory: memory,
        scratch: ScratchFiles(storage, prefix: "merge")
    )
    let file = try storage.create("shard")
    let summary = try merge.write(to: file, loop)
    try file.close()
    let bytes = try storage.read("shard", limit: 1 << 30)
    #expect(summary.bytes == bytes.count && summary.documents == merge.documentCount)
    #expect(summary.footerChecksum == (try openShard(bytes)).footerChecksum)
    #expect(try storage.list() == ["shard"])
    return bytes
}
