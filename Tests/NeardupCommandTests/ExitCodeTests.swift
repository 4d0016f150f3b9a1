import Foundation
import NearDuplicates
import TestSupport
import Testing

/// Exit codes, each for its reason, and what is said then.
struct ExitCodeTests {
    private let folder: TemporaryFolder
    private let index: String
    private let page: String

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("index")
        page = try folder.write((0..<200).map { "word\($0)" }.joined(separator: " "), to: "page.txt")
        #expect(try Command.run("index", "--index", index, page).status == 0)
    }

    @Test("0 without --exit-code, 1 with it where something is a duplicate")
    func duplicates() throws {
        #expect(try Command.run("check", "--index", index, page).status == 0)
        #expect(try Command.run("check", "--index", index, "--exit-code", page).status == 1)
        let other = try folder.write("another text altogether", to: "other.txt")
        #expect(try Command.run("check", "--index", index, "--exit-code", other).status == 0)
    }

    @Test("2 where an input could not be read; the others were")
    func unreadable() throws {
        let missing = folder.file("missing.txt")
        let checked = try Command.run("check", "--index", index, missing, page)
        #expect(checked.status == 2)
        #expect(checked.objects.count == 2)
        #expect(checked.errors.contains("missing.txt") && checked.errors.contains("1 input could not be read"))
        // What could not be read matters more than duplicates that were found.
        #expect(try Command.run("check", "--index", index, "--exit-code", missing, page).status == 2)
        let indexed = try Command.run("index", "--index", folder.file("new"), missing, page)
        #expect(indexed.status == 2)
        #expect(try Command.run("verify", "--index", folder.file("new")).output.contains("1 document "))
        #expect(try Command.run("check", "--index", index, folder.file("*.none")).status == 2)
    }

    @Test("2 where a strict run stopped")
    func strict() throws {
        let bad = try folder.write("{\"id\":1,\"text\":\"good enough\"}\n{bad}\n", to: "bad.jsonl")
        #expect(try Command.run("check", "--index", index, bad).status == 0)
        let strict = try Command.run("check", "--index", index, "--strict", bad)
        #expect(strict.status == 2)
        #expect(strict.errors.contains("bad.jsonl") && strict.errors.contains("--strict"))
    }

    @Test(
        "64 for usage",
        arguments: [
            ["check"], ["check", "--index", "INDEX"], ["frobnicate"],
            ["check", "--index", "INDEX", "--nothing", "PAGE"],
            ["check", "--index", "INDEX", "--containment", "2", "PAGE"],
            ["check", "--index", "INDEX", "--near", "0", "PAGE"],
            ["check", "--index", "INDEX", "--posting-cap", "0", "PAGE"],
            ["check", "--index", "INDEX", "--overlaps", "--overlap-tokens", "0", "PAGE"],
            ["check", "--index", "INDEX", "--threads", "0", "PAGE"],
            ["check", "--index", "INDEX", "--limit", "-1", "PAGE"],
            ["check", "--index", "INDEX", "--json", "--table", "PAGE"],
            ["check", "--index", "INDEX", "--format", "pdf", "PAGE"],
            ["check", "--index", "INDEX", "--text-field", "", "PAGE"],
            ["index", "--index", "NEW", "--memory", "lots", "PAGE"],
            ["index", "--index", "NEW", "--shingle", "0", "PAGE"],
            ["index", "--index", "NEW", "--signature-bits", "3", "PAGE"],
            ["index", "--index", "NEW", "--on-same-id", "maybe", "PAGE"], ["stats"], ["verify", "--index"],
        ]
    )
    func usage(_ arguments: [String]) throws {
        let names = ["INDEX": index, "NEW": folder.file("new"), "PAGE": page]
        let outcome = try Command.run(arguments.map { names[$0] ?? $0 })
        #expect(outcome.status == 64)
        #expect(!outcome.errors.isEmpty && outcome.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.file("new")))
    }

    @Test("65 for what is no index, is damaged, or was made otherwise")
    func damaged() throws {
        for command in ["check", "stats", "verify"] {
            let inputs = command == "check" ? [page] : []
            let none = try Command.run([command, "--index", folder.path] + inputs)
            #expect(none.status == 65 && none.errors.contains("expected an index directory"), "\(command)")
            #expect(try Command.run([command, "--index", folder.file("missing")] + inputs).status == 65)
        }
        let other = try Command.run("index", "--index", index, "--window", "8", page)
        #expect(other.status == 65)
        #expect(other.errors.contains("winnowing window: expected 8, found 16"))
        let known = try Command.run("index", "--index", index, "--on-same-id", "fail", "--reread", page)
        #expect(known.status == 65 && known.errors.contains("page.txt"))
        let shard = index + "/shard-00000001.ndshard"
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: shard)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: shard))
        let verify = try Command.run("verify", "--index", index)
        #expect(verify.status == 65 && verify.errors.contains("shard-00000001.ndshard"))
        try FileManager.default.removeItem(atPath: shard)
        #expect(try Command.run("check", "--index", index, page).status != 0)
    }

    @Test("74 where writing fails")
    func inputOutput() throws {
        let below = try Command.run("index", "--index", page + "/index", page)
        #expect(below.status == 74)
        #expect(below.errors.contains("page.txt"))
    }

    @Test("74 where a file may not become as long as it must; later the same command goes on")
    func fileSizeLimit() throws {
        let small = folder.file("small")
        let binary = try #require(Command.binary)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let arguments = ["index", "--quiet", "--index", small, page]
        process.arguments = ["-c", "ulimit -f 1 && exec \"$0\" \"$@\"", binary.path] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 74)
        #expect(try Command.run(arguments).status == 0)
        #expect(try Command.run("check", "--index", small, "--exit-code", page).status == 1)
    }

    @Test("74 where standard output is full", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func fullOutput() throws {
        for arguments in [
            ["check", "--index", index, page], ["stats", "--index", index], ["verify", "--index", index],
        ] {
            let outcome = try Command.run(arguments, output: "/dev/full")
            #expect(outcome.status == 74, "\(arguments)")
            #expect(outcome.errors.contains("standard output"), "\(arguments)")
        }
    }

    @Test("75 while another process writes to the index, which is named")
    func locked() throws {
        let writer = try IndexWriter(path: index)
        defer { writer.close() }
        let outcome = try Command.run("index", "--index", index, page)
        #expect(outcome.status == 75)
        #expect(outcome.errors.contains("\(ProcessInfo.processInfo.processIdentifier)"))
        #expect(try Command.run("check", "--index", index, page).status == 0)
    }
}
