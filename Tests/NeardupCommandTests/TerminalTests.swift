import Foundation
import TestSupport
import Testing

/// What stands in documents can't move a terminal's cursor, nor break a line of JSON.
struct TerminalTests {
    private let folder: TemporaryFolder
    private let index: String
    private let file: String
    private static let hostile = "id\u{1B}[2J\u{07}\r\u{202E}\u{9B}31m"

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("index")
        let words = (0..<120).map { "word\($0)\\u001b[31m" }.joined(separator: " ")
        let id = Self.hostile.unicodeScalars.map { "\\u" + String(0x10000 + $0.value, radix: 16).dropFirst() }.joined()
        file = try folder.write(
            "{\"id\":\"\(id)\",\"url\":\"\(id)\",\"date\":\"\(id)\",\"text\":\"\(words)\"}\n",
            to: "a.jsonl"
        )
        #expect(try Command.run("index", "--index", index, file).status == 0)
    }

    private func isClean(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0 == "\n" || ($0.properties.generalCategory != .control && !(0x202A...0x202E).contains($0.value))
        }
    }

    @Test("the table has no control characters")
    func table() throws {
        for arguments in [["--table"], ["--table", "--explain"]] {
            let outcome = try Command.run(["check", "--index", index] + arguments + [file])
            #expect(outcome.output.contains("id\u{FFFD}[2J") && outcome.output.contains("exact"))
            #expect(isClean(outcome.output), "\(outcome.output.debugDescription)")
            #expect(isClean(outcome.errors))
        }
    }

    @Test("JSON lines carry ids as they are, escaped")
    func json() throws {
        let outcome = try Command.run("check", "--index", index, "--json", "--explain", file)
        let object = try #require(outcome.objects.first)
        #expect(object["id"] as? String == Self.hostile)
        let match = try #require((object["matches"] as? [[String: Any]])?.first)
        #expect(match["id"] as? String == Self.hostile && match["date"] as? String == Self.hostile)
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test("messages have no control characters, whatever file and document are called")
    func messages() throws {
        let known = try Command.run("index", "--index", index, "--on-same-id", "fail", "--reread", file)
        #expect(known.status == 65)
        #expect(isClean(known.errors), "\(known.errors.debugDescription)")
        let bad = try folder.write("nothing\n", to: "\u{1B}[31mbad.jsonl")
        for arguments in [[bad], ["--strict", bad], [folder.file("\u{1B}[31mmissing")]] {
            let outcome = try Command.run(["check", "--index", index] + arguments)
            #expect(!outcome.errors.isEmpty && isClean(outcome.errors), "\(outcome.errors.debugDescription)")
        }
        let other = try Command.run("check", "--index", folder.file("\u{1B}[31mindex"), file)
        #expect(isClean(other.errors), "\(other.errors.debugDescription)")
    }
}
