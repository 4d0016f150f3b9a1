import CrawlModel
import Foundation
import IndexStorage
import NearDuplicates
import ShardFormat
import Testing

/// Indexing, replacing and dropping shards while the disk gives up: what was committed is there, whole, and nothing else.
struct CrashTests {
    /// Which calls one test case fails: every sixth.
    static let residues: Range<Int> = 0..<6

    @Test("whichever call fails, what was committed is there and whole", arguments: residues)
    func everyCallFails(_ residue: Int) throws {
        let calls = try callsOfWholeRun()
        #expect(calls.count > 40)
        let ways: [InjectedFailure.Effect] = [.nothing, .prefix(7), .complete]
        for call in stride(from: residue, to: calls.count, by: Self.residues.count) {
            for (number, effect) in ways.enumerated() {
                for goesOn in [true, false] {
                    let failure = InjectedFailure(
                        call: call,
                        errno: (call + number).isMultiple(of: 2) ? EIO : ENOSPC,
                        effect: effect,
                        everythingAfterFails: !goesOn
                    )
                    try run(failure, "call \(call) (\(calls[call].operation) \(calls[call].name)), \(failure)")
                }
            }
        }
    }

    @Test("a power cut after any call leaves what was committed", arguments: residues)
    func powerCut(_ residue: Int) throws {
        let calls = try callsOfWholeRun()
        for call in stride(from: residue, through: calls.count, by: Self.residues.count) {
            // Nothing after this call reaches the disk.
            let failure = InjectedFailure(call: call, errno: EIO, everythingAfterFails: true)
            let disk = MemoryStorage()
            var run = Run(disk)
            _ = run.go(failing: failure)
            for outcome in Self.outcomes(seed: UInt64(call)) {
                try check(disk.crash(keeping: outcome), run, "cut before call \(call), \(outcome)")
            }
        }
    }

    private static func outcomes(seed: UInt64) -> [MemoryStorage.CrashOutcome] {
        let tries: UInt64 = Stress.isOn ? 40 : 2
        return [.surelyKept]
            + (0..<tries).flatMap { [.prefixes(seed: 100 * seed + $0), .prefixesAndZeros(seed: 100 * seed + $0)] }
    }

    private func callsOfWholeRun() throws -> [StorageCall] {
        var run = Run(MemoryStorage())
        let outcome = run.go(failing: nil)
        #expect(outcome.error == nil)
        #expect(run.committed == Run.steps.last?.holdings)
        return outcome.calls
    }

    private func run(_ failure: InjectedFailure, _ place: Comment) throws {
        let disk = MemoryStorage()
        var run = Run(disk)
        let (_, error) = run.go(failing: failure)
        if let error {
            guard case .storage(let path, let message) = error else {
                Issue.record("\(place): \(error)")
                return
            }
            #expect(path.hasPrefix(disk.path), place)
            #expect(message.contains(path), place)
        }
        try check(disk, run, place)
    }

    /// What must hold of a disk on which a run was stopped.
    private func check(_ disk: MemoryStorage, _ run: Run, _ place: Comment) throws {
        do {
            let snapshot = try IndexSnapshot(disk)
            try snapshot.verify()
            let found = try holdings(of: snapshot)
            #expect(found == run.committed ?? [:] || found == run.tried, place)
        } catch IndexError.notAnIndex {
            #expect(run.committed == nil, place)
        } catch {
            Issue.record("\(place): \(error)")
            return
        }
        // The next writer goes on from there.
        let writer = try IndexWriter(disk, settings: nil, memory: 1 << 30)
        try writer.add(story("after", 9, words: 40))
        try writer.commit()
        writer.close()
        let snapshot = try IndexSnapshot(disk)
        try snapshot.verify()
        let found = try holdings(of: snapshot)
        #expect([run.committed, run.tried].contains { ($0 ?? [:]).merging(["after": 9]) { $1 } == found }, place)
        let named = snapshot.manifest.shards.flatMap { [$0.name, $0.tombstones] }.filter { !$0.isEmpty }
        #expect(try disk.list() == (named + ["lock", "manifest"]).sorted(), place)
    }

    private func holdings(of snapshot: IndexSnapshot) throws -> [String: Int] {
        var checker = try Checker(snapshot)
        var found: [String: Int] = [:]
        for version in 0..<10 {
            for match in try checker.check(story("", version, words: 40).text).matches where match.relation == .exact {
                #expect(found.updateValue(version, forKey: match.id) == nil)
            }
        }
        #expect(found.count == snapshot.documentCount)
        return found
    }
}

/// A run of writers over one disk, and how far it came.
private struct Run {
    /// What each commit adds, whether a new writer does it, and what the index holds after it.
    static let steps: [(isNewWriter: Bool, adds: [(String, Int)], holdings: [String: Int])] = [
        (true, [("a", 1), ("b", 2)], ["a": 1, "b": 2]),
        (false, [("c", 3), ("a", 4), ("c", 5)], ["a": 4, "b": 2, "c": 5]),
        // The first shard has nothing left.
        (true, [("b", 6)], ["a": 4, "b": 6, "c": 5]),
        (true, [("a", 7), ("d", 8)], ["a": 7, "b": 6, "c": 5, "d": 8]),
    ]

    let disk: MemoryStorage
    /// What the last successful commit left; nil before the first, when there may be an empty index or none.
    private(set) var committed: [String: Int]?
    /// What the commit after it would have left.
    private(set) var tried: [String: Int]?

    init(_ disk: MemoryStorage) { self.disk = disk }

    mutating func go(failing failure: InjectedFailure?) -> (calls: [StorageCall], error: IndexError?) {
        let storage = FailingStorage(disk, failure: failure)
        do throws(IndexError) {
            var writer: IndexWriter?
            for step in Self.steps {
                tried = step.holdings
                if step.isNewWriter {
                    writer?.close()
                    writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
                }
                for (id, version) in step.adds { try writer?.add(story(id, version, words: 40)) }
                try writer?.commit()
                committed = step.holdings
            }
            return (storage.calls, nil)
        } catch {
            return (storage.calls, error)
        }
    }
}
