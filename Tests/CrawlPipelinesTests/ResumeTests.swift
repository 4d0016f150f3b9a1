import CrawlModel
import CrawlPipelines
import CrawlReading
import Foundation
import NearDuplicates
import StreamCompression
import TestSupport
import Testing

/// An index remembers what it has of each input.
struct ResumeTests {
    private let folder: TemporaryFolder
    private let pages = madeUpPages(300, seed: 77)
    private let index: String

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("index")
    }

    private func run(
        _ paths: [String],
        into index: String,
        stoppingAfter batches: Int? = nil,
        _ set: (inout IndexPipeline) -> Void = { _ in }
    ) throws -> (summary: IndexPipeline.Summary, notices: [InputNotice], problems: Int) {
        var pipeline = IndexPipeline()
        pipeline.reading.batchBytes = 4096
        pipeline.threads = 2
        set(&pipeline)
        let stop = StopRequest()
        var (told, problems) = (0, 0)
        var notices: [InputNotice] = []
        let summary = try pipeline.run(
            CrawlInputs.resolve(paths),
            into: index,
            stop: stop,
            notice: { notices.append($0) },
            report: { _ in problems += 1 },
            progress: { _ in
                told += 1
                if told == batches { stop.make() }
            }
        )
        return (summary, notices, problems)
    }

    /// What every page is told to resemble.
    private func answers(_ index: String, _ dump: String) throws -> [String] {
        try check([dump], against: index).lines
    }

    @Test("A rerun over finished inputs does nothing")
    func rerun() throws {
        let dump = try folder.write(pages.map(jsonLine).joined(), to: "a.jsonl")
        let wet = try folder.write(
            pages[..<50].map { wetRecord(Page(id: "wet-" + $0.id, text: $0.text)) }.joined(),
            to: "b.wet"
        )
        let first = try run([dump, wet], into: index)
        #expect(first.summary.reading.documents == 350 && first.summary.knownInputs == 0)
        let before = try folder.contents(of: "index")
        let second = try run([dump, wet], into: index)
        #expect(second.summary.reading.documents == 0 && second.summary.knownInputs == 2 && second.notices.isEmpty)
        #expect(try folder.contents(of: "index") == before)
        // By another name of the same file, too.
        let third = try run([folder.path + "/./a.jsonl"], into: index)
        #expect(third.summary.knownInputs == 1)
        let again = try run([dump], into: index) { $0.readsAgain = true }
        #expect(again.summary.reading.documents == 300 && again.summary.added.added == 0)
    }

    @Test("A file that changed, or is read with other options, is told and read anew")
    func changed() throws {
        let dump = try folder.write(pages[..<100].map(jsonLine).joined(), to: "a.jsonl")
        _ = try run([dump], into: index)
        _ = try folder.write(pages[..<120].map(jsonLine).joined(), to: "a.jsonl")
        let second = try run([dump], into: index)
        #expect(second.notices == [.changed(source: dump)])
        let known = Set(pages[..<100].filter { !$0.text.isEmpty }.map(\.id)).count
        let added = pages[100..<120].filter { !$0.text.isEmpty }.count
        #expect(second.summary.added.added == added && second.summary.added.unchanged == known)
        let third = try run([dump], into: index) { $0.reading.urlField = "link" }
        #expect(third.notices == [.otherOptions(source: dump)] && third.summary.added.replaced == known + added)
        // Of the same length, but changed later.
        let later = Date(timeIntervalSinceNow: 100)
        try FileManager.default.setAttributes([.modificationDate: later], ofItemAtPath: dump)
        #expect(try run([dump], into: index) { $0.reading.urlField = "link" }.notices == [.changed(source: dump)])
    }

    @Test(
        "A run that is stopped commits what it read, and the next goes on there",
        arguments: [CompressionKind.plain, .gzip, .zstd]
    )
    func stopped(_ kind: CompressionKind) throws {
        let text = pages.map(jsonLine).joined()
        let first = try folder.write(
            pages[..<20].map { jsonLine(Page(id: "f-" + $0.id, text: $0.text)) }.joined(),
            to: "0.jsonl"
        )
        let dump = try folder.write(kind == .plain ? Array(text.utf8) : try packed(text, kind), to: "a.jsonl")
        let whole = folder.file("whole")
        _ = try run([first, dump], into: whole)
        let expected = try answers(whole, dump)
        for memory in [1, 512 << 20] {
            let index = folder.file("index-\(memory)")
            var (runs, documents) = (0, 0)
            while true {
                let run = try run([first, dump], into: index, stoppingAfter: 3) {
                    $0.memory = memory
                    // A shard for each document; none is too long.
                    $0.fitsRecordsToMemory = false
                }
                documents += run.summary.reading.documents
                #expect(run.summary.added.unchanged == 0 && run.summary.added.replaced == 0)
                runs += 1
                try #require(runs < 200)
                if !run.summary.wasStopped { break }
            }
            #expect(documents == 320 && runs > 5)
            #expect(try answers(index, dump) == expected)
            #expect(try run([first, dump], into: index).summary.knownInputs == 2)
        }
    }

    @Test("Damage within an input is told by every run, and what came before it is added once")
    func damaged() throws {
        let bytes = try packed(pages.map(jsonLine).joined(), .gzip)
        let dump = try folder.write(Array(bytes.dropLast(20)), to: "a.jsonl.gz")
        let first = try run([dump], into: index)
        #expect(first.problems == 1 && first.summary.added.added > 250)
        let second = try run([dump], into: index)
        #expect(second.problems == 1 && second.summary.added.added == 0 && second.summary.reading.documents < 100)
    }

    @Test("A strict run that stopped reads the batch again that it stopped in")
    func strict() throws {
        let lines = pages[..<60].map(jsonLine) + ["{\n"] + pages[60..<100].map(jsonLine)
        let dump = try folder.write(lines.joined(), to: "a.jsonl")
        #expect(throws: PipelineError.self) { try run([dump], into: index) { $0.isStrict = true } }
        let second = try run([dump], into: index)
        let count = { (pages: ArraySlice<Page>) in pages.filter { !$0.text.isEmpty }.count }
        #expect(second.problems == 1 && second.summary.added.added == count(pages[60..<100]))
        #expect(try IndexSnapshot(path: index).documentCount == count(pages[..<100]))
    }

    @Test("A request to stop ends a run that waits for a pipe")
    func silentPipe() throws {
        let pipe = folder.file("pipe")
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        let end = try #require(FileHandle(forUpdatingAtPath: pipe))
        defer { try? end.close() }
        try end.write(contentsOf: Data(pages[..<40].map(jsonLine).joined().utf8))
        let run = try run([pipe], into: index, stoppingAfter: 1)
        #expect(run.summary.wasStopped && run.summary.reading.documents > 0)
        #expect(try IndexSnapshot(path: index).documentCount == run.summary.added.added)
    }
}
