import TestSupport
import Testing

struct PairsTests {
    private static let article = (0..<60).map { "word\($0)" }.joined(separator: " ")
    private static let menu = (0..<60).map { "menu\($0) " }.joined()

    @Test("pairs tells exact figures and the shared passages of two files")
    func figures() throws {
        let folder = try TemporaryFolder()
        let a = try folder.write(Self.menu + Self.article, to: "a.txt")
        let b = try folder.write(Self.article, to: "b.txt")
        let object = try #require(try Command.run("pairs", a, b).objects.first)
        #expect(object["relation"] as? String == "contains")
        // 120 tokens and 116 shingles, of which the article's 56 are shared.
        #expect(object["shared_shingles"] as? Int == 56)
        #expect(object["coverage"] as? Double == 1 && object["containment"] as? Double == 0.4828)
        let passage = try #require((object["passages"] as? [[String: Any]])?.first)
        #expect(passage["a_start"] as? Int == 60 && passage["a_end"] as? Int == 120)
        #expect(passage["b_start"] as? Int == 0 && passage["b_byte_end"] as? Int == Self.article.utf8.count)
    }

    @Test("pairs --table sets the passages side by side, within the width")
    func sideBySide() throws {
        let folder = try TemporaryFolder()
        let a = try folder.write("昨日は雨でした。" + Self.article, to: "a.txt")
        let b = try folder.write(Self.article + " \u{1B}[31m end", to: "b.txt")
        let lines = try Command.run("pairs", a, b, "--table").output.split(separator: "\n")
        #expect(lines[0].hasPrefix("near "))
        let rows = lines.filter { $0.contains(" | ") }
        #expect(rows.count > 5 && rows[1].contains("[[word0 word1") && !lines.joined().contains("\u{1B}"))
        for row in rows { #expect(row.utf8.count <= 100 + 16, "\(row)") }
    }

    @Test("pairs takes documents out of files with several, by id, and names what it lacks")
    func several() throws {
        let folder = try TemporaryFolder()
        let lines = ["one", "two"].map { "{\"id\":\"\($0)\",\"text\":\"\(Self.article)\"}\n" }.joined()
        let all = try folder.write(lines, to: "all.jsonl")
        let outcome = try Command.run("pairs", all, all, "--id-a", "one", "--id-b", "two")
        #expect(outcome.objects.first?["relation"] as? String == "exact")
        let ambiguous = try Command.run("pairs", all, all, "--id-a", "one")
        #expect(ambiguous.status == 2 && ambiguous.errors.contains("--id-b"))
        let unknown = try Command.run("pairs", all, all, "--id-a", "one", "--id-b", "three")
        #expect(unknown.status == 2 && unknown.errors.contains("'three'"))
        let missing = try Command.run("pairs", all, folder.file("none.txt"), "--id-a", "one")
        #expect(missing.status == 2 && missing.errors.contains("none.txt"))
        let empty = try folder.write("", to: "empty.txt")
        #expect(try Command.run("pairs", empty, all, "--id-b", "one").status == 2)
    }

    @Test("evaluate scores what check printed against labelled pairs")
    func evaluate() throws {
        let folder = try TemporaryFolder()
        let other = (0..<60).map { "other\($0)" }.joined(separator: " ")
        let lines = [
            ("a", Self.article), ("b", Self.article + " more"), ("c", other), ("d", "nothing like them at all"),
        ]
        .map { "{\"id\":\"\($0.0)\",\"text\":\"\($0.1)\"}\n" }.joined()
        let crawl = try folder.write(lines, to: "crawl.jsonl")
        let index = folder.file("index")
        #expect(try Command.run("index", "--index", index, crawl).status == 0)
        let matches = try folder.write(try Command.run("check", "--index", index, crawl).output, to: "matches.jsonl")
        let truth = try folder.write("a\tb\tedited\t0.98\nc\td\texcerpt\t0.3\n", to: "truth.tsv")
        let object = try #require(try Command.run("evaluate", matches, "--truth", truth, "--json").objects.first)
        let recall = try #require(object["recall"] as? [String: Any])
        #expect(recall["found"] as? Int == 1 && recall["total"] as? Int == 2)
        #expect((object["precision"] as? [String: Any])?["share"] as? Double == 1)
        #expect(object["f1"] as? Double == 0.6667)
        let table = try Command.run("evaluate", matches, "--truth", truth).output
        #expect(table.contains("precision   1.0000 (1 of 1 pairs found)") && table.contains("  edited"))
        let strange = try folder.write("x\ty\n", to: "strange.tsv")
        let refused = try Command.run("evaluate", matches, "--truth", strange)
        #expect(refused.status == 65 && refused.errors.contains("are the ids the same"))
        #expect(try Command.run("evaluate", crawl, "--truth", truth).status == 65)
        #expect(try Command.run("evaluate", matches, "--truth", truth, "--relations", "twin").status == 64)
    }
}
