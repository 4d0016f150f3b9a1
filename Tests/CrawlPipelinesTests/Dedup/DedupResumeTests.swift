import CrawlModel
import CrawlReading
import Foundation
import NearDuplicates
import StreamCompression
import TestSupport
import Testing

@testable import CrawlPipelines

/// A run that was killed goes on, and its results are the same.
struct DedupResumeTests {
    private let folder: TemporaryFolder
    private let inputs: [String]

    init() throws {
        folder = try TemporaryFolder()
        let pages = madeUpPages(400, seed: 5)
        let lines = try folder.write(packed(pages[..<200].map(jsonLine).joined(), .gzip), to: "in/a.jsonl.gz")
        let warc = try folder.write(MadeUpDump.warc(120, seed: 3).bytes, to: "in/b.warc")
        let more = try folder.write(packed(pages[200...].map(jsonLine).joined(), .zstd), to: "in/c.jsonl.zst")
        inputs = [lines, warc, more]
    }

    private func options(_ set: (inout DedupOptions) -> Void = { _ in }) -> DedupOptions {
        var options = DedupOptions()
        options.reading.batchBytes = 4096
        // So little that shards are committed on the way.
        options.memory = 2_500_000
        options.fitsRecordsToMemory = false
        set(&options)
        return options
    }

    private func run(
        _ output: String,
        _ options: DedupOptions,
        inputs: [String]? = nil,
        notice: (DedupPipeline.Notice) -> Void = { _ in },
        progress: (DedupPipeline.Progress) -> Void = { _ in }
    ) throws -> DedupPipeline.Outcome {
        try DedupPipeline(options)
            .run(
                CrawlInputs.resolve(inputs ?? self.inputs),
                output: folder.file(output),
                notice: notice,
                progress: progress
            )
    }

    /// The bytes of every file below a folder, by path.
    private func tree(_ name: String) throws -> [String: Data] {
        let root = folder.file(name)
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            let url = URL(fileURLWithPath: root + "/" + path)
            guard try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == false else { continue }
            files[path] = try Data(contentsOf: url)
        }
        return files
    }

    @Test("killed at any moment", arguments: [DedupOptions.Writing.unique, .annotated, .none])
    func killed(_ writing: DedupOptions.Writing) throws {
        var copies: [String] = []
        var (told, halves) = (0, 0)
        let options = options { $0.writing = writing }
        // What a process that is killed leaves is what lies there now.
        _ = try run(
            "whole",
            options,
            progress: { progress in
                told += 1
                let isLong = progress.phase == .sketch || progress.phase == .write
                guard !isLong || told % 29 == 1 else { return }
                let copy = "killed-\(told)"
                do {
                    try FileManager.default.copyItem(atPath: folder.file("whole"), toPath: folder.file(copy))
                    copies.append(copy)
                } catch {
                    // A file was gone before it was copied: half a copy is no state that a killed process leaves.
                    halves += 1
                }
            }
        )
        #expect(copies.count > 4, "\(halves) more were copied in part")
        let expected = try tree("whole")
        #expect(expected.keys.contains("clusters.jsonl") && expected.keys.contains("summary.json"))
        #expect(expected.keys.allSatisfy { !$0.contains("neardup-work") && !$0.hasSuffix(".partial") })
        for copy in copies {
            var notices: [DedupPipeline.Notice] = []
            let threads = copies.firstIndex(of: copy)! % 3 + 1
            let again = self.options { ($0.writing, $0.threads) = (writing, threads) }
            _ = try run(copy, again, notice: { notices.append($0) })
            #expect(!notices.contains(.otherRun))
            let results = try tree(copy)
            let differing = Set(expected.keys).union(results.keys).filter { expected[$0] != results[$0] }
            #expect(differing.sorted() == [], "\(copy)")
        }
    }

    @Test("an input that changed is told by name, and the run starts over")
    func changed() throws {
        let stop = StopRequest()
        let pipeline = DedupPipeline(options())
        let first = try pipeline.run(
            CrawlInputs.resolve(inputs),
            output: folder.file("out"),
            stop: stop,
            progress: { if $0.phase == .cluster { stop.make() } }
        )
        #expect(first.wasStopped)
        _ = try folder.write(MadeUpDump.warc(50, seed: 99).bytes, to: "in/b.warc")
        var notices: [DedupPipeline.Notice] = []
        _ = try run("out", options(), notice: { notices.append($0) })
        #expect(notices == [.changed(source: inputs[1])])
        _ = try run("expected", options())
        #expect(try tree("out") == tree("expected"))
    }

    @Test("other options start over")
    func otherOptions() throws {
        let stop = StopRequest()
        _ = try DedupPipeline(options())
            .run(
                CrawlInputs.resolve(inputs),
                output: folder.file("out"),
                stop: stop,
                progress: { if $0.phase == .write { stop.make() } }
            )
        var notices: [DedupPipeline.Notice] = []
        let other = options { $0.settings.seed = 5 }
        _ = try run("out", other, notice: { notices.append($0) })
        #expect(notices == [.otherRun])
        _ = try run("expected", other)
        #expect(try tree("out") == tree("expected"))
    }

    @Test("results are replaced only when that is asked for, and other files never")
    func inUse() throws {
        _ = try run("out", options())
        let before = try tree("out")
        #expect(throws: PipelineError.self) { try run("out", options()) }
        _ = try run("out", options { $0.replacesOutput = true })
        #expect(try tree("out") == before)
        _ = try folder.write("mine", to: "out/notes.txt")
        #expect(throws: PipelineError.self) { try run("out", options { $0.replacesOutput = true }) }
        #expect(try String(contentsOfFile: folder.file("out/notes.txt"), encoding: .utf8) == "mine")
    }

    @Test("results stay when a run that was to replace them was stopped, until one replaces them that is asked to")
    func stoppedReplacement() throws {
        _ = try run("out", options(), inputs: [inputs[0]])
        let before = try tree("out")
        let stop = StopRequest()
        let replacing = options { $0.replacesOutput = true }
        _ = try DedupPipeline(replacing)
            .run(
                CrawlInputs.resolve([inputs[1]]),
                output: folder.file("out"),
                stop: stop,
                progress: { _ in stop.make() }
            )
        #expect(throws: PipelineError.self) { try run("out", options(), inputs: [inputs[2]]) }
        #expect(try tree("out").filter { !$0.key.contains("neardup-work") } == before)
        _ = try run("out", replacing, inputs: [inputs[2]])
        _ = try run("expected", options(), inputs: [inputs[2]])
        #expect(try tree("out") == tree("expected"))
    }

    @Test("a phase that was at its end when a run was stopped is not done again")
    func stoppedPhases() throws {
        for phase in [DedupPipeline.Phase.order, .near, .learn, .cluster] {
            let stop = StopRequest()
            let output = "stopped-\(phase.rawValue)"
            let stopped = try DedupPipeline(options())
                .run(
                    CrawlInputs.resolve(inputs),
                    output: folder.file(output),
                    stop: stop,
                    progress: { if $0.phase == phase { stop.make() } }
                )
            #expect(stopped.wasStopped && stopped.summary == nil)
            var notices: [DedupPipeline.Notice] = []
            _ = try run(output, options(), notice: { notices.append($0) })
            let all: [DedupPipeline.Phase] = [.sketch, .order, .near, .learn, .cluster]
            #expect(notices == [.resumed(Array(all[...all.firstIndex(of: phase)!]))])
        }
    }

    @Test("a folder for working files may hold anything else, and those of other runs")
    func temporary() throws {
        _ = try folder.write("mine", to: "temp/notes.txt")
        for (output, isStopped) in [("first", true), ("second", false)] {
            let stop = StopRequest()
            let outcome = try DedupPipeline(options())
                .run(
                    CrawlInputs.resolve(inputs),
                    output: folder.file(output),
                    temporary: folder.file("temp"),
                    stop: stop,
                    progress: { if isStopped, $0.phase == .cluster { stop.make() } }
                )
            #expect(outcome.wasStopped == isStopped)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("temp"))
        #expect(left.contains("notes.txt"))
        #expect(try String(contentsOfFile: folder.file("temp/notes.txt"), encoding: .utf8) == "mine")
        var notices: [DedupPipeline.Notice] = []
        let first = try DedupPipeline(options())
            .run(
                CrawlInputs.resolve(inputs),
                output: folder.file("first"),
                temporary: folder.file("temp"),
                notice: { notices.append($0) }
            )
        #expect(!first.wasStopped && notices == [.resumed([.sketch, .order, .near, .learn, .cluster])])
        _ = try run("expected", options())
        #expect(try tree("first") == tree("expected"))
    }

    @Test("an input named twice is read once")
    func repeated() throws {
        var notices: [DedupPipeline.Notice] = []
        let outcome = try run("out", options(), inputs: inputs + [inputs[0]], notice: { notices.append($0) })
        #expect(notices == [.repeated(source: inputs[0])])
        let once = try run("once", options())
        #expect(outcome.summary?.documents == once.summary?.documents)
    }
}
