import CrawlModel
import IndexStorage
import ShardFormat
import TestSupport
import Testing

@testable import NearDuplicates

/// Indexes that are merged, compacted, added to and removed from answer as if made at once of what is in them.
struct MergingTests {
    /// A small cap, so that the order of documents matters.
    private static let rule = {
        var rule = MatchRule()
        rule.postingCap = 3
        return rule
    }()

    @Test("answers stay the same, whatever is merged", arguments: Cut.allCases, [1, 2])
    func sameAnswers(_ cut: Cut, seed: UInt64) throws {
        let corpus = MadeUpCorpus(seed: seed, indexed: 60, incoming: 25)
        let storage = try index(corpus.indexed, cut: cut)
        let before = try answers(of: storage, to: corpus.incoming)
        #expect(before.contains { !$0.matches.isEmpty })
        let old = try IndexSnapshot(storage)
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 20)
        // A whole tier, not everything.
        try writer.commit()
        writer.mergePolicy.shards = 3
        try writer.add(story("last", 77))
        try writer.commit()
        try writer.remove(id: "last")
        try writer.commit()
        #expect(try answers(of: storage, to: corpus.incoming) == before)
        let summary = try writer.compact()
        writer.close()
        #expect(summary.after.deadDocuments == 0 && summary.after.shards == 1)
        #expect(try answers(of: storage, to: corpus.incoming) == before)
        let snapshot = try IndexSnapshot(storage)
        try snapshot.verify()
        #expect(snapshot.statistics.deadDocuments == 0 && snapshot.documentCount == old.documentCount)
        // One that was opened before goes on undisturbed.
        var checker = try Checker(old, rule: Self.rule)
        for (document, expected) in zip(corpus.incoming, before) {
            #expect(try checker.check(document.text) == expected)
        }
        // The bytes are those of an index made at once.
        let whole = try index(try Self.live(snapshot, corpus.indexed))
        #expect(try snapshot.segments[0].shard.footerChecksum == IndexSnapshot(whole).segments[0].shard.footerChecksum)
    }

    private static func live(_ snapshot: IndexSnapshot, _ documents: [Document]) throws -> [Document] {
        let cursor = snapshot.segments[0].makeCursor()
        let ids = try (0..<UInt32(snapshot.segments[0].documentCount)).map { try cursor.identity(of: $0).id }
        let byID = Dictionary(documents.map { ($0.id, $0) }) { $1 }
        return ids.compactMap { byID[$0] }
    }

    private func answers(of storage: MemoryStorage, to incoming: [Document]) throws -> [CheckResult] {
        var checker = try Checker(storage, rule: Self.rule)
        return try incoming.map { try checker.check($0.text) }
    }

    @Test(
        "random adding, replacing, removing, merging, compacting and opening anew, against a dictionary",
        arguments: 0..<6
    )
    func model(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let storage = MemoryStorage()
        var held: [String: Int] = [:]
        // What is merged into it, and what becomes of that.
        func writer() throws -> IndexWriter {
            let writer = try IndexWriter(storage, settings: nil, memory: seed % 2 == 0 ? 1 << 30 : 1)
            writer.mergePolicy.shards = Int.random(in: 2...4, using: &generator)
            return writer
        }
        var current = try writer()
        for step in 0..<60 {
            switch Int.random(in: 0..<12, using: &generator) {
            case 0...5:
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let (id, version) = (
                        "\(Int.random(in: 0..<15, using: &generator))", Int.random(in: 0..<30, using: &generator)
                    )
                    try current.add(story(id, version, words: 12))
                    held[id] = version
                }
            case 6, 7:
                let id = "\(Int.random(in: 0..<15, using: &generator))"
                let wasThere = try current.remove(id: id)
                #expect(wasThere == (held.removeValue(forKey: id) != nil), "seed \(seed), step \(step)")
            case 8:
                let other = MemoryStorage(path: "other:")
                let source = try IndexWriter(other, settings: nil, memory: 1 << 30)
                for _ in 0..<Int.random(in: 1...9, using: &generator) {
                    let (id, version) = (
                        "\(Int.random(in: 0..<15, using: &generator))", Int.random(in: 0..<30, using: &generator)
                    )
                    try source.add(story(id, version, words: 12))
                    if Bool.random(using: &generator) { try source.commit() }
                    held[id] = version
                }
                try source.commit()
                let counts = try current.merge(MergeSource(IndexSnapshot(other)))
                #expect(counts.added + counts.unchanged == counts.documents, "seed \(seed), step \(step)")
            case 9: _ = try current.compact()
            case 10:
                try current.commit()
                current.close()
                current = try writer()
            default: try current.commit()
            }
            try current.commit()
            let snapshot = try IndexSnapshot(storage)
            try snapshot.verify()
            #expect(snapshot.documentCount == held.count, "seed \(seed), step \(step)")
            var checker = try Checker(snapshot)
            for version in Set(held.values) {
                let found = try checker.check(story("", version, words: 12).text).matches
                    .filter { $0.relation == .exact }
                let expected = held.filter { $0.value == version }.map(\.key).sorted()
                #expect(found.map(\.id).sorted() == expected, "seed \(seed), step \(step)")
            }
        }
    }

    @Test("a writer merges small shards as it goes, and each commit is found")
    func asItGoes() throws {
        let storage = MemoryStorage()
        let writer = try IndexWriter(storage, settings: nil, memory: 1)
        for number in 0..<70 { try writer.add(story("\(number)", number, words: 20)) }
        try writer.commit()
        writer.close()
        let snapshot = try IndexSnapshot(storage)
        try snapshot.verify()
        #expect(writer.committedShards == 70 && writer.mergedShards >= 64)
        #expect(snapshot.documentCount == 70 && snapshot.statistics.shards < 16)
        var checker = try Checker(snapshot)
        for number in 0..<70 {
            #expect(try checker.check(story("", number, words: 20).text).matches.first?.id == "\(number)")
        }
        let named = snapshot.manifest.shards.map(\.name)
        #expect(try storage.list() == (named + ["lock", "manifest"]).sorted())
    }

    @Test("compacting leaves nothing of what was removed, and says when there is nothing to do")
    func compacted() throws {
        let storage = MemoryStorage()
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        for number in 0..<20 {
            try writer.add(
                Document(id: "document-\(number)", text: story("", number).text, url: "https://\(number).example/")
            )
            if number % 6 == 5 { try writer.commit() }
        }
        try writer.commit()
        for number in stride(from: 0, to: 20, by: 3) { #expect(try writer.remove(id: "document-\(number)")) }
        #expect(try !writer.remove(id: "document-0"))
        let summary = try writer.compact()
        #expect(summary.hasChanged)
        #expect(summary.before == .init(documents: 20, deadDocuments: 7, shards: 4, bytes: summary.before.bytes))
        #expect(summary.after == .init(documents: 13, deadDocuments: 0, shards: 1, bytes: summary.after.bytes))
        #expect(summary.after.bytes < summary.before.bytes)
        let again = try writer.compact()
        #expect(!again.hasChanged)
        writer.close()
        #expect(try storage.list().count == 3)
        let cursor = try #require(IndexSnapshot(storage).segments.first).makeCursor()
        let left = try (0..<13).map { try cursor.identity(of: $0).id }
        #expect(left == (0..<20).filter { $0 % 3 != 0 }.map { "document-\($0)" })
        // Nothing at all left.
        let last = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        for id in left { try last.remove(id: id) }
        #expect(try last.compact().after == .init(documents: 0, deadDocuments: 0, shards: 0, bytes: 0))
        last.close()
        #expect(try storage.list() == ["lock", "manifest"])
    }

    @Test("compacting keeps to the largest shard")
    func largest() throws {
        let storage = MemoryStorage()
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
        writer.mergePolicy = .never
        for number in 0..<12 {
            try writer.add(story("\(number)", number))
            try writer.commit()
        }
        let each = try IndexSnapshot(storage).statistics.bytes / 12
        writer.mergePolicy.largestShard = each * 7 / 2
        #expect(try writer.compact().after.shards == 4)
        writer.close()
    }

    @Test("filters: URL prefixes, dates, both; what has no date stays and is counted")
    func filters() throws {
        let documents = [
            ("a", "https://example.org/x/1", "2024-01-01"),
            ("b", "https://example.org/x/2", "Mon, 01 Jan 2018 00:00:00 GMT"),
            ("c", "https://example.org/y/1", "20170101000000"), ("d", "https://example.org/y/2", ""),
            ("e", "", "2017-06-01T00:00:00+02:00"), ("f", "http://example.org/x/1", "long ago"),
        ]
        func removed(_ prefixes: [String], _ before: String?) throws -> (String, RemovedCounts) {
            let storage = MemoryStorage()
            let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
            for (number, (id, url, date)) in documents.enumerated() {
                try writer.add(Document(id: id, text: story("", number).text, url: url, date: date))
                if number == 3 { try writer.commit() }
            }
            var filter = RemovalFilter()
            filter.urlPrefixes = prefixes
            filter.before = before.flatMap { CrawlDate($0) }
            let counts = try writer.remove(filter)
            try writer.commit()
            writer.close()
            var checker = try Checker(storage)
            let left = try documents.indices.filter { try !checker.check(story("", $0).text).matches.isEmpty }
            #expect(left.count == 6 - counts.removed)
            return (left.map { documents[$0].0 }.joined(), counts)
        }
        func counts(_ removed: Int, undated: Int = 0, unknown: Int = 0) -> RemovedCounts {
            var counts = RemovedCounts()
            (counts.removed, counts.undated, counts.unknownDates) = (removed, undated, unknown)
            return counts
        }
        #expect(try removed(["https://example.org/x/"], nil) == ("cdef", counts(2)))
        #expect(try removed(["https://example.org/x/", "http:"], nil) == ("cde", counts(3)))
        #expect(try removed([], "2018-01-01T00:00:01Z") == ("adf", counts(3, undated: 1, unknown: 1)))
        #expect(try removed([], "2018-01-01") == ("abdf", counts(2, undated: 1, unknown: 1)))
        #expect(try removed(["https://example.org/y"], "2020") == ("abdef", counts(1, undated: 1)))
        #expect(try removed([], nil) == ("abcdef", counts(0)))
    }
}
