import CrawlModel
import IndexStorage
import NearDuplicates
import Testing

struct IndexWriterTests {
    private let storage = MemoryStorage()

    private func write(_ settings: IndexSettings? = nil, _ body: (IndexWriter) throws -> Void) throws {
        let writer = try IndexWriter(storage, settings: settings, memory: 1 << 30)
        defer { writer.close() }
        try body(writer)
    }

    @Test("documents are found only after the commit, and by snapshots opened after it")
    func visibility() throws {
        try write { writer in
            let empty = try IndexSnapshot(storage)
            try writer.add(story("a", 1))
            #expect(try IndexSnapshot(storage).documentCount == 0)
            try writer.commit()
            #expect(empty.documentCount == 0)
            var checker = try Checker(empty)
            #expect(try checker.check(story("a", 1).text).verdict == .unique)
            #expect(try IndexSnapshot(storage).documentCount == 1)
        }
    }

    @Test("a snapshot goes on while its shards are replaced and removed")
    func snapshotsOutlive() throws {
        try write { writer in
            try writer.add(story("a", 1))
            try writer.commit()
            let old = try IndexSnapshot(storage)
            try writer.add(story("a", 2))
            try writer.commit()
            var checker = try Checker(old)
            #expect(try checker.check(story("a", 1).text).matches.map(\.id) == ["a"])
            try old.verify()
        }
    }

    @Test("empty and too short documents are left out and counted")
    func tooShort() throws {
        var settings = IndexSettings()
        settings.minimumTokens = 5
        try write(settings) { writer in
            for text in ["", " .,!? ", "one two three four", "one two three four five"] {
                try writer.add(Document(id: text, text: text))
            }
            try writer.commit()
            #expect(writer.counts.empty == 2)
            #expect(writer.counts.tooShort == 1)
            #expect(writer.counts.added == 1)
        }
        var checker = try Checker(storage)
        #expect(try checker.check("one two three four five").verdict == .duplicate(.exact))
        #expect(try checker.check("one two three four").verdict == .empty)
        #expect(try checker.check(" ").verdict == .empty)
    }

    @Test("a shard of which everything died is dropped, with its tombstones")
    func deadShard() throws {
        try write { writer in
            for version in 1...3 { try writer.add(story("\(version)", version)) }
            try writer.commit()
            try writer.add(story("1", 4))
            try writer.commit()
            #expect(try files("ndtombs").count == 1)
            #expect(try files("ndshard") == ["shard-00000001.ndshard", "shard-00000002.ndshard"])
            try writer.add(story("2", 5))
            try writer.add(story("3", 6))
            try writer.commit()
            #expect(try files("ndtombs").isEmpty)
            #expect(try files("ndshard") == ["shard-00000002.ndshard", "shard-00000003.ndshard"])
        }
        let statistics = try IndexSnapshot(storage).statistics
        #expect(statistics.documents == 3 && statistics.deadDocuments == 0 && statistics.shards == 2)
    }

    @Test("tombstones grow from commit to commit, and only the last ones stay on disk")
    func tombstonesGrow() throws {
        for version in 1...4 {
            try write { writer in
                writer.mergePolicy = .never
                if version == 1 { for id in 1...5 { try writer.add(story("\(id)", id)) } }
                if version > 1 { try writer.add(story("\(version)", version + 10)) }
                try writer.commit()
            }
            let statistics = try IndexSnapshot(storage).statistics
            #expect(statistics.documents == 5)
            #expect(statistics.deadDocuments == version - 1)
            #expect(try files("ndtombs").count == (version > 1 ? 1 : 0))
        }
    }

    @Test("reopening goes on where the last writer stopped")
    func reopening() throws {
        for round in 1...3 {
            try write { writer in
                try writer.add(story("new-\(round)", round))
                try writer.add(story("always", 0))
                try writer.commit()
                #expect(writer.counts.unchanged == (round == 1 ? 0 : 1))
                try writer.commit()
            }
            let snapshot = try IndexSnapshot(storage)
            // The first makes the index; a commit of nothing is none.
            #expect(snapshot.generation == UInt64(1 + round))
            #expect(snapshot.documentCount == round + 1)
            #expect(snapshot.statistics.shards == round)
        }
    }

    @Test("what a stopped writer left is removed; other files are left alone")
    func leftovers() throws {
        try write { writer in
            try writer.add(story("a", 1))
            try writer.commit()
        }
        let ours = [
            "manifest.new", "shard-00000001-00000009.ndtombs", "shard-00000002.ndshard", "shard-00000077.ndshard",
        ]
        for name in ours + ["notes.txt"] {
            let file = try storage.create(name)
            try file.append([1, 2, 3])
            try file.close()
        }
        #expect(try IndexSnapshot(storage).documentCount == 1)
        try write { writer in
            #expect(try storage.list() == ["lock", "manifest", "notes.txt", "shard-00000001.ndshard"])
            try writer.add(story("b", 2))
            try writer.commit()
        }
        #expect(try IndexSnapshot(storage).documentCount == 2)
        try IndexSnapshot(storage).verify()
    }

    @Test("without a commit nothing is added, but there is an index")
    func noCommit() throws {
        try write { try $0.add(story("a", 1)) }
        #expect(try IndexSnapshot(storage).documentCount == 0)
    }

    @Test("full memory makes a shard, and answers stay the same")
    func memory() throws {
        let documents = (0..<30).map { story("\($0)", $0) }
        let whole = try index(documents)
        let cut = MemoryStorage()
        let writer = try IndexWriter(cut, settings: nil, memory: (2 << 20) + 6_000)
        for document in documents { try writer.add(document) }
        try writer.commit()
        writer.close()
        #expect((3..<30).contains(writer.committedShards))
        #expect(try IndexSnapshot(whole).statistics.shards == 1)
        var one = try Checker(whole)
        var many = try Checker(cut)
        for document in documents {
            let answers = (try one.check(document.text), try many.check(document.text))
            #expect(answers.0 == answers.1)
        }
    }

    private func files(_ kind: String) throws -> [String] { try storage.list().filter { $0.hasSuffix("." + kind) } }
}
