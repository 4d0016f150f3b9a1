import Foundation
import TestSupport
import Testing

/// What --explain tells stands in both texts.
struct ExplainTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Words that come nowhere else, with characters of one, two and four bytes.
    private func words(_ name: String, _ count: Int) -> String {
        (0..<count).map { "\(name)\(["", "\u{E9}", "\u{101}", "\u{10437}"][$0 % 4])x\($0)" }.joined(separator: "  ")
    }

    @Test("a passage's bytes cut out of the incoming text what stands in the indexed one")
    func bytes() throws {
        let shared = words("shared", 90)
        let known = words("known", 70) + " " + shared + "\n" + words("other", 40)
        let incoming = "  \u{201C}" + words("new", 23) + "\u{201D} " + shared + ". " + words("last", 5)
        let index = folder.file("index")
        _ = try Command.run("index", "--index", index, folder.write(known, to: "known.txt"))
        let checked = try Command.run(
            "check",
            "--index",
            index,
            "--json",
            "--explain",
            folder.write(incoming, to: "incoming.txt")
        )
        let match = try #require((checked.objects.first?["matches"] as? [[String: Any]])?.first)
        #expect(match["relation"] as? String == "contained")
        for name in ["jaccard_error", "containment_error", "coverage_error"] {
            #expect((match[name] as? Double).map { $0 > 0 && $0 < 0.2 } == true, "\(name)")
        }
        let passages = try #require(match["passages"] as? [[String: Int]])
        #expect(passages.count == 1)
        let passage = try #require(passages.first)
        let bytes = Array(incoming.utf8)[try #require(passage["byte_start"])..<(try #require(passage["byte_end"]))]
        let text = try #require(String(validating: bytes, as: UTF8.self))
        #expect(known.contains(text) && shared.contains(text))
        #expect(text.utf8.count > shared.utf8.count / 2)
        #expect(text.hasPrefix("shared"))
        // Tokens: the run begins at token 23 of one text and 70 of the other, less what winnowing leaves out.
        let (start, there) = (try #require(passage["start"]), try #require(passage["indexed_start"]))
        #expect(start - 23 == there - 70 && (0..<16).contains(start - 23))
        #expect(try #require(passage["end"]) - start == text.split(separator: " ").count)
    }

    @Test("the table shows the passage itself")
    func table() throws {
        let shared = words("shared", 90)
        let index = folder.file("index")
        _ = try Command.run("index", "--index", index, folder.write(shared, to: "known.txt"))
        let incoming = try folder.write("before \(shared) after", to: "incoming.txt")
        let checked = try Command.run("check", "--index", index, "--table", "--explain", incoming)
        #expect(checked.output.contains("\u{B1}"))
        let opened = try #require(checked.output.range(of: "[["))
        let shown = checked.output[opened.upperBound...].prefix { $0 != "]" }
        #expect(shown.count > 200)
        #expect(shared.replacingOccurrences(of: "  ", with: " ").contains(shown))
    }

    @Test("passages of the sample crawl stand in the indexed documents")
    func samples() throws {
        let index = folder.file("index")
        _ = try Command.run("index", "--index", index, Samples.path("crawl.jsonl"))
        let checked = try Command.run("check", "--index", index, "--json", "--explain", Samples.path("incoming.jsonl"))
        let (indexed, incoming) = (try Samples.texts("crawl.jsonl"), try Samples.texts("incoming.jsonl"))
        var compared = 0
        for object in checked.objects {
            let id = try #require(object["id"] as? String)
            for match in try #require(object["matches"] as? [[String: Any]]) {
                // Only where nothing was edited, so that a passage goes over no edit.
                guard match["relation"] as? String != "near", id != "revised-edited-article" else { continue }
                let name = try #require(match["id"] as? String)
                let known = plain(try #require(indexed[name]))
                for passage in try #require(match["passages"] as? [[String: Int]]) {
                    let bytes = Array(try #require(incoming[id]).utf8)
                    let range = (try #require(passage["byte_start"]))..<(try #require(passage["byte_end"]))
                    let text = plain(try #require(String(validating: bytes[range], as: UTF8.self)))
                    #expect(known.contains(text), "\(id)")
                    compared += 1
                }
            }
        }
        #expect(compared >= 8)
    }

    /// A text's letters and digits, without the differences that make no other token.
    private func plain(_ text: String) -> String {
        let folded = text.precomposedStringWithCompatibilityMapping.folding(
            options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive],
            locale: nil
        )
        return String(folded.unicodeScalars.filter { CharacterSet.alphanumerics.contains($0) }.map(Character.init))
    }
}
