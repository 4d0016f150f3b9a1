import CrawlModel
import Foundation
import IndexStorage
import LiveIndex
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// Adding, flushing, merging, removing and compacting while the disk gives up: what was acknowledged is there, and no half
/// of what was not.
struct FailureTests {
    /// Which calls one test case fails: every sixth.
    static let residues: Range<Int> = 0..<6

    /// In a short run only every third append of the sealed shard's many.
    private static func isTried(_ call: StorageCall, _ number: Int) -> Bool {
        Stress.isOn || call.operation != .append || !call.name.hasSuffix(".ndshard") || number % 3 == 0
    }

    @Test("whichever call fails, what was acknowledged is there after reopening", arguments: residues)
    func everyCallFails(_ residue: Int) async throws {
        let calls = try await callsOfWholeRun()
        #expect(calls.count > 150)
        let ways: [InjectedFailure.Effect] = [.nothing, .prefix(20), .complete]
        for call in stride(from: residue, to: calls.count, by: Self.residues.count)
        where Self.isTried(calls[call], call / 6) {
            for (number, effect) in ways.enumerated() {
                for goesOn in [true, false] where Stress.isOn || call / 6 % 6 == number * 2 + (goesOn ? 1 : 0) {
                    let failure = InjectedFailure(
                        call: call,
                        errno: call.isMultiple(of: 2) ? EIO : ENOSPC,
                        effect: effect,
                        everythingAfterFails: !goesOn
                    )
                    let place = "call \(call) (\(calls[call].operation) \(calls[call].name)), \(failure)"
                    let disk = MemoryStorage()
                    let run = await Run.go(disk, failing: failure)
                    if let error = run.error, !error.isOfStorage { Issue.record("\(place): \(error)") }
                    // What the process leaves, and what is left where the power goes at the same time.
                    if Stress.isOn || call % 2 == 0 { await check(disk.crash(keeping: .everything), run, place) }
                    if Stress.isOn || call % 2 == 1 { await check(disk.crash(), run, place + ", power cut") }
                }
            }
        }
    }

    @Test("a power cut after any call leaves what was acknowledged", arguments: residues)
    func powerCut(_ residue: Int) async throws {
        let calls = try await callsOfWholeRun()
        for call in stride(from: residue, through: calls.count, by: Self.residues.count)
        where call == calls.count || Self.isTried(calls[call], call / 6) {
            // Nothing after this call reaches the disk.
            let disk = MemoryStorage()
            let run = await Run.go(disk, failing: InjectedFailure(call: call, errno: EIO, everythingAfterFails: true))
            for outcome in Self.outcomes(seed: UInt64(call)) {
                await check(disk.crash(keeping: outcome), run, "cut before call \(call), \(outcome)")
            }
        }
    }

    private static func outcomes(seed: UInt64) -> [MemoryStorage.CrashOutcome] {
        guard Stress.isOn else { return [seed % 2 == 0 ? .prefixes(seed: seed) : .prefixesAndZeros(seed: seed)] }
        return [.surelyKept]
            + (0..<20).flatMap { [.prefixes(seed: 100 * seed + $0), .prefixesAndZeros(seed: 100 * seed + $0)] }
    }

    private func callsOfWholeRun() async throws -> [StorageCall] {
        let run = await Run.go(MemoryStorage(), failing: nil)
        #expect(run.error == nil)
        #expect(run.acknowledged == Run.steps.last?.holdings)
        return run.calls
    }

    /// What must hold of a disk on which a run was stopped.
    private func check(_ disk: MemoryStorage, _ run: Run, _ place: String) async {
        do {
            // Others read what is in shards, whole.
            if try disk.isPrepared && disk.list().contains("manifest") { try IndexSnapshot(disk).verify() }
            let index = try LiveIndex(disk)
            let found = try holdings(of: index.snapshot, versions: 0..<18)
            if found != run.acknowledged, found != run.tried {
                Issue.record("\(place): found \(found), expected \(run.acknowledged) or \(run.tried)")
            }
            // And goes on from there.
            try await index.add([document("after", 17)])
            try await index.close()
            let snapshot = try IndexSnapshot(disk)
            try snapshot.verify()
            if snapshot.documentCount != found.count + 1 {
                Issue.record("\(place): \(snapshot.documentCount) documents after \(found)")
            }
            let named = snapshot.manifest.shards.flatMap { [$0.name, $0.tombstones] }.filter { !$0.isEmpty }
            if try disk.list() != (named + ["lock", "manifest"]).sorted() {
                Issue.record("\(place): \(try disk.list()), but \(named)")
            }
        } catch {
            Issue.record("\(place): \(error)")
        }
    }
}

extension IndexError {
    fileprivate var isOfStorage: Bool { if case .storage = self { true } else { false } }
}

extension MemoryStorage {
    fileprivate var isPrepared: Bool { (try? list()) != nil }
}

/// A run over one disk, and how far it came.
private struct Run {
    enum Action {
        case open, close, flush, compact
        case add([(String, Int)])
        case addIfUnique(String, Int)
        case remove([String])
        case removeBefore(String)
    }

    /// What is done, and what the index holds after it.
    static let steps: [(action: Action, holdings: [String: Int])] = {
        var holdings: [String: Int] = [:]
        let actions: [Action] = [
            .open, .add([("a", 1), ("b", 2), ("c", 3)]), .remove(["b"]), .addIfUnique("d", 4), .addIfUnique("e", 4),
            .flush, .add([("a", 5), ("f", 6), ("a", 7)]), .remove(["c", "f"]), .add([("g", 8)]), .flush,
            // Two shards, merged beside this.
            .add([("h", 9), ("d", 10)]), .flush, .remove(["h"]), .add([("i", 11), ("j", 12)]),
            .removeBefore("2022-01-01"), .add([("k", 13), ("l", 14)]), .close,
            .open, .remove(["k"]), .add([("m", 15)]), .compact, .add([("n", 16)]), .remove(["m"]), .compact, .close,
        ]
        return actions.map { action in
            switch action {
            case .open, .close, .flush, .compact: break
            case .add(let documents): for (id, version) in documents { holdings[id] = version }
            case .addIfUnique(let id, let version): if !holdings.values.contains(version) { holdings[id] = version }
            case .remove(let ids): for id in ids { holdings[id] = nil }
            case .removeBefore: holdings = holdings.filter { $0.value % 10 >= 2 }
            }
            return (action, holdings)
        }
    }()

    var acknowledged: [String: Int] = [:]
    /// What there would be had the step that failed been done.
    var tried: [String: Int] = [:]
    var error: IndexError?
    var calls: [StorageCall] = []

    static func go(_ disk: MemoryStorage, failing failure: InjectedFailure?) async -> Run {
        let storage = FailingStorage(disk, failure: failure)
        var run = Run()
        var index: LiveIndex?
        do throws(IndexError) {
            var options = LiveIndexOptions()
            options.mergePolicy.shards = 2
            for (action, holdings) in steps {
                run.tried = holdings
                switch action {
                case .open: index = try LiveIndex(storage, options: options)
                case .close: try await index?.close()
                case .flush: try await index?.flush()
                case .compact: try await index?.compact()
                case .add(let documents): try await index?.add(documents.map { document($0, $1) })
                case .addIfUnique(let id, let version): _ = try await index?.addIfUnique(document(id, version))
                case .remove(let ids): try await index?.remove(ids: ids)
                case .removeBefore(let date):
                    var filter = RemovalFilter()
                    filter.before = CrawlDate(date)
                    try await index?.remove(filter)
                }
                run.acknowledged = holdings
            }
        } catch {
            run.error = error
            // Its threads end; nothing more reaches the disk.
            try? await index?.close()
        }
        run.calls = storage.calls
        return run
    }
}
