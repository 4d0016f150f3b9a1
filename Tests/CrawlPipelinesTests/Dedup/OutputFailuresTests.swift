import CrawlReading
import Foundation
import IndexStorage
import StreamCompression
import TestSupport
import Testing

@testable import CrawlPipelines

/// Every call of the output's storage failing in turn.
struct OutputFailuresTests {
    @Test("a failure is told, and nothing appears under its name")
    func failures() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write(MadeUpDump.warc(20, seed: 2).bytes, to: "a.warc")
        let second = try folder.write(packed("page one of two", .gzip), to: "b.txt.gz")
        let run = try OutputRun([first, second], in: folder) { $0.reading.batchBytes = 600 }
        func attempt(_ name: String, failing call: Int?) throws -> Int {
            // One count for all folders.
            let failing = FailingStorage(
                DirectoryStorage(path: folder.file("out")),
                failure: call.map { InjectedFailure(call: $0, errno: ENOSPC) }
            )
            try run.write(.unique, dropping: [1], to: name) { (path) -> any IndexDirectory in
                if path == folder.file("out") { return failing }
                return DirectoryStorage(path: path)
            }
            return failing.calls.count
        }
        let calls = try attempt("whole", failing: nil)
        #expect(calls >= 3)
        for call in 0..<calls {
            #expect(throws: (any Error).self, "call \(call)") { try attempt("failed-\(call)", failing: call) }
        }
    }

    @Test("a file that can't be written is told by its path")
    func files() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(MadeUpDump.jsonLines(30, seed: 2, longest: 3000).bytes, to: "a.jsonl")
        let run = try OutputRun([path], in: folder) { _ in }
        // The synchronisation of the file, its closing, and what comes before, each in turn.
        for call in 0..<4 {
            let error = #expect(throws: PipelineError.self) {
                try run.write(.unique, dropping: [], to: "unique-\(call)") { (path) -> any IndexDirectory in
                    let storage = DirectoryStorage(path: path)
                    guard path.contains(".partial/") else { return storage }
                    return FailingStorage(storage, failure: InjectedFailure(call: call, errno: ENOSPC))
                }
            }
            #expect(error?.description.contains(folder.path) == true)
            #expect(!FileManager.default.fileExists(atPath: folder.file("out/unique-\(call)")))
        }
    }
}
