import CrawlModel
import IndexStorage
import NearDuplicates
import Testing

/// How the documents of an index are cut into shards.
enum Cut: String, CaseIterable, CustomStringConvertible {
    /// All in one.
    case one
    /// As many shards as documents: the writer's memory is full after each.
    case tiny
    /// Shards of five.
    case fives
    /// Shards of seven, with dead documents in and between them.
    case tombstones

    var description: String { rawValue }
}

/// An index of documents, in memory; live documents are in the order given, whatever the cut.
func index(
    _ documents: [Document],
    cut: Cut = .one,
    settings: IndexSettings = IndexSettings()
) throws -> MemoryStorage {
    let storage = MemoryStorage()
    let writer = try IndexWriter(storage, settings: settings, memory: cut == .tiny ? 1 : 1 << 30)
    defer { writer.close() }
    // The cut is what is asked for.
    writer.mergePolicy = .never
    for (number, document) in documents.enumerated() {
        if cut == .tombstones { try addDoomed(documents, at: number, to: writer) }
        try writer.add(document)
        switch cut {
        case .fives where number % 5 == 4, .tombstones where number % 7 == 6: try writer.commit()
        default: break
        }
    }
    try writer.commit()
    return storage
}

/// Adds earlier versions, which hold much that others hold: one that dies in its own shard, and one that dies when the
/// next shard is written.
private func addDoomed(_ documents: [Document], at number: Int, to writer: IndexWriter) throws {
    if number % 5 == 0, isLong(documents[number]) { try writer.add(doomed(documents[number])) }
    let later = number + 7
    if number % 2 == 0, later < documents.count, isLong(documents[later]) { try writer.add(doomed(documents[later])) }
}

/// Long enough to be taken in, and so to take an earlier version's place.
private func isLong(_ document: Document) -> Bool { document.text.utf8.count > 400 }

private func doomed(_ document: Document) -> Document {
    var document = document
    document.text += " and then some words that will be gone again"
    return document
}

/// Checks texts against an index.
struct Checker: ~Copyable {
    private var sketcher: DocumentSketcher
    private var searcher: Searcher

    init(_ storage: any IndexDirectory, rule: MatchRule = MatchRule()) throws {
        try self.init(IndexSnapshot(storage), rule: rule)
    }

    init(_ snapshot: IndexSnapshot, rule: MatchRule = MatchRule()) throws {
        let sketcher = try DocumentSketcher(parameters: snapshot.parameters)
        let searcher = try Searcher(snapshot, rule: rule)
        self.sketcher = sketcher
        self.searcher = searcher
    }

    mutating func check(_ text: String, limit: Int? = nil, explaining: Bool = false) throws -> CheckResult {
        sketcher.sketch(text)
        return try searcher.check(sketcher, limit: limit, explaining: explaining)
    }
}
