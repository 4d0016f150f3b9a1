import Foundation
import TestSupport
import Testing

struct BenchTests {
    @Test("a table of the stages and of what was found; as JSON one object")
    func output() throws {
        let folder = try TemporaryFolder()
        let arguments = ["bench", "--generate", "300k", "--runs", "1", "--quality-pages", "100", "--temp", folder.path]
        let table = try Command.run(arguments)
        #expect(table.status == 0, "\(table.errors)")
        for word in ["stage", "parse", "shingle", "sketch", "index", "check", "exact", "same article"] {
            #expect(table.output.contains(word))
        }
        let json = try Command.run(arguments + ["--json", "--quiet"])
        #expect(json.errors.isEmpty)
        #expect(json.objects.count == 1)
        #expect((json.objects.first?["stages"] as? [Any])?.count == 6)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("single checks against an index, and growth")
    func latency() throws {
        let folder = try TemporaryFolder()
        let index = folder.file("index")
        #expect(try Command.run("index", "--index", index, "--quiet", Samples.path("crawl.jsonl")).status == 0)
        let latency = try Command.run(
            ["bench", "--latency", "--index", index, "--checks", "10", "--json", Samples.path("crawl.jsonl")]
        )
        #expect(latency.status == 0, "\(latency.errors)")
        #expect((latency.objects.first?["latency"] as? [Any])?.count == 2)
        let growth = try Command.run(
            ["bench", "--growth", "100,1k", "--runs", "1", "--checks", "10", "--temp", folder.path]
        )
        #expect(growth.status == 0, "\(growth.errors)")
        #expect(growth.output.contains("1,000"))
    }

    @Test("a benchmark that is stopped removes what it made")
    func stopped() throws {
        let folder = try TemporaryFolder()
        let run = try Command.start("bench", "--generate", "20m", "--runs", "1000", "--temp", folder.path)
        while try !run.errors.contains("measuring"), run.process.isRunning { usleep(1000) }
        kill(run.process.processIdentifier, SIGINT)
        run.process.waitUntilExit()
        #expect(run.process.terminationReason == .exit && run.process.terminationStatus == 130)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("what can't be is refused as usage, and a file that can't be read is told")
    func refusals() throws {
        #expect(try Command.run("bench", "-").status == 64)
        #expect(try Command.run("bench", "--stages", "fly").status == 64)
        #expect(try Command.run("bench", "--latency").status == 64)
        #expect(try Command.run("bench", "--growth", "10x").status == 64)
        #expect(try Command.run("bench", "--text-bytes", "1").status == 64)
        let none = try Command.run("bench", "/nowhere/none.jsonl", "--stages", "read", "--quality-pages", "0")
        #expect(none.status == 2)
        #expect(none.errors.contains("could not be read"))
        #expect(try Command.run("bench", "--temp", "/nowhere", "--generate", "1k").status == 74)
    }
}
