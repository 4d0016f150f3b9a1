import CrawlModel
import Foundation
import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// Shards written beside the next one's documents: the same files, whatever falls together.
struct WriterThreadsTests {
    /// Each job on a thread of its own, which starts late, so that the writer is far ahead.
    private static let late = WriterThreads(whileAdding: .inTurn, whileWaiting: .inTurn) { job in
        let isDone = DispatchSemaphore(value: 0)
        DispatchQueue.global()
            .asyncAfter(deadline: .now() + .milliseconds(3)) {
                job()
                isDone.signal()
            }
        return {
            isDone.wait()
            isDone.signal()
        }
    }

    private func build(_ threads: WriterThreads, _ seed: UInt64) throws -> (MemoryStorage, AddedCounts) {
        var random = SeededGenerator(seed: seed)
        let storage = MemoryStorage()
        // A shard of a dozen or so documents.
        let memory = (2 << 20) + 20_000
        let writer = try IndexWriter(storage, settings: nil, memory: memory, threads: threads)
        for _ in 0..<160 {
            // Ids come again: in the same shard, in the one being written, and in older ones.
            let (id, version) = (Int.random(in: 0..<90, using: &random), Int.random(in: 0..<3, using: &random))
            try writer.add(story("id \(id)", 1000 * version + id))
            if Int.random(in: 0..<40, using: &random) == 0 { try writer.commit() }
            if Int.random(in: 0..<20, using: &random) == 0 {
                try writer.remove(id: "id \(Int.random(in: 0..<90, using: &random))")
            }
        }
        try writer.commit()
        #expect(writer.committedShards > 5)
        writer.close()
        return (storage, writer.counts)
    }

    @Test("a writer that waits for its shards and one that doesn't write the same files", arguments: UInt64(1)...6)
    func files(seed: UInt64) throws {
        let (inTurn, counts) = try build(.none, seed)
        let (aside, otherCounts) = try build(Self.late, seed)
        #expect(counts == otherCounts)
        let names = try inTurn.list().sorted()
        #expect(try aside.list().sorted() == names)
        for name in names {
            let same = try inTurn.read(name, limit: 1 << 30) == aside.read(name, limit: 1 << 30)
            #expect(same, "\(name)")
        }
        try IndexSnapshot(aside).verify()
    }

    @Test("closing waits for a shard that is being written, and what was committed before stays")
    func closing() throws {
        let storage = MemoryStorage()
        let writer = try IndexWriter(storage, settings: nil, memory: 1, threads: Self.late)
        try writer.add(story("a", 1))
        try writer.commit()
        try writer.add(story("b", 2))
        writer.close()
        #expect(try IndexSnapshot(storage).documentCount == 1)
        let next = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        try next.add(story("b", 3))
        try next.commit()
        next.close()
        #expect(try IndexSnapshot(storage).documentCount == 2)
        try IndexSnapshot(storage).verify()
    }
}
