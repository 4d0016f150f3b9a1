import CrawlModel
import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// What becomes of documents whose id the index holds.
struct SameIDTests {
    private let storage = MemoryStorage()

    @Test("replace: the last version counts, across shards and within one")
    func replace() throws {
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        try writer.add(story("a", 1))
        try writer.add(story("b", 2))
        try writer.commit()
        try writer.add(story("a", 3))
        // Thrice within one shard: two of these are never written.
        try writer.add(story("c", 4))
        try writer.add(story("c", 5))
        try writer.add(story("c", 6))
        try writer.commit()
        try writer.add(story("c", 7))
        try writer.commit()
        writer.close()
        #expect(writer.counts == counts { ($0.added, $0.replaced, $0.superseded) = (5, 2, 2) })
        #expect(try holdings() == ["a": 3, "b": 2, "c": 7])
    }

    @Test("no policy: every document is added, those of one id and the same content too", arguments: [1, 1 << 30])
    func everything(memory: Int) throws {
        let added = [story("a", 1), story("b", 2), story("a", 1), story("a", 3)]
        let writer = try IndexWriter(storage, settings: nil, policy: nil, memory: memory)
        for document in added { try writer.add(document) }
        try writer.commit()
        writer.close()
        #expect(writer.counts == counts { $0.added = 4 })
        let snapshot = try IndexSnapshot(storage)
        try snapshot.verify()
        var ids: [String] = []
        for segment in snapshot.segments {
            let cursor = segment.makeCursor()
            for document in 0..<UInt32(segment.documentCount) { ids.append(try cursor.identity(of: document).id) }
        }
        #expect(ids == added.map(\.id))
    }

    @Test("replace: the same id, content, URL and date again changes nothing")
    func unchanged() throws {
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        try writer.add(story("a", 1))
        try writer.add(story("a", 1))
        try writer.commit()
        try writer.add(story("a", 1))
        try writer.commit()
        #expect(writer.counts == counts { ($0.added, $0.unchanged) = (1, 2) })
        #expect(writer.committedShards == 1)
        // The date alone, then the URL alone.
        var moved = story("a", 1)
        moved.date = "2026-02-02"
        try writer.add(moved)
        try writer.commit()
        moved.url = "https://example.org/moved"
        try writer.add(moved)
        try writer.commit()
        writer.close()
        #expect(writer.counts == counts { ($0.added, $0.unchanged, $0.replaced) = (3, 2, 2) })
        var checker = try Checker(storage)
        let match = try #require(checker.check(story("a", 1).text).matches.first)
        #expect(match.url == "https://example.org/moved" && match.date == "2026-02-02")
        #expect(try holdings() == ["a": 1])
    }

    @Test("replace: a dump that names an id twice adds nothing when it is read again, whatever stood in between")
    func twiceTheSame() throws {
        for round in 0..<3 {
            let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
            for (id, version) in [("a", 1), ("b", 2), ("a", 3), ("a", 4), ("c", 5), ("b", 6)] {
                try writer.add(story(id, version))
            }
            try writer.commit()
            writer.close()
            #expect(writer.committedShards == (round == 0 ? 1 : 0))
            #expect(writer.counts.added == (round == 0 ? 3 : 0))
            #expect(writer.counts.replaced == 0)
            #expect(try holdings() == ["a": 4, "b": 6, "c": 5])
            let statistics = try IndexSnapshot(storage).statistics
            #expect(statistics.deadDocuments == 0 && statistics.generation == 2)
        }
    }

    @Test("replace: the original comes back for good, or is dead for good, as the last version has it")
    func backAndForth() throws {
        for versions in [[1], [2, 1], [2, 1, 3], [1, 2, 1, 1], [2, 3]] {
            let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
            for version in versions { try writer.add(story("a", version)) }
            try writer.add(story("b", 5))
            try writer.commit()
            writer.close()
            #expect(try holdings() == ["a": versions.last!, "b": 5])
            #expect(try IndexSnapshot(storage).statistics.deadDocuments <= 1)
        }
    }

    @Test("skip: the first version stays")
    func skip() throws {
        let writer = try IndexWriter(storage, settings: nil, policy: .skip, memory: 1 << 30)
        try writer.add(story("a", 1))
        try writer.add(story("a", 2))
        try writer.commit()
        try writer.add(story("a", 3))
        try writer.add(story("b", 4))
        try writer.commit()
        writer.close()
        #expect(writer.counts == counts { ($0.added, $0.skipped) = (2, 2) })
        #expect(try holdings() == ["a": 1, "b": 4])
    }

    @Test("fail: adding throws the id, in the same shard and across shards")
    func fail() throws {
        let writer = try IndexWriter(storage, settings: nil, policy: .fail, memory: 1 << 30)
        try writer.add(story("a", 1))
        #expect(throws: IndexError.sameID("a")) { try writer.add(story("a", 2)) }
        try writer.commit()
        #expect(throws: IndexError.sameID("a")) { try writer.add(story("a", 1)) }
        try writer.add(story("b", 2))
        try writer.commit()
        writer.close()
        #expect(try holdings() == ["a": 1, "b": 2])
    }

    @Test("a dead document's id may be added again, whatever the policy")
    func revived() throws {
        for version in 1...4 {
            let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
            try writer.add(story("a", version))
            try writer.commit()
            writer.close()
        }
        #expect(try holdings() == ["a": 4])
        #expect(try IndexSnapshot(storage).statistics.shards == 1)
    }

    @Test("ids that share a beginning, or are very long, are told apart")
    func likeIDs() throws {
        let long = String(repeating: "x", count: 10_000)
        let ids = ["", "a", "aa", "a\0", "A", "\u{E9}", "e\u{301}", long, long + "y"]
        let writer = try IndexWriter(storage, settings: nil, policy: .fail, memory: 1 << 30)
        for (number, id) in ids.enumerated() { try writer.add(story(id, number)) }
        try writer.commit()
        writer.close()
        var checker = try Checker(storage)
        for (number, id) in ids.enumerated() {
            let found = try checker.check(story(id, number).text).matches.first { $0.relation == .exact }
            #expect(found.map { Array($0.id.utf8) } == Array(id.utf8))
        }
    }

    /// Which version of each id the index finds; each version has a text of its own.
    private func holdings() throws -> [String: Int] {
        let snapshot = try IndexSnapshot(storage)
        try snapshot.verify()
        var checker = try Checker(snapshot)
        var found: [String: Int] = [:]
        for version in 0..<10 {
            for match in try checker.check(story("", version).text).matches where match.relation == .exact {
                #expect(found.updateValue(version, forKey: match.id) == nil, "\(match.id) has two live versions")
            }
        }
        #expect(found.count == snapshot.documentCount)
        return found
    }

    private func counts(_ set: (inout AddedCounts) -> Void) -> AddedCounts {
        var counts = AddedCounts()
        set(&counts)
        return counts
    }
}

/// A document with a text of its own for every version.
func story(_ id: String, _ version: Int, words: Int = 150) -> Document {
    var generator = SeededGenerator(seed: UInt64(version) &* 77 &+ 5)
    let text = MadeUpText.fresh(words: words, using: &generator)
    return Document(
        id: id,
        text: text.tokens.joined(separator: " "),
        url: "https://example.org/\(version)",
        date: "2026-01-01"
    )
}
