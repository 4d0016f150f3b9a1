import Foundation
import StreamCompression
import TestSupport
import Testing

/// Good and bad input, as the command meets it.
struct InputTests {
    private let folder: TemporaryFolder
    private let index: String

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("index")
    }

    private func line(_ number: Int, _ text: String = "some words that are long enough") -> String {
        "{\"id\":\(number),\"text\":\"\(text) \(number)\"}\n"
    }

    private func packed(_ text: String) throws -> [UInt8] {
        var encoder = try StreamEncoder(kind: .gzip)
        var packed: [UInt8] = []
        try encoder.appendMember(Array(text.utf8), to: &packed)
        return packed
    }

    private func documents() throws -> Int {
        try Command.run("stats", "--index", index, "--json").objects.first?["documents"] as? Int ?? -1
    }

    @Test("a truncated gzip file: what comes before the end is taken, and the damage told")
    func truncated() throws {
        let bytes = try (1...20).map { try packed(line($0)) }.joined() + packed(line(21)).dropLast(30)
        let outcome = try Command.run("index", "--index", index, folder.write(bytes, to: "cut.jsonl.gz"))
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("cut.jsonl.gz") && outcome.errors.contains("(truncated)"))
        #expect(try documents() == 20)
    }

    @Test("a corrupt gzip file is told of by name")
    func corrupt() throws {
        var bytes = try packed((1...200).map { line($0) }.joined())
        bytes[bytes.count - 6] ^= 0xFF
        let outcome = try Command.run("index", "--index", index, folder.write(bytes, to: "bad.jsonl.gz"))
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("bad.jsonl.gz") && outcome.errors.contains("(checksum)"))
    }

    @Test("an empty file is a counted skip")
    func empty() throws {
        let outcome = try Command.run("index", "--index", index, folder.write("", to: "empty.jsonl"))
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("empty.jsonl") && outcome.errors.contains("skipped 1 record: 1 empty-input"))
        #expect(try documents() == 0)
    }

    @Test("an over-long record is skipped, an over-long text cut; both are told")
    func limits() throws {
        let long = String(repeating: "word ", count: 3000)
        let file = try folder.write(line(1) + line(2, long) + line(3), to: "long.jsonl")
        let skipped = try Command.run("index", "--index", index, "--max-record", "10k", file)
        #expect(skipped.status == 0)
        #expect(skipped.errors.contains("at byte \(line(1).utf8.count)"))
        #expect(skipped.errors.contains("1 record-too-long"))
        #expect(try documents() == 2)
        let cut = try Command.run("index", "--index", index, "--max-text", "10k", file)
        #expect(cut.status == 0 && cut.errors.contains("mended: 1 over-long text cut\n"))
        #expect(try documents() == 3)
    }

    @Test("damaged records are told, a few of a kind, and counted all")
    func malformed() throws {
        let bad = (0..<30).map { "{\"id\":\($0)}\n" }.joined() + line(1) + "nothing\n"
        let outcome = try Command.run("index", "--index", index, folder.write(bad, to: "bad.jsonl"))
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("skipped 31 records: 30 missing-text, 1 invalid-json"))
        #expect(outcome.errors.split(separator: "\n").count { $0.contains("skipped:") } == 11)
        #expect(try documents() == 1)
    }

    @Test("invalid UTF-8 is mended and counted")
    func invalidUTF8() throws {
        let bytes = Array("{\"id\":1,\"text\":\"one two ".utf8) + [0xFF, 0xC0] + Array(" three four five\"}\n".utf8)
        let outcome = try Command.run("index", "--index", index, folder.write(bytes, to: "bad.jsonl"))
        #expect(outcome.status == 0 && outcome.errors.contains("2 ill-formed UTF-8 sequences"))
        let checked = try Command.run(
            "check",
            "--index",
            index,
            folder.write("ONE two, three four five", to: "clean.txt")
        )
        #expect(checked.objects.first?["verdict"] as? String == "exact")
    }

    @Test("standard input, packed or not, may be indexed and checked")
    func standardInput() throws {
        let lines = (1...5).map { line($0) }.joined()
        #expect(try Command.run("index", "--index", index, "-", input: Array(lines.utf8)).status == 0)
        let checked = try Command.run("check", "--index", index, "-", input: packed(lines))
        #expect(checked.objects.count == 5)
        #expect(checked.objects.allSatisfy { $0["verdict"] as? String == "exact" && $0["source"] as? String == "-" })
    }

    @Test("directories, globs and nested fields")
    func manyFiles() throws {
        for number in 1...3 {
            let text = "{\"meta\":{\"key\":\"k\(number)\",\"body\":\"the text of page number \(number)\"}}\n"
            _ = try folder.write(text, to: "dump/\(number)/part.jsonl")
        }
        let fields = ["--id-field", "meta.key", "--text-field", "meta.body"]
        #expect(try Command.run(["index", "--index", index] + fields + [folder.file("dump")]).status == 0)
        #expect(try documents() == 3)
        let checked = try Command.run(["check", "--index", index] + fields + [folder.file("dump/[12]/*.jsonl")])
        #expect(checked.objects.compactMap { $0["id"] as? String } == ["k1", "k2"])
    }

    @Test("an index that lies among its inputs is no input")
    func indexAmongInputs() throws {
        for number in 1...3 { _ = try folder.write(line(number), to: "dump/\(number).jsonl") }
        for _ in 1...2 {
            let outcome = try Command.run("index", "--index", folder.file("dump/index"), folder.file("dump"))
            #expect(outcome.status == 0)
        }
        let stats = try Command.run("stats", "--index", folder.file("dump/index"), "--json")
        #expect(stats.objects.first?["documents"] as? Int == 3)
    }

    @Test("--quiet says nothing but what went wrong")
    func quiet() throws {
        let file = try folder.write(line(1) + "bad\n", to: "some.jsonl")
        let indexed = try Command.run("index", "--index", index, "--quiet", file)
        #expect(indexed.output.isEmpty)
        #expect(indexed.errors.split(separator: "\n").count == 1 && indexed.errors.contains("some.jsonl"))
        #expect(
            try Command.run("check", "--index", index, "--quiet", folder.write(line(1), to: "b.jsonl")).errors.isEmpty
        )
    }

    @Test("--on-same-id, told in the summary", arguments: [("replace", 2), ("skip", 1)])
    func sameID(_ policy: String, _ last: Int) throws {
        for text in ["first version of the text 1", "second version of the text 2"] {
            let file = try folder.write("{\"id\":\"a\",\"text\":\"\(text)\"}\n", to: "page.jsonl")
            _ = try Command.run("index", "--index", index, "--on-same-id", policy, file)
        }
        #expect(try documents() == 1)
        let texts = ["", "first version of the text 1", "second version of the text 2"]
        let checked = try Command.run("check", "--index", index, folder.write(texts[last], to: "page.txt"))
        #expect(checked.objects.first?["verdict"] as? String == "exact")
    }
}
