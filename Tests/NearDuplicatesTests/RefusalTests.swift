import Foundation
import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// What is no index, or none that can be used, is refused by name.
struct RefusalTests {
    private let storage = MemoryStorage(path: "news.index")

    private func write(_ settings: IndexSettings? = nil) throws {
        let writer = try IndexWriter(storage, settings: settings, memory: 1 << 30)
        try writer.add(story("a", 1))
        try writer.commit()
        writer.close()
    }

    @Test("other settings are refused with what was expected and what was found; nil takes the index's own")
    func otherSettings() throws {
        var settings = IndexSettings()
        (settings.window, settings.seed, settings.signatureBits) = (8, 5, 8)
        try write(settings)
        let error = #expect(throws: IndexError.self) { try IndexWriter(storage, settings: IndexSettings(), memory: 1) }
        guard case .otherParameters("news.index", let mismatches)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            mismatches.map(\.description) == [
                "hash seed: expected 0, found 5", "winnowing window: expected 16, found 8",
                "signature bits: expected 4, found 8",
            ]
        )
        #expect(try IndexWriter(storage, settings: nil, memory: 1).parameters == settings.parameters())
    }

    @Test("a setting out of range is refused before anything is written", arguments: [0, 1, 2, 3, 4, 5, 6, 7])
    func invalidSettings(_ which: Int) throws {
        var settings = IndexSettings()
        switch which {
        case 0: settings.shingleTokens = 0
        case 1: settings.shingleTokens = 65
        case 2: settings.signatureValues = 100
        case 3: settings.signatureBits = 3
        case 4: settings.window = 65
        case 5: settings.bandThreshold = 0
        case 6: settings.recallGoal = 1
        default: settings.minimumTokens = 0
        }
        let error = #expect(throws: IndexError.self) { try IndexWriter(storage, settings: settings, memory: 1) }
        guard case .invalidSetting(let name, let expected, let found)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!name.isEmpty && !expected.isEmpty && !found.isEmpty)
        #expect(throws: StorageError.self) { try storage.list() }
    }

    @Test("a rule out of range is refused")
    func invalidRule() throws {
        try write()
        let snapshot = try IndexSnapshot(storage)
        let paths: [WritableKeyPath<MatchRule, Double>] = [\.nearJaccard, \.revisedShare, \.containment, \.coverage]
        for path in paths {
            for value in [0, -0.5, 1.01, .nan, .infinity] {
                var rule = MatchRule()
                rule[keyPath: path] = value
                #expect(throws: IndexError.self, "\(path) \(value)") { _ = try Checker(snapshot, rule: rule) }
            }
        }
        for path in [\MatchRule.sharedFingerprints, \.postingCap] {
            var rule = MatchRule()
            rule[keyPath: path] = 0
            #expect(throws: IndexError.self, "\(path)") { _ = try Checker(snapshot, rule: rule) }
        }
    }

    @Test("a second writer is refused, with the process that holds the lock")
    func secondWriter() throws {
        let folder = try TemporaryFolder()
        let first = try IndexWriter(path: folder.path)
        let error = #expect(throws: IndexError.self) { try IndexWriter(path: folder.path) }
        guard case .locked(let path, getpid()?)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(path.hasPrefix(folder.path))
        #expect(error?.description.contains("\(getpid())") == true)
        first.close()
        try IndexWriter(path: folder.path).close()
    }

    @Test("readers need no lock")
    func readers() throws {
        try write()
        let writer = try IndexWriter(storage, settings: nil, memory: 1)
        #expect(try IndexSnapshot(storage).documentCount == 1)
        writer.close()
    }

    @Test("a missing directory, one without an index, and a file are no index")
    func notAnIndex() throws {
        let folder = try TemporaryFolder()
        try Data("text".utf8).write(to: URL(fileURLWithPath: folder.path + "/manifesto"))
        for path in [folder.path, folder.path + "/missing", folder.path + "/manifesto"] {
            #expect(throws: IndexError.notAnIndex(path: path)) { try IndexSnapshot(path: path) }
        }
    }

    @Test("no index is made among other files, nor where one has lost its manifest")
    func otherFiles() throws {
        let inUse = MemoryStorage()
        try inUse.prepare()
        try inUse.put([1], as: "thesis.txt")
        #expect(throws: IndexError.directoryInUse(path: inUse.path, file: "thesis.txt")) {
            try IndexWriter(inUse, settings: nil, memory: 1)
        }
        #expect(try inUse.list() == ["thesis.txt"])
        try write()
        try storage.remove("manifest")
        let missing = IndexError.manifestMissing(path: storage.path, file: "shard-00000001.ndshard")
        #expect(throws: missing) { try IndexWriter(storage, settings: nil, memory: 1) }
        #expect(throws: missing) { try IndexSnapshot(storage) }
        #expect(try storage.list().contains("shard-00000001.ndshard"))
    }

    @Test("hashes of another version are refused by name, by readers and writers")
    func otherHashes() throws {
        for (name, change) in [
            ("hash version", { $0.hashVersion += 1 }), ("Unicode version", { $0.unicodeVersion += 1 << 16 }),
        ] as [(String, (inout IndexParameters) -> Void)] {
            var parameters = try IndexSettings().parameters()
            change(&parameters)
            let storage = MemoryStorage()
            try storage.prepare()
            try storage.put(Manifest(parameters: parameters, generation: 1).encoded(), as: "manifest")
            let errors = [
                #expect(throws: IndexError.self) { try IndexSnapshot(storage) },
                #expect(throws: IndexError.self) { try IndexWriter(storage, settings: nil, memory: 1) },
                #expect(throws: IndexError.self) { try IndexWriter(storage, settings: IndexSettings(), memory: 1) },
            ]
            for error in errors {
                guard case .otherParameters(storage.path, let mismatches)? = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(mismatches.map(\.name) == [name])
                #expect(error?.description.contains("another version of neardup made it") == true)
            }
        }
    }

    @Test("a manifest of a newer format is refused with both versions")
    func otherFormat() throws {
        try write()
        var bytes = try storage.read("manifest", limit: 1 << 20)
        bytes[8] += 1
        try storage.put(bytes, as: "manifest")
        let error = #expect(throws: IndexError.self) { try IndexSnapshot(storage) }
        guard case .damaged(.versionTooNew("news.index/manifest", .manifest, let expected, let found))? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == expected + 1)
        #expect(throws: IndexError.self) { try IndexWriter(storage, settings: nil, memory: 1) }
    }
}
