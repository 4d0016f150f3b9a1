import CrawlModel
import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// A whole index directory in which one byte of one file is another: an error that names the file, or exactly the right answers.
///
/// `NEARDUP_STRESS` tries each of the 255 other values of each byte of each file.
struct DirectoryDamageTests {
    private static let residues = 0..<4

    @Test("whichever byte of whichever file is damaged, it is told or does no harm", arguments: residues)
    func bytes(residue: Int) throws {
        let index = try DamagedIndex()
        let kinds = Set(index.names.map { String($0.split(separator: ".").last ?? "") })
        #expect(kinds == ["ndshard", "ndtombs", "ndinputs", "manifest", "lock"])
        var generator = SeededGenerator(seed: UInt64(residue))
        for name in index.names {
            let whole = try #require(index.files[name])
            // One in sixteen of a shard's bytes: damage in shards by themselves is tried byte by byte elsewhere.
            let stride = !Stress.isOn && name.hasSuffix(".ndshard") ? 16 : 1
            for place in whole.indices where place / stride % Self.residues.count == residue && place % stride == 0 {
                let values = Stress.isOn ? Array(1...255) : [UInt8.random(in: 1...255, using: &generator)]
                for value in values {
                    var bytes = whole
                    bytes[place] ^= value
                    try index.expectHarmless(bytes, in: name, "\(name), byte \(place), ^ \(value)")
                }
            }
        }
    }

    @Test("cut off or longer, or other files' content: told, and nothing is removed")
    func lengths() throws {
        let index = try DamagedIndex()
        for name in index.names {
            let whole = try #require(index.files[name])
            let step = Stress.isOn ? 1 : max(1, whole.count / 20)
            for length in stride(from: 0, to: whole.count, by: step) {
                try index.expectHarmless(Array(whole[..<length]), in: name, "\(length) bytes of \(name)")
            }
            try index.expectHarmless(whole + [0], in: name, "a byte after \(name)")
            try index.expectHarmless(whole + whole, in: name, "\(name) twice")
            for other in index.names where index.files[other] != whole {
                try index.expectHarmless(index.files[other] ?? [], in: name, "\(other) in the place of \(name)")
            }
        }
    }
}

/// A small index with everything in it that an index may have, and what is right of it.
private final class DamagedIndex {
    /// Every file, and what it holds.
    private(set) var files: [String: [UInt8]] = [:]
    let names: [String]
    private let storage = MemoryStorage()
    private let queries: [Query]
    private var answers: [CheckResult] = []
    private let known = DocumentBatch.of(DamagedIndex.documents(0..<6))
    private var sketches: SketchBatch
    private let entry: InputLedger.Entry?
    private static let input = "/crawl/a.jsonl.gz"

    /// A text that is checked: its sketch is made once.
    private final class Query {
        let sketcher: DocumentSketcher

        init(_ text: String, _ parameters: IndexParameters) throws {
            var sketcher = try DocumentSketcher(parameters: parameters)
            sketcher.sketch(text)
            self.sketcher = sketcher
        }
    }

    init() throws {
        let storage = storage
        let writer = try IndexWriter(storage, settings: IndexSettings(), memory: 1 << 30)
        defer { writer.close() }
        writer.mergePolicy = .never
        var sketches = SketchBatch()
        var sketcher = try DocumentSketcher(parameters: writer.parameters)
        let progress = InputProgress(
            path: Self.input,
            stamp: FileStamp(size: 1000, modified: 77),
            options: 5,
            format: .jsonLines,
            end: .at(ResumePoint(format: .jsonLines, offset: 500, packed: PackedLocation(offset: 100, skip: 7)))
        )
        // Each commit but the first takes documents of the shards before it away.
        let doomed = Self.documents(0..<2).map { Document(id: $0.id, text: $0.text + " of old", url: nil) }
        for group in [doomed + [Self.documents(2..<3)[0]], Self.documents(0..<5), Self.documents(5..<6)] {
            let batch = DocumentBatch.of(group)
            sketches.sketch(batch, with: &sketcher)
            try writer.add(batch, sketches, progress: progress)
            try writer.commit()
        }
        try writer.remove(id: "document-4")
        try writer.commit()
        let batch = known
        sketches.sketch(batch, with: &sketcher)
        self.sketches = sketches
        entry = writer.inputEntry(path: Self.input)
        queries = try [0, 2, 4, 5]
            .map { try Query(Self.documents($0..<$0 + 1)[0].text + " and a little more", writer.parameters) }
        names = try storage.list()
        for name in names { files[name] = try storage.read(name, limit: 1 << 30) }
        // A lock that another program wrote to is a lock.
        files["lock"] = Array("12345\n".utf8)
        answers = try check(IndexSnapshot(storage))
        #expect(answers.map(\.matches.count) == [1, 1, 0, 1] && entry != nil)
        try IndexSnapshot(storage).verify()
    }

    private static func documents(_ numbers: Range<Int>) -> [Document] {
        numbers.map { number in
            var generator = SeededGenerator(seed: UInt64(number))
            let text = MadeUpText.fresh(words: 110 + number, using: &generator).tokens.joined(separator: " ")
            return Document(id: "document-\(number)", text: text, url: "https://example.org/\(number)", date: "2026")
        }
    }

    private func check(_ snapshot: IndexSnapshot) throws -> [CheckResult] {
        var searcher = try Searcher(snapshot)
        return try queries.map { try searcher.check($0.sketcher, explaining: true) }
    }

    /// Checks what must hold of the index while a file holds other bytes; afterwards it holds its own again.
    func expectHarmless(_ bytes: [UInt8], in name: String, _ place: String) throws {
        let whole = files[name] ?? []
        guard bytes != whole || name == "lock" else { return }
        try storage.put(bytes, as: name)
        defer { try? storage.put(whole, as: name) }
        let isTold = try readerTells(name, place)
        if isTold == (name == "lock") { Issue.record("\(place): told: \(isTold)") }
        try writeTo(name, place)
        let left = try storage.list()
        if left != names { Issue.record("\(place): the files are now \(left)") }
        if try storage.read(name, limit: 1 << 30) != bytes, name != "lock" { Issue.record("\(place): written to") }
    }

    /// Opens and searches as a reader does; whether opening or verifying told of damage.
    private func readerTells(_ name: String, _ place: String) throws -> Bool {
        let snapshot: IndexSnapshot
        do {
            snapshot = try IndexSnapshot(storage)
        } catch {
            expectNamed(error, name, place)
            return true
        }
        do {
            let found = try check(snapshot)
            if found != answers { Issue.record("\(place): \(found) in place of \(answers)") }
        } catch {
            expectNamed(error, name, place)
        }
        do {
            try snapshot.verify()
            return false
        } catch {
            expectNamed(error, name, place)
            return true
        }
    }

    /// Opens as a writer does and adds what is there already, which changes nothing.
    private func writeTo(_ name: String, _ place: String) throws {
        do {
            let writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
            defer { writer.close() }
            writer.mergePolicy = .never
            if writer.inputEntry(path: Self.input) != entry { Issue.record("\(place): another list of inputs") }
            try writer.add(known, sketches, first: 4)
            if writer.counts.unchanged != 4 { Issue.record("\(place): \(writer.counts)") }
            if try writer.remove(id: "document-4") { Issue.record("\(place): a removed document is there") }
            try writer.commit()
        } catch {
            expectNamed(error, name, place)
        }
    }

    private func expectNamed(_ error: any Error, _ name: String, _ place: String) {
        guard case IndexError.damaged(let damage)? = error as? IndexError else {
            Issue.record("\(place): \(error)")
            return
        }
        if !damage.description.contains(name) { Issue.record("\(place): \(damage) names no \(name)") }
    }
}

extension DocumentBatch {
    fileprivate static func of(_ documents: [Document]) -> DocumentBatch {
        var batch = DocumentBatch()
        for document in documents { batch.append(document) }
        return batch
    }
}
