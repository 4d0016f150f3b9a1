import CrawlModel
import IndexStorage
import NearDuplicates
import TestSupport
import Testing

/// A damaged index gives a named error or, where the damage lies elsewhere, the right answer; never a wrong one.
struct DamageTests {
    private static let corpus = MadeUpCorpus(seed: 11, indexed: 40, incoming: 12)

    @Test("every single damaged byte of a manifest is noticed")
    func manifest() throws {
        let storage = try index(Self.corpus.indexed, cut: .tombstones)
        let whole = try storage.read("manifest", limit: 1 << 20)
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 1 << (place % 8)
            try storage.put(bytes, as: "manifest")
            let error = #expect(throws: IndexError.self, "byte \(place)") { try IndexSnapshot(storage) }
            #expect(error?.description.contains(storage.path + "/manifest") == true, "\(String(describing: error))")
        }
        for length in whole.indices {
            try storage.put(Array(whole[..<length]), as: "manifest")
            #expect(throws: IndexError.self, "\(length) bytes") { try IndexSnapshot(storage) }
        }
    }

    @Test("missing, exchanged and cut off files are noticed when the index is opened")
    func files() throws {
        let storage = try index(Self.corpus.indexed, cut: .tombstones)
        let names = try storage.list().filter { $0 != "lock" && $0 != "manifest" }
        #expect(names.contains { $0.hasSuffix(".ndtombs") })
        for name in names {
            let whole = try storage.read(name, limit: 1 << 30)
            let other = try #require(names.first { $0 != name && $0.suffix(8) == name.suffix(8) })
            let damages = [[], Array(whole.dropLast()), whole + [0], try storage.read(other, limit: 1 << 30)]
            for (number, bytes) in damages.enumerated() {
                try storage.put(bytes, as: name)
                let error = #expect(throws: IndexError.self, "\(name) \(number)") { try IndexSnapshot(storage) }
                #expect(error?.description.contains(name) == true, "\(String(describing: error))")
            }
            try storage.remove(name)
            let error = #expect(throws: IndexError.self, "\(name)") { try IndexSnapshot(storage) }
            guard case .damaged? = error else {
                Issue.record("\(name): \(String(describing: error))")
                return
            }
            try storage.put(whole, as: name)
        }
        try IndexSnapshot(storage).verify()
    }

    @Test("a list of inputs that is missing or damaged stops writers and is found by verifying; checks go on")
    func inputs() throws {
        let storage = try index(Self.corpus.indexed)
        let writer = try IndexWriter(storage, settings: nil, memory: 1 << 20)
        let progress = InputProgress(
            path: "/a",
            stamp: FileStamp(size: 1, modified: 2),
            options: 3,
            format: .text,
            end: .finished
        )
        try writer.add(DocumentBatch(), SketchBatch(), progress: progress)
        try writer.commit()
        writer.close()
        let name = try #require(try storage.list().first { $0.hasSuffix(".ndinputs") })
        let whole = try storage.read(name, limit: 1 << 20)
        for bytes in [nil, [], Array(whole.dropLast()), whole + [0]] {
            try storage.remove(name)
            if let bytes { try storage.put(bytes, as: name) }
            let snapshot = try IndexSnapshot(storage)
            for error in [
                #expect(throws: IndexError.self) { try snapshot.verify() },
                #expect(throws: IndexError.self) { try IndexWriter(storage, settings: nil, memory: 1 << 20) },
                #expect(throws: IndexError.self) { try MergeSource(snapshot) },
            ] {
                guard case .damaged? = error, error?.description.contains(name) == true else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
            try storage.put(whole, as: name)
        }
        try IndexSnapshot(storage).verify()
    }

    @Test("a damaged byte anywhere in a shard never makes a wrong answer", arguments: 0..<8)
    func shards(_ seed: UInt64) throws {
        let storage = try index(Self.corpus.indexed)
        let name = "shard-00000001.ndshard"
        let whole = try storage.read(name, limit: 1 << 30)
        var intact = try Checker(storage)
        let expected = try Self.corpus.incoming.map { try intact.check($0.text, explaining: true) }
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<(Stress.isOn ? 1000 : 25) {
            let place = Int.random(in: whole.indices, using: &generator)
            var bytes = whole
            bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
            try storage.put(bytes, as: name)
            do throws(IndexError) {
                let snapshot = try IndexSnapshot(storage)
                #expect(throws: IndexError.self, "byte \(place)") { try snapshot.verify() }
                try compare(snapshot, expected, "seed \(seed), byte \(place)")
            } catch {
                guard case .damaged = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(error.description.contains(name))
            }
        }
    }

    private func compare(
        _ snapshot: IndexSnapshot,
        _ expected: [CheckResult],
        _ place: Comment
    ) throws(IndexError) {
        var sketcher = try DocumentSketcher(parameters: snapshot.parameters)
        var searcher = try Searcher(snapshot)
        for (document, answer) in zip(Self.corpus.incoming, expected) {
            sketcher.sketch(document.text)
            let found = try searcher.check(sketcher, explaining: true)
            #expect(found == answer, place)
        }
    }
}
