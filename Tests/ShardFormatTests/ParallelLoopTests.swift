import Foundation
import IndexStorage
import ShardFormat
import TestSupport
import Testing

/// How loops are run changes the time a shard takes, and none of its bytes.
struct ParallelLoopTests {
    private static let loops: [(String, ParallelLoop)] = [
        ("backwards", ParallelLoop { count, body in for index in (0..<count).reversed() { body(index) } }),
        ("at once", ParallelLoop { count, body in DispatchQueue.concurrentPerform(iterations: count, execute: body) }),
    ]

    private static func documents(_ count: Int, idLength: Int = 0) -> [TestDocument] {
        var generator = SeededGenerator(seed: UInt64(count) + 3)
        // Some keys are common: among so few, lists of more than a bucket's length come up.
        let pool = (0..<40).map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
        return (0..<count)
            .map { number in
                let own = (0..<Int.random(in: 0...60, using: &generator))
                    .map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
                let keys = own + pool.filter { _ in Bool.random(using: &generator) }
                return TestDocument(
                    id: Array("document \(number)".utf8) + [UInt8](repeating: 0x61, count: idLength),
                    contentHash: ContentHash(low: UInt64(number), high: 5),
                    signature: [UInt8](repeating: UInt8(number % 256), count: 32),
                    bandKeys: Array(pool.prefix(number % 9)),
                    fingerprintKeys: keys,
                    positions: (0..<UInt32(keys.count)).map { 3 * $0 }
                )
            }
    }

    private static func bytes(
        _ documents: [TestDocument],
        _ loop: ParallelLoop,
        using scratch: ShardScratch = ShardScratch()
    ) throws -> [UInt8] {
        let builder = ShardBuilder(parameters: .forTests)
        for document in documents { try builder.append(document) }
        let storage = MemoryStorage()
        try storage.prepare()
        let file = try storage.create("shard")
        _ = try builder.write(to: file, loop, using: scratch)
        try file.synchronize()
        try file.close()
        return try storage.read("shard", limit: 1 << 30)
    }

    // With ids so long the columns would take more than the memory that they may be packed in at once.
    @Test("The same bytes, whoever runs the loops", arguments: [0, 1, 7, 400], [0, 2000])
    func bytes(count: Int, idLength: Int) throws {
        let documents = Self.documents(count, idLength: idLength)
        let expected = try shardBytes(documents)
        try openShard(expected).verify()
        for (name, loop) in Self.loops {
            #expect(try Self.bytes(documents, loop) == expected, "\(name), \(count) documents")
        }
    }

    @Test("The same bytes, whatever shards the memory was used for before")
    func usedScratch() throws {
        for (name, loop) in Self.loops + [("in turn", .inTurn)] {
            let scratch = ShardScratch()
            for count in [7, 400, 0, 60, 1, 400] {
                let documents = Self.documents(count)
                let written = try Self.bytes(documents, loop, using: scratch)
                #expect(try written == shardBytes(documents), "\(name), \(count) documents")
            }
        }
    }

    /// Writes a shard to a disk of which one call fails; tells how many calls there were.
    private static func write(
        _ documents: [TestDocument],
        _ loop: ParallelLoop,
        failing failure: InjectedFailure?
    ) throws -> Int {
        let storage = FailingStorage(MemoryStorage(), failure: failure)
        let builder = ShardBuilder(parameters: .forTests)
        for document in documents { try builder.append(document) }
        try storage.prepare()
        let file = try storage.create("shard")
        _ = try builder.write(to: file, loop)
        try file.synchronize()
        return storage.calls.count
    }

    @Test("A call to the disk that fails, whichever it is, fails the write")
    func fullDisk() throws {
        let documents = Self.documents(60)
        for (name, loop) in Self.loops {
            let count = try Self.write(documents, loop, failing: nil)
            #expect(count > 10)
            for number in 0..<count {
                #expect(throws: StorageError.self, "\(name), call \(number)") {
                    _ = try Self.write(documents, loop, failing: InjectedFailure(call: number, errno: ENOSPC))
                }
            }
        }
    }
}
