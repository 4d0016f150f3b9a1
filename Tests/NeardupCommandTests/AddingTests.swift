import Foundation
import NearDuplicates
import TestSupport
import Testing

/// `check --add`, and expiring, as a user runs them.
struct AddingTests {
    private let folder: TemporaryFolder
    private let index: String

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("index")
    }

    @Test("the first of each text is added, the next is told to be its duplicate; whatever the threads")
    func keepsFirst() throws {
        let lines = (0..<300).map { line("d\($0)", text: $0 % 100) }
        let input = try folder.write(lines.joined(separator: "\n"), to: "in.jsonl")
        let one = try Command.run("check", "--index", index, "--add", "--threads", "1", input)
        #expect(one.status == 0)
        #expect(one.objects.map { $0["verdict"] as? String } == (0..<300).map { $0 < 100 ? "unique" : "exact" })
        #expect(one.errors.contains("added 100 documents"))
        let three = try Command.run("check", "--index", folder.file("other"), "--add", "--threads", "3", input)
        #expect(three.output == one.output)
        #expect(try Command.run("verify", "--index", index).output.contains("100 documents"))
        let again = try Command.run("check", "--index", index, "--add", "--durability", "none", input)
        #expect(again.errors.contains("added 0 documents"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: index).allSatisfy { !$0.hasSuffix(".ndlog") })
    }

    @Test("what a killed run has told is in the index, for whoever reads it next and whoever writes")
    func killed() async throws {
        let lines = (0..<20_000).map { line("d\($0)", text: $0) }
        let input = try folder.write(lines.joined(separator: "\n"), to: "in.jsonl")
        let running = try Command.start("check", "--index", index, "--add", "--quiet", input)
        let output = running.folder.file("out")
        while try Data(contentsOf: URL(fileURLWithPath: output)).isEmpty, running.process.isRunning {
            try await Task.sleep(for: .milliseconds(10))
        }
        kill(running.process.processIdentifier, SIGKILL)
        running.process.waitUntilExit()
        let told = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").count
        #expect(told > 0)
        // The last line may be cut.
        let first = try folder.write(lines[..<max(0, told - 1)].joined(separator: "\n"), to: "told.jsonl")
        #expect(try Command.run("verify", "--index", index).status == 0)
        let read = try Command.run("check", "--index", index, first)
        #expect(read.objects.allSatisfy { $0["verdict"] as? String == "exact" })
        // Bulk indexing takes the log over.
        let other = try folder.write(line("other", text: 30_000), to: "other.jsonl")
        #expect(try Command.run("index", "--index", index, other).status == 0)
        let left = try Command.run("check", "--index", index, first, other)
        #expect(left.objects.allSatisfy { $0["verdict"] as? String == "exact" })
        #expect(try Command.run("verify", "--index", index).status == 0)
    }

    @Test("documents older than an age go")
    func expire() throws {
        let lines = [
            line("old", text: 1, date: "2001-01-01"), line("new", text: 2, date: "2199-01-01"),
            line("undated", text: 3),
        ]
        let input = try folder.write(lines.joined(separator: "\n"), to: "in.jsonl")
        #expect(try Command.run("index", "--index", index, input).status == 0)
        let trial = try Command.run("remove", "--index", index, "--expire", "30d", "--dry-run")
        #expect(trial.output.contains("would remove 1 document, 1 kept that have no date"))
        #expect(try Command.run("compact", "--index", index, "--expire", "4w").output.contains("removed 1 document"))
        let added = try Command.run("check", "--index", index, "--add", "--expire", "12h", input)
        #expect(added.objects.map { $0["verdict"] as? String } == ["unique", "exact", "exact"])
        let gone = try Command.run(
            "check",
            "--index",
            index,
            "--add",
            "--expire",
            "12h",
            "--quiet",
            try folder.write("", to: "none.jsonl")
        )
        #expect(gone.status == 0)
        #expect(
            try Command.run("check", "--index", index, input).objects.map { $0["verdict"] as? String } == [
                "unique", "exact", "exact",
            ]
        )
    }

    @Test("64 for what does not go together, 75 with the process that has the index")
    func refusals() throws {
        let input = try folder.write(line("a", text: 1), to: "in.jsonl")
        for arguments in [
            ["--add", "--explain"], ["--expire", "30d"], ["--add", "--expire", "30"],
            ["--add", "--durability", "most"],
        ] {
            #expect(try Command.run(["check", "--index", index, input] + arguments).status == 64, "\(arguments)")
        }
        #expect(try Command.run("remove", "--index", index, "--expire", "1d", "--before", "2020").status == 64)
        let writer = try IndexWriter(path: index)
        let refused = try Command.run("check", "--index", index, "--add", input)
        #expect(refused.status == 75)
        #expect(refused.errors.contains("\(ProcessInfo.processInfo.processIdentifier)"))
        writer.close()
        #expect(try Command.run("check", "--index", index, "--add", input).status == 0)
    }

    private func line(_ id: String, text: Int, date: String = "") -> String {
        let words = (0..<40).map { "w\(text)x\($0)" }.joined(separator: " ")
        return "{\"id\":\"\(id)\",\"text\":\"\(words)\",\"date\":\"\(date)\"}"
    }
}
