import CrawlModel
import Foundation
import IndexStorage
import NearDuplicates
import ShardFormat
import Testing

/// Whatever storage does, the list of inputs says exactly what is in the index, no more and no less.
struct InputCrashTests {
    @Test("Whichever call fails, a rerun adds what is missing and nothing else", arguments: [1, 1 << 30])
    func everyCallFails(_ memory: Int) throws {
        for call in try callsOfWholeRun(memory) {
            // Each call fails in one of the ways, neighbours in different ones.
            let failure = InjectedFailure(
                call: call,
                errno: ENOSPC,
                effect: [.nothing, .prefix(7), .complete][call % 3],
                everythingAfterFails: call / 3 % 2 == 0
            )
            let disk = MemoryStorage()
            if let error = InputRun(memory: memory).go(FailingStorage(disk, failure: failure)) {
                guard case .storage = error else {
                    Issue.record("call \(call), \(failure): \(error)")
                    continue
                }
            }
            try check(disk, memory, "call \(call), \(failure)")
        }
    }

    @Test("A power cut after any call leaves a list that is true", arguments: [1, 1 << 30])
    func powerCut(_ memory: Int) throws {
        for call in try callsOfWholeRun(memory) {
            let disk = MemoryStorage()
            let failure = InjectedFailure(call: call, errno: EIO, everythingAfterFails: true)
            _ = InputRun(memory: memory).go(FailingStorage(disk, failure: failure))
            let seed = UInt64(call)
            let outcomes: [MemoryStorage.CrashOutcome] = [
                .surelyKept, .prefixes(seed: seed), .prefixesAndZeros(seed: seed),
            ]
            let outcome = outcomes[call % 3]
            try check(disk.crash(keeping: outcome), memory, "cut before call \(call), \(outcome)")
        }
    }

    /// The calls to fail: all but appends, of which one is much like the next.
    private func callsOfWholeRun(_ memory: Int) throws -> [Int] {
        let disk = MemoryStorage()
        let storage = FailingStorage(disk, failure: nil)
        #expect(InputRun(memory: memory).go(storage) == nil)
        #expect(try claimed(disk) == InputRun.all)
        #expect(storage.calls.count > 20)
        return storage.calls.indices.filter { storage.calls[$0].operation != .append || $0 % 11 == 0 }
    }

    private func check(_ disk: MemoryStorage, _ memory: Int, _ place: Comment) throws {
        do {
            let snapshot = try IndexSnapshot(disk)
            try snapshot.verify()
            #expect(try InputRun.held(snapshot) == claimed(disk), place)
        } catch IndexError.notAnIndex {}
        // Nothing is added twice: it would be refused. All of it is there at the end.
        #expect(InputRun(memory: memory).go(disk) == nil, place)
        #expect(try InputRun.held(IndexSnapshot(disk)) == InputRun.all, place)
        #expect(try claimed(disk) == InputRun.all, place)
    }

    /// The documents that the list of inputs says are there.
    private func claimed(_ disk: MemoryStorage) throws -> Set<String> {
        let writer = try IndexWriter(disk, settings: nil, memory: 1 << 30)
        defer { writer.close() }
        return Set(InputRun.paths.flatMap { path in InputRun.ids(path).prefix(InputRun.done(path, writer)) })
    }
}

/// Indexes two inputs, batch by batch, and merges an index of a third.
private struct InputRun {
    static let paths = ["/one", "/two", "/three"]
    private static let documents = 4
    private static let stamp = FileStamp(size: 70, modified: 5)
    static var all: Set<String> { Set(paths.flatMap { ids($0) }) }

    /// What documents may take: with 1 each is committed on its own, within a batch too.
    let memory: Int

    static func ids(_ path: String) -> [String] { (0..<documents).map { "\(path)-\($0)" } }

    /// How many documents of an input the index says it has.
    static func done(_ path: String, _ writer: IndexWriter) -> Int {
        guard let entry = writer.inputEntry(path: path) else { return 0 }
        return entry.resumePoint.map { Int($0.offset) } ?? documents
    }

    static func held(_ snapshot: IndexSnapshot) throws -> Set<String> {
        var checker = try Checker(snapshot)
        var found: Set<String> = []
        for (number, path) in paths.enumerated() {
            for (place, id) in ids(path).enumerated() {
                let matches = try checker.check(story(id, 100 * number + place, words: 40).text).matches
                if matches.contains(where: { $0.id == id && $0.relation == .exact }) { found.insert(id) }
            }
        }
        #expect(found.count == snapshot.documentCount)
        return found
    }

    func go(_ storage: any IndexDirectory) -> IndexError? {
        do throws(IndexError) {
            let writer = try IndexWriter(storage, settings: nil, policy: .fail, memory: memory)
            defer { writer.close() }
            writer.mergePolicy = .never
            for (number, path) in Self.paths.prefix(2).enumerated() { try read(path, number, into: writer) }
            try writer.commit()
            guard Self.done(Self.paths[2], writer) == 0 else { return nil }
            let other = MemoryStorage(path: "other:")
            let source = try IndexWriter(other, settings: nil, memory: 1 << 30)
            try read(Self.paths[2], 2, into: source)
            try source.commit()
            source.close()
            _ = try writer.merge(MergeSource(IndexSnapshot(other)))
            return nil
        } catch {
            return error
        }
    }

    /// Reads an input on, two documents at a time.
    private func read(_ path: String, _ number: Int, into writer: IndexWriter) throws(IndexError) {
        var sketcher = try DocumentSketcher(parameters: writer.parameters)
        var (batch, sketches) = (DocumentBatch(), SketchBatch())
        var next = Self.done(path, writer)
        while next < Self.documents {
            let end = min(next + 2, Self.documents)
            batch.removeAll()
            for place in next..<end {
                var document = story(Self.ids(path)[place], 100 * number + place, words: 40)
                document.location = RecordLocation(source: path, offset: UInt64(place), length: 1)
                batch.append(document)
            }
            sketches.sketch(batch, with: &sketcher)
            let isEnd = end == Self.documents
            let progress = InputProgress(
                path: path,
                stamp: Self.stamp,
                options: 3,
                format: .jsonLines,
                end: isEnd ? .finished : .at(ResumePoint(format: .jsonLines, offset: UInt64(end)))
            )
            try writer.add(batch, sketches, progress: progress)
            next = end
        }
    }
}
