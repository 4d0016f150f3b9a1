import CrawlModel
import Foundation
import IndexStorage
import NearDuplicates
import ShardFormat
import Testing

/// Indexing, replacing, removing, merging and dropping shards while the disk gives up: what was committed is there, whole, and nothing else.
struct CrashTests {
    /// Which calls one test case fails: every sixth.
    static let residues: Range<Int> = 0..<6

    @Test("whichever call fails, what was committed is there and whole", arguments: residues, Scenario.allCases)
    func everyCallFails(_ residue: Int, _ scenario: Scenario) throws {
        let calls = try callsOfWholeRun(scenario)
        #expect(calls.count > 40)
        let ways: [InjectedFailure.Effect] = [.nothing, .prefix(7), .complete]
        for call in stride(from: residue, to: calls.count, by: Self.residues.count) {
            guard Self.isTried(call, calls[call], scenario) else { continue }
            for (number, effect) in ways.enumerated() {
                // All six ways take minutes; each of them is tried with a sixth of the calls.
                for goesOn in [true, false]
                where Self.triesAll(scenario) || call / 6 % 6 == number * 2 + (goesOn ? 1 : 0) {
                    let failure = InjectedFailure(
                        call: call,
                        errno: (call + number).isMultiple(of: 2) ? EIO : ENOSPC,
                        effect: effect,
                        everythingAfterFails: !goesOn
                    )
                    try run(
                        scenario,
                        failure,
                        "call \(call) (\(calls[call].operation) \(calls[call].name)), \(failure)"
                    )
                }
            }
        }
    }

    @Test("a power cut after any call leaves what was committed", arguments: residues, Scenario.allCases)
    func powerCut(_ residue: Int, _ scenario: Scenario) throws {
        let calls = try callsOfWholeRun(scenario)
        for call in stride(from: residue, through: calls.count, by: Self.residues.count) {
            if call < calls.count, !Self.isTried(call, calls[call], scenario) { continue }
            // Nothing after this call reaches the disk.
            let failure = InjectedFailure(call: call, errno: EIO, everythingAfterFails: true)
            let disk = MemoryStorage()
            var run = Run(disk, scenario)
            _ = run.go(failing: failure)
            for outcome in Self.outcomes(seed: UInt64(call), scenario) {
                try check(disk.crash(keeping: outcome), run, "cut before call \(call), \(outcome)")
            }
        }
    }

    private static func triesAll(_ scenario: Scenario) -> Bool { Stress.isOn || scenario == .replacing }

    /// Merging appends often, and one append is much like the next.
    private static func isTried(_ number: Int, _ call: StorageCall, _ scenario: Scenario) -> Bool {
        triesAll(scenario) || call.operation != .append || number % 53 == 0
    }

    private static func outcomes(seed: UInt64, _ scenario: Scenario) -> [MemoryStorage.CrashOutcome] {
        if !triesAll(scenario) {
            return [seed % 2 == 0 ? .surelyKept : seed % 4 == 1 ? .prefixes(seed: seed) : .prefixesAndZeros(seed: seed)]
        }
        let tries: UInt64 = Stress.isOn ? 40 : 2
        return [.surelyKept]
            + (0..<tries).flatMap { [.prefixes(seed: 100 * seed + $0), .prefixesAndZeros(seed: 100 * seed + $0)] }
    }

    private func callsOfWholeRun(_ scenario: Scenario) throws -> [StorageCall] {
        var run = Run(MemoryStorage(), scenario)
        let outcome = run.go(failing: nil)
        #expect(outcome.error == nil)
        #expect(run.committed == scenario.steps.last?.holdings)
        return outcome.calls
    }

    private func run(_ scenario: Scenario, _ failure: InjectedFailure, _ place: Comment) throws {
        let disk = MemoryStorage()
        var run = Run(disk, scenario)
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

/// What is done to an index, step by step, each of which is all or nothing.
enum Scenario: String, CaseIterable, CustomTestStringConvertible {
    case replacing
    case merging

    var testDescription: String { rawValue }

    struct Step {
        var isNewWriter = false
        var actions: [Action]
        /// What the index holds after the commit.
        var holdings: [String: Int]
    }

    enum Action {
        case add(String, Int)
        case remove(String)
        /// Removes all that is of an earlier date than the first of 2027.
        case removeAll
        case compact
        /// Merges a shard of these into the index.
        case merge([(String, Int)])
    }

    var steps: [Step] {
        switch self {
        case .replacing:
            [
                Step(isNewWriter: true, actions: [.add("a", 1), .add("b", 2)], holdings: ["a": 1, "b": 2]),
                Step(actions: [.add("c", 3), .add("a", 4), .add("c", 5)], holdings: ["a": 4, "b": 2, "c": 5]),
                // The first shard has nothing left.
                Step(isNewWriter: true, actions: [.add("b", 6)], holdings: ["a": 4, "b": 6, "c": 5]),
                Step(
                    isNewWriter: true,
                    actions: [.add("a", 7), .add("d", 8)],
                    holdings: ["a": 7, "b": 6, "c": 5, "d": 8]
                ),
            ]
        case .merging:
            [
                Step(
                    isNewWriter: true,
                    actions: [.add("a", 1), .add("b", 2), .add("e", 3)],
                    holdings: ["a": 1, "b": 2, "e": 3]
                ),
                // Two shards of one size are merged.
                Step(actions: [.add("c", 4), .add("a", 5)], holdings: ["a": 5, "b": 2, "c": 4, "e": 3]),
                Step(isNewWriter: true, actions: [.remove("b")], holdings: ["a": 5, "c": 4, "e": 3]),
                // Copied with tombstones, then most of one: rewritten.
                Step(
                    actions: [.merge([("a", 5), ("f", 6), ("c", 7), ("g", 8)])],
                    holdings: ["a": 5, "c": 7, "e": 3, "f": 6, "g": 8]
                ),
                Step(
                    isNewWriter: true,
                    actions: [.merge([("a", 5), ("f", 6), ("h", 0)])],
                    holdings: ["a": 5, "c": 7, "e": 3, "f": 6, "g": 8, "h": 0]
                ),
                // Nothing of it counts.
                Step(
                    actions: [.merge([("a", 5), ("f", 6)])],
                    holdings: ["a": 5, "c": 7, "e": 3, "f": 6, "g": 8, "h": 0]
                ),
                Step(actions: [.remove("g"), .compact], holdings: ["a": 5, "c": 7, "e": 3, "f": 6, "h": 0]),
                Step(isNewWriter: true, actions: [.compact], holdings: ["a": 5, "c": 7, "e": 3, "f": 6, "h": 0]),
                Step(actions: [.removeAll], holdings: [:]),
            ]
        }
    }
}

/// A run of writers over one disk, and how far it came.
private struct Run {
    let disk: MemoryStorage
    private let scenario: Scenario
    /// What the last successful commit left; nil before the first, when there may be an empty index or none.
    private(set) var committed: [String: Int]?
    /// What the commit after it would have left.
    private(set) var tried: [String: Int]?

    init(_ disk: MemoryStorage, _ scenario: Scenario) {
        self.disk = disk
        self.scenario = scenario
    }

    mutating func go(failing failure: InjectedFailure?) -> (calls: [StorageCall], error: IndexError?) {
        let storage = FailingStorage(disk, failure: failure)
        do throws(IndexError) {
            var writer: IndexWriter?
            for step in scenario.steps {
                tried = step.holdings
                if step.isNewWriter {
                    writer?.close()
                    writer = try IndexWriter(storage, settings: nil, memory: 1 << 30)
                    if scenario == .merging { writer?.mergePolicy.shards = 2 } else { writer?.mergePolicy = .never }
                    // None for merging: its scratch files fail too.
                    writer?.mergeMemory = 0
                }
                if let writer { for action in step.actions { try Self.run(action, writer) } }
                try writer?.commit()
                committed = step.holdings
            }
            return (storage.calls, nil)
        } catch {
            return (storage.calls, error)
        }
    }

    private static func run(_ action: Scenario.Action, _ writer: IndexWriter) throws(IndexError) {
        switch action {
        case .add(let id, let version): try writer.add(story(id, version, words: 40))
        case .remove(let id): try writer.remove(id: id)
        case .removeAll:
            var filter = RemovalFilter()
            filter.before = CrawlDate("2027-01-01")
            _ = try writer.remove(filter)
        case .compact: _ = try writer.compact()
        case .merge(let documents):
            let other = MemoryStorage(path: "other:")
            let source = try IndexWriter(other, settings: nil, memory: 1 << 30)
            for (id, version) in documents { try source.add(story(id, version, words: 40)) }
            try source.commit()
            source.close()
            _ = try writer.merge(MergeSource(IndexSnapshot(other)))
        }
    }
}
