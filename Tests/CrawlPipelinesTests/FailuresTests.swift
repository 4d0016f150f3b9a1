import CrawlModel
import CrawlPipelines
import CrawlReading
import Foundation
import NearDuplicates
import TestSupport
import Testing

/// What stops a run stops it at once, with its name, and leaves the index as it was.
struct FailuresTests {
    private let folder: TemporaryFolder
    private let dump: String
    private let pages = madeUpPages(120, seed: 41)

    init() throws {
        folder = try TemporaryFolder()
        dump = try folder.write(pages.map(jsonLine).joined(), to: "dump.jsonl")
    }

    @Test("output that fails stops the check", arguments: [1, 4])
    func outputFails(_ threads: Int) throws {
        try index([dump], into: folder.file("index"))
        var pipeline = CheckPipeline()
        (pipeline.threads, pipeline.reading.batchBytes) = (threads, 500)
        var calls = 0
        let error = #expect(throws: PipelineError.self) {
            try pipeline.run(
                [CrawlInput(path: dump)],
                against: IndexSnapshot(path: folder.file("index")),
                formatter: JSONLinesFormatter(),
                output: { (_) throws(PipelineError) in
                    calls += 1
                    if calls == 3 { throw .output(message: "no room") }
                }
            )
        }
        guard case .output("no room")? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(calls == 3)
    }

    @Test("output that fails stops the check, even while the input is a pipe that says nothing more")
    func silentPipe() throws {
        try index([dump], into: folder.file("index"))
        let pipe = folder.file("pipe")
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        // For reading too, so that opening waits for nobody, and the reader never sees an end until this is closed.
        let end = try #require(FileHandle(forUpdatingAtPath: pipe))
        defer { try? end.close() }
        try end.write(contentsOf: Data(pages[..<20].map(jsonLine).joined().utf8))
        var pipeline = CheckPipeline()
        (pipeline.threads, pipeline.reading.batchBytes) = (2, 500)
        #expect(throws: PipelineError.self) {
            try pipeline.run(
                [CrawlInput(path: pipe)],
                against: IndexSnapshot(path: folder.file("index")),
                formatter: JSONLinesFormatter(),
                output: { (_) throws(PipelineError) in throw .output(message: "no room") }
            )
        }
    }

    @Test("a known id stops indexing where that is the policy; the index stays as it was")
    func sameID() throws {
        try index([dump], into: folder.file("index"))
        let before = try folder.contents(of: "index")
        let more = try folder.write(
            jsonLine(Page(id: "new", text: "a new text")) + jsonLine(pages[7]),
            to: "more.jsonl"
        )
        let error = #expect(throws: PipelineError.self) {
            try index([more], into: folder.file("index")) { $0.onSameID = .fail }
        }
        guard case .index(.sameID("page-7"))? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try folder.contents(of: "index") == before)
    }

    @Test("an index that is being written is told of before anything is read")
    func locked() throws {
        let writer = try IndexWriter(path: folder.file("index"))
        defer { writer.close() }
        let error = #expect(throws: PipelineError.self) { try index([dump], into: folder.file("index")) }
        guard case .index(.locked)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("options and rules that make no sense are refused")
    func options() throws {
        try index([dump], into: folder.file("index"))
        let options = try check([dump], against: folder.file("index")) { $0.reading.textField = "" }
        guard case .options? = options.error else {
            Issue.record("\(String(describing: options.error))")
            return
        }
        let rule = try check([dump], against: folder.file("index")) { ($0.rule.containment, $0.threads) = (2, 3) }
        guard case .index(.invalidSetting)? = rule.error else {
            Issue.record("\(String(describing: rule.error))")
            return
        }
    }

    @Test("no input makes an empty index, against which everything is unique")
    func nothing() throws {
        try index([], into: folder.file("index"))
        let checked = try check([dump], against: folder.file("index"))
        #expect(checked.summary.verdicts.unique == pages.count)
    }
}
