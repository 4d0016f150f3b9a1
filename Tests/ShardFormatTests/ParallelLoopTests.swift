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

    @Test("The same bytes, whoever runs the loops", arguments: [0, 1, 7, 400, 3000])
    func bytes(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count) + 3)
        // Some keys are common: among so few, lists of more than a bucket's length come up.
        let pool = (0..<40).map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
        let documents = (0..<count)
            .map { number in
                let own = (0..<Int.random(in: 0...60, using: &generator))
                    .map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
                let keys = own + pool.filter { _ in Bool.random(using: &generator) }
                return TestDocument(
                    id: Array("document \(number)".utf8),
                    contentHash: ContentHash(low: UInt64(number), high: 5),
                    signature: [UInt8](repeating: UInt8(number % 256), count: 32),
                    bandKeys: Array(pool.prefix(number % 9)),
                    fingerprintKeys: keys,
                    positions: (0..<UInt32(keys.count)).map { 3 * $0 }
                )
            }
        let expected = try shardBytes(documents)
        try openShard(expected).verify()
        for (name, loop) in Self.loops {
            let builder = ShardBuilder(parameters: .forTests)
            for document in documents { try builder.append(document) }
            let storage = MemoryStorage()
            try storage.prepare()
            let file = try storage.create("shard")
            _ = try builder.write(to: file, loop)
            try file.synchronize()
            try file.close()
            #expect(try storage.read("shard", limit: 1 << 30) == expected, "\(name), \(count) documents")
        }
    }
}
