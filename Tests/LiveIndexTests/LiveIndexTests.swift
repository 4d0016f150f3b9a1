import CrawlModel
import Foundation
import IndexStorage
import LiveIndex
import NearDuplicates
import TestSupport
import Testing

/// What a user of the library sees.
struct LiveIndexTests {
    @Test("what was added is found by the next search, and by whoever opens the index later")
    func addAndFind() async throws {
        let storage = MemoryStorage()
        let index = try LiveIndex(storage)
        let counts = try await index.add([document("a", 1), document("b", 2), document("a", 3)])
        #expect(counts.added == 2 && counts.superseded == 1)
        #expect(try holdings(of: index.snapshot, versions: 0..<5) == ["a": 3, "b": 2])
        #expect(try await index.add([document("b", 2)]).unchanged == 1)
        #expect(try await index.add([document("b", 4)]).replaced == 1)
        #expect(try await index.remove(ids: ["a", "x"]).notFound == 1)
        #expect(try holdings(of: index.snapshot, versions: 0..<5) == ["b": 4])
        try await index.close()
        #expect(try holdings(of: IndexSnapshot(storage), versions: 0..<5) == ["b": 4])
        #expect(try storage.list().allSatisfy { !$0.hasSuffix(".ndlog") })
        try IndexSnapshot(storage).verify()
    }

    @Test("a snapshot stays as it was while the index goes on")
    func snapshots() async throws {
        var options = LiveIndexOptions()
        options.memory = 40_000
        options.mergePolicy.shards = 2
        let index = try LiveIndex(MemoryStorage(), options: options)
        var snapshots: [(IndexSnapshot, [String: Int])] = []
        var expected: [String: Int] = [:]
        for step in 0..<60 {
            let id = "d\(step % 23)"
            try await index.add([document(id, step)])
            expected[id] = step
            if step % 5 == 0 { snapshots.append((index.snapshot, expected)) }
            if step % 10 == 0 { try await index.flush() }
        }
        // Whatever was merged beside until now.
        try await index.compact()
        #expect(await index.statistics.merges > 0)
        for (snapshot, expected) in snapshots {
            #expect(try holdings(of: snapshot, versions: 0..<60) == expected)
        }
        try await index.close()
    }

    @Test("of equal documents that come at once one is added, whoever brings it")
    func uniqueAtOnce() async throws {
        let index = try LiveIndex(MemoryStorage())
        let added = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<60 {
                group.addTask {
                    let answer = try await index.addIfUnique(document("n\(number)", number % 6))
                    return (number % 6, answer.isAdded)
                }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1.0, default: 0] += $1.1 ? 1 : 0 }
        }
        #expect(added == [0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1])
        #expect(index.snapshot.documentCount == 6)
        try await index.close()
    }

    @Test("what to do with known ids is the caller's choice; a call that fails adds nothing")
    func policies() async throws {
        var options = LiveIndexOptions()
        options.sameID = .skip
        let storage = MemoryStorage()
        var index = try LiveIndex(storage, options: options)
        try await index.add([document("a", 1), document("a", 2)])
        #expect(try await index.add([document("a", 3)]).skipped == 1)
        #expect(try holdings(of: index.snapshot, versions: 0..<5) == ["a": 1])
        try await index.close()
        options.sameID = .fail
        index = try LiveIndex(storage, options: options)
        await #expect(throws: IndexError.sameID("a")) { try await index.add([document("b", 2), document("a", 3)]) }
        #expect(try holdings(of: index.snapshot, versions: 0..<5) == ["a": 1])
        try await index.close()
    }

    @Test("documents go by URL prefix and by date, wherever they are")
    func filters() async throws {
        let storage = MemoryStorage()
        let index = try LiveIndex(storage)
        try await index.add((0..<10).map { document("d\($0)", $0) })
        try await index.flush()
        try await index.add((10..<20).map { document("d\($0)", $0) })
        var filter = RemovalFilter()
        filter.urlPrefixes = ["https://even.example/"]
        filter.before = CrawlDate("2025-01-01")
        #expect(try await index.remove(filter).removed == 6)
        let left = try holdings(of: index.snapshot, versions: 0..<20)
        #expect(Set(left.values) == Set((0..<20).filter { $0 % 2 == 1 || $0 % 10 >= 5 }))
        try await index.close()
        #expect(try holdings(of: IndexSnapshot(storage), versions: 0..<20) == left)
    }

    @Test("a second writer is told who has the index; a closed index says so")
    func lockAndClose() async throws {
        let folder = try TemporaryFolder()
        let index = try await LiveIndex.open(path: folder.file("index"))
        await #expect {
            _ = try await LiveIndex.open(path: folder.file("index"))
        } throws: { error in
            guard case .locked(_, let holder)? = error as? IndexError else { return false }
            return holder == ProcessInfo.processInfo.processIdentifier
        }
        try await index.add([document("a", 1)])
        try await index.close()
        try await index.close()
        await #expect(throws: IndexError.closed(path: folder.file("index"))) {
            try await index.add([document("b", 1)])
        }
        let again = try await LiveIndex.open(path: folder.file("index"))
        #expect(try holdings(of: again.snapshot, versions: 0..<3) == ["a": 1])
        try await again.close()
    }

    @Test("an index with a log is refused to whoever would write past it, and whole after it was recovered")
    func unreadLog() async throws {
        let storage = MemoryStorage()
        let index = try LiveIndex(storage)
        try await index.add([document("a", 1)])
        let left = storage.crash()
        #expect {
            _ = try IndexWriter(left, settings: nil, memory: 1 << 20)
        } throws: { error in
            guard case .unreadLog? = error as? IndexError else { return false }
            return true
        }
        // Others search what is in shards.
        #expect(try IndexSnapshot(left).documentCount == 0)
        let again = try LiveIndex(left)
        #expect(try holdings(of: again.snapshot, versions: 0..<3) == ["a": 1])
        try await again.close()
        try await index.close()
    }

    @Test("what is to be done is told, and how long the disk took; others see what is in the log")
    func statistics() async throws {
        let storage = MemoryStorage()
        let index = try LiveIndex(storage)
        for version in 0..<5 { try await index.add([document("d\(version)", version)]) }
        try await index.remove(ids: ["d0"])
        var statistics = await index.statistics
        #expect(statistics.documentsInMemory == 4 && statistics.bytesInMemory > 0)
        // One for each call that nobody shared with it.
        #expect(statistics.synchronizations.count == 6)
        #expect(statistics.synchronizations.longest <= statistics.synchronizations.time)
        let told = try LiveIndex.snapshot(of: storage.crash(keeping: .everything)).statistics
        #expect(told.documents == 4 && told.documentsInMemory == 4 && told.deadDocuments == 1 && told.shards == 0)
        #expect(told.fingerprints > 0)
        try await index.flush()
        statistics = await index.statistics
        #expect(statistics.documentsInMemory == 0 && statistics.bytesInMemory == 0 && statistics.flushes == 1)
        #expect(statistics.shardsMerging == 0 && statistics.shardsWaiting == 0 && statistics.additionsWaiting == 0)
        #expect(index.snapshot.statistics.documentsInMemory == 0 && index.snapshot.statistics.documents == 4)
        try await index.close()
    }

    @Test("documents of each durability are there after the process is gone", arguments: [0, 1])
    func durabilities(_ milliseconds: Int) async throws {
        let durability: LogDurability = milliseconds == 0 ? .none : .interval(milliseconds: milliseconds)
        let storage = MemoryStorage()
        var options = LiveIndexOptions()
        options.durability = durability
        let index = try LiveIndex(storage, options: options)
        for version in 0..<20 { try await index.add([document("d\(version)", version)]) }
        // The system has all of it; nothing is lost but in a power cut.
        let left = storage.crash(keeping: .everything)
        let again = try LiveIndex(left)
        #expect(try holdings(of: again.snapshot, versions: 0..<20).count == 20)
        try await again.close()
        try await index.close()
    }
}
