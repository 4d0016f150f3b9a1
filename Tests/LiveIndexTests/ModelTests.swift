import CrawlModel
import Foundation
import IndexStorage
import LiveIndex
import NearDuplicates
import TestSupport
import Testing

/// Long random sequences of operations, against a plain dictionary.
struct ModelTests {
    /// As many as are asked for with `NEARDUP_STRESS`, else as many as a few seconds allow.
    static let operations = Stress.isOn ? 100_000 : 700

    @Test("an index is what a dictionary is, whatever is done to it", arguments: 0..<4 as Range<UInt64>)
    func dictionary(_ number: UInt64) async throws {
        let seed = ProcessInfo.processInfo.environment["NEARDUP_SEED"].flatMap(UInt64.init) ?? number
        var model = Model(seed: seed)
        do {
            for step in 0..<Self.operations { try await model.step(step) }
            try await model.finish()
        } catch {
            Issue.record("seed \(seed), after \(model.done) operations (\(model.last)): \(error)")
        }
    }
}

/// An index, and what it must hold.
private struct Model {
    private var random: SeededGenerator
    private var storage = MemoryStorage()
    private var index: LiveIndex
    private var expected: [String: Int] = [:]
    private(set) var done = 0
    private(set) var last = ""

    private static let ids = 60
    private static let versions = 120

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        // A new index in memory: nothing can fail.
        index = try! LiveIndex(storage, options: Self.options(&random))
    }

    private static func options(_ random: inout SeededGenerator) -> LiveIndexOptions {
        var options = LiveIndexOptions()
        options.memory = [20_000, 100_000, 400_000].randomElement(using: &random)!
        options.mergePolicy.shards = Int.random(in: 2...4, using: &random)
        return options
    }

    private mutating func document() -> Document {
        LiveIndexTestsDocument.make(
            Int.random(in: 0..<Self.ids, using: &random),
            Int.random(in: 0..<Self.versions, using: &random)
        )
    }

    mutating func step(_ number: Int) async throws {
        done = number
        switch Int.random(in: 0..<1000, using: &random) {
        case 0..<450: try await add()
        case 450..<650: try await addIfUnique()
        case 650..<800: try await remove()
        case 800..<960: try check()
        case 960..<972: try await removeByFilter()
        case 972..<980: try await flush()
        case 980..<984: try await compact()
        case 984..<990: try await reopen()
        default: try crash()
        }
        if number % 100 == 99 { try compare() }
    }

    mutating func finish() async throws {
        try compare()
        try await reopen()
        try compare()
        try await index.close()
        let snapshot = try IndexSnapshot(storage)
        try snapshot.verify()
    }

    private mutating func flush() async throws {
        last = "flush"
        try await index.flush()
    }

    private mutating func compact() async throws {
        last = "compact"
        try await index.compact()
    }

    private mutating func add() async throws {
        last = "add"
        var documents: [Document] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) { documents.append(document()) }
        try await index.add(documents)
        for document in documents { expected[document.id] = LiveIndexTestsDocument.version(document) }
    }

    private mutating func addIfUnique() async throws {
        last = "add if unique"
        let document = document()
        let version = LiveIndexTestsDocument.version(document)
        let isUnique = !expected.values.contains(version)
        let answer = try await index.addIfUnique(document)
        guard answer.isAdded == isUnique else {
            throw TestFailure("\(document.id) of version \(version): added \(answer.isAdded), expected \(isUnique)")
        }
        if isUnique { expected[document.id] = version }
    }

    private mutating func remove() async throws {
        last = "remove"
        let ids = (0..<Int.random(in: 1...4, using: &random))
            .map { _ in "d\(Int.random(in: 0..<Self.ids, using: &random))" }
        let there = Set(ids).filter { expected[$0] != nil }.count
        let counts = try await index.remove(ids: ids)
        guard counts.removed == there, counts.removed + counts.notFound == ids.count else {
            let before = expected.filter { ids.contains($0.key) }
            let found = try before.filter { item in
                try index.check(text(item.value)).matches.contains { $0.id == item.key }
            }
            throw TestFailure("removed \(counts), expected \(before) of \(ids); still found: \(found)")
        }
        for id in ids { expected[id] = nil }
    }

    private mutating func removeByFilter() async throws {
        last = "remove by filter"
        var filter = RemovalFilter()
        let isEven = Bool.random(using: &random)
        let year = Int.random(in: 2020...2030, using: &random)
        filter.urlPrefixes = [isEven ? "https://even.example/" : "https://odd.example/"]
        filter.before = CrawlDate("\(year)-01-01")
        let dying = expected.filter { ($0.value % 2 == 0) == isEven && 2020 + $0.value % 10 < year }
        let counts = try await index.remove(filter)
        guard counts.removed == dying.count else {
            throw TestFailure("removed \(counts.removed) of \(dying.count)")
        }
        for id in dying.keys { expected[id] = nil }
    }

    private mutating func check() throws {
        last = "check"
        let version = Int.random(in: 0..<Self.versions, using: &random)
        let found = try index.check(text(version)).matches.map(\.id)
        let wanted = expected.filter { $0.value == version }.keys
        guard Set(found) == Set(wanted), found.count == wanted.count else {
            throw TestFailure("version \(version): found \(found), expected \(wanted)")
        }
    }

    private mutating func reopen() async throws {
        last = "reopen"
        try await index.close()
        guard try storage.list().allSatisfy({ !$0.hasSuffix(".ndlog") }) else { throw TestFailure("a log is left") }
        try IndexSnapshot(storage).verify()
        index = try LiveIndex(storage, options: Self.options(&random))
    }

    /// A power cut: all that was acknowledged must be there; threads of the old index go on with the old disk.
    private mutating func crash() throws {
        last = "crash"
        let outcome: MemoryStorage.CrashOutcome =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .surelyKept
            case 1: .prefixes(seed: random.next())
            default: .prefixesAndZeros(seed: random.next())
            }
        storage = storage.crash(keeping: outcome)
        index = try LiveIndex(storage, options: Self.options(&random))
        try compare()
    }

    private func compare() throws {
        let found = try holdings(of: index.snapshot, versions: 0..<Self.versions)
        guard found == expected else {
            let missing = expected.filter { found[$0.key] != $0.value }
            let surplus = found.filter { expected[$0.key] != $0.value }
            throw TestFailure("missing \(missing), found beside \(surplus)")
        }
    }
}

/// Documents of the model: ids and versions as numbers.
enum LiveIndexTestsDocument {
    static func make(_ id: Int, _ version: Int) -> Document {
        var made = document("d\(id)", version)
        made.location = RecordLocation(source: "model", offset: UInt64(version), length: 0)
        return made
    }

    static func version(_ document: Document) -> Int { Int(document.location?.offset ?? 0) }
}
