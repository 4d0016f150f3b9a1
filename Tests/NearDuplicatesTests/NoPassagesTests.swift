import CrawlModel
import NearDuplicates
import Testing

/// An index without fingerprints compares whole texts alone.
struct NoPassagesTests {
    private static var settings: IndexSettings {
        var settings = IndexSettings()
        settings.window = 0
        return settings
    }

    @Test("exact and near duplicates are found, contained texts are not")
    func relations() throws {
        let documents = (0..<40).map { story("\($0)", $0, words: 400) }
        let storage = try index(documents, cut: .fives, settings: Self.settings)
        let snapshot = try IndexSnapshot(storage)
        try snapshot.verify()
        #expect(snapshot.statistics.fingerprints == 0)
        #expect(snapshot.statistics.parts.first { $0.name == "first ordinals" }?.bytes == 0)
        var checker = try Checker(snapshot)
        #expect(try checker.check(documents[7].text, explaining: true).matches.map(\.id) == ["7"])
        let near = try checker.check(documents[9].text + " and five more words here")
        #expect(near.verdict == .duplicate(.near) && near.matches.map(\.id) == ["9"])
        let half = documents[11].text.split(separator: " ").prefix(200).joined(separator: " ")
        #expect(try checker.check(half).verdict == .unique)
        #expect(try checker.check("one two three").verdict == .unique)
    }

    @Test("merging keeps what there is, and a text of many blocks has no fingerprints either")
    func merging() throws {
        let storage = try index((0..<12).map { story("\($0)", $0) }, cut: .fives, settings: Self.settings)
        let writer = try IndexWriter(storage, settings: Self.settings, memory: 1 << 30)
        let long = (0..<70_000).map { "word\($0)" }.joined(separator: " ")
        try writer.add(Document(id: "long", text: long))
        _ = try writer.compact()
        writer.close()
        let snapshot = try IndexSnapshot(storage)
        try snapshot.verify()
        #expect(snapshot.statistics.shards == 1)
        #expect(snapshot.statistics.fingerprints == 0)
        var checker = try Checker(snapshot)
        #expect(try checker.check(long).matches.map(\.id) == ["long"])
    }
}
