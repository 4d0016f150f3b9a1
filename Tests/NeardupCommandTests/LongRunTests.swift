import Foundation
import TestSupport
import Testing

/// Runs that are stopped, and run again.
struct LongRunTests {
    private let folder: TemporaryFolder
    private let index: String

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("index")
    }

    @Test("a rerun says that there is nothing to do, and one over a changed file that it reads it anew")
    func rerun() throws {
        let file = try folder.write("{\"id\": \"a\", \"text\": \"one two three\"}\n", to: "a.jsonl")
        #expect(try Command.run("index", "--index", index, file).status == 0)
        let second = try Command.run("index", "--index", index, file)
        #expect(second.status == 0 && second.errors.contains("nothing to do"), "\(second.errors)")
        _ = try folder.write("{\"id\": \"a\", \"text\": \"one two three and more\"}\n", to: "a.jsonl")
        let third = try Command.run("index", "--index", index, file)
        #expect(third.errors.contains("changed since it was indexed; read anew"), "\(third.errors)")
        #expect(third.errors.contains("1 in place of older ones"))
        let fourth = try Command.run("index", "--index", index, "--reread", file)
        #expect(fourth.errors.contains("1 unchanged"), "\(fourth.errors)")
    }

    @Test("the first Ctrl-C commits what was read and says how to go on", arguments: [SIGINT, SIGTERM])
    func interrupted(_ signal: Int32) throws {
        // A pipe that stays open: the run can't end before the signal comes, whatever the machine is doing.
        let pipe = folder.file("pipe")
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        let end = try #require(FileHandle(forUpdatingAtPath: pipe))
        let file = try folder.write("{\"id\": \"a\", \"text\": \"one two three\"}\n", to: "a.jsonl")
        let run = try Command.start("index", "--index", index, file, pipe)
        // Once the index is there the signals are listened for: the file before the pipe is being read.
        while !FileManager.default.fileExists(atPath: index + "/manifest") { usleep(1000) }
        usleep(200_000)
        kill(run.process.processIdentifier, signal)
        run.process.waitUntilExit()
        try end.close()
        #expect(run.process.terminationReason == .exit && run.process.terminationStatus == 128 + signal)
        let errors = try run.errors
        #expect(errors.contains("goes on from here"), "\(errors)")
        // Whether the file was read before the signal came depends on the machine; that it is there now does not.
        #expect(try Command.run("index", "--index", index, file).status == 0)
        let stats = try Command.run("stats", "--index", index, "--json")
        #expect(stats.objects.first?["documents"] as? Int == 1)
    }
}
