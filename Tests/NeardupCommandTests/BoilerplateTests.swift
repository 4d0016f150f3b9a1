import Foundation
import TestSupport
import Testing

/// Learning, listing and forgetting boilerplate as a user does.
struct BoilerplateTests {
    private let folder: TemporaryFolder
    private let index: String
    private let dump: String

    /// Words that come nowhere else.
    private static func words(_ name: String, _ count: Int) -> String {
        (0..<count).map { "\(name)x\($0)" }.joined(separator: " ")
    }

    private static func record(_ id: String, _ text: String, url: String? = nil) -> String {
        var record = ["id": id, "text": text]
        record["url"] = url
        // Strings only: always valid JSON.
        return String(decoding: try! JSONEncoder().encode(record), as: UTF8.self) + "\n"
    }

    private static let navigation = words("nav", 150) + " \u{E9}t\u{E9}"

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("index")
        let pages = (0..<20)
            .map {
                Self.record(
                    "page-\($0)",
                    "\(Self.navigation) \(Self.words("text\($0)", 80))",
                    url: "https://a.example/\($0)"
                )
            }
        dump = try folder.write(pages.joined(), to: "dump.jsonl")
        _ = try Command.run("index", "--index", index, "--quiet", dump)
    }

    private func check(_ text: String, _ options: String...) throws -> Command.Outcome {
        let input = try folder.write(Self.record("new", text), to: "new.jsonl")
        return try Command.run(["check", "--index", index, "--json"] + options + [input])
    }

    @Test("what is learned is listed and left out of account, until it is forgotten")
    func life() throws {
        let other = "\(Self.navigation) \(Self.words("other", 80))"
        #expect(try check(other).objects.first?["verdict"] as? String == "revised")
        let before = try Command.run("boilerplate", "--index", index)
        #expect(before.status == 0 && before.output.isEmpty && before.errors.contains("nothing was learned"))

        let learned = try Command.run("boilerplate", "--index", index, "--learn", "--text", dump)
        #expect(learned.status == 0)
        #expect(learned.errors.contains("learned from 20 documents in 20 clusters on 1 host"))
        let passage = try #require(learned.objects.first)
        #expect(passage["clusters"] as? Int == 20 && passage["hosts"] as? Int == 1)
        #expect((passage["url"] as? String)?.hasPrefix("https://a.example/") == true)
        let text = try #require(passage["text"] as? String)
        #expect(Self.navigation.contains(text) && text.utf8.count <= 300 && text.utf8.count > 250)
        let (start, end) = (try #require(passage["start"] as? Int), try #require(passage["end"] as? Int))
        #expect(start < 20 && end > 120 && end <= 155)

        #expect(try check(other).objects.first?["verdict"] as? String == "unique")
        #expect(try check(other, "--boilerplate", "off").objects.first?["verdict"] as? String == "revised")
        let alone = try check(Self.navigation)
        #expect(alone.objects.first?["verdict"] as? String == "boilerplate" && alone.errors.contains("1 boilerplate"))
        let again = try check("\(Self.navigation) \(Self.words("text3", 80)) \(Self.words("more", 200))")
        let match = try #require((again.objects.first?["matches"] as? [[String: Any]])?.first)
        #expect(match["relation"] as? String == "contains" && match["id"] as? String == "page-3")
        let whole = try #require(match["whole"] as? [String: Double])
        let (containment, coverage) = (match["containment"] as? Double, match["coverage"] as? Double)
        #expect(try #require(whole["containment"]) > #require(containment) + 0.1)
        #expect(try #require(whole["coverage"]) >= #require(coverage) && whole.count == 2)

        let table = try Command.run("boilerplate", "--index", index, "--table", "--limit", "1")
        #expect(table.output.contains("20 clusters") && table.output.contains("https://a.example/"))
        #expect(try Command.run("verify", "--index", index).status == 0)
        #expect(try Command.run("compact", "--index", index).status == 0)
        #expect(try check(other).objects.first?["verdict"] as? String == "unique")

        #expect(try Command.run("boilerplate", "--index", index, "--forget").status == 0)
        #expect(try check(other).objects.first?["verdict"] as? String == "revised")
    }

    @Test("thresholds decide, and are refused where they make no sense")
    func thresholds() throws {
        let high = try Command.run("boilerplate", "--index", index, "--learn", "--host-clusters", "21")
        #expect(high.status == 0 && high.output.isEmpty && high.errors.contains("0 fingerprints in 0 passages"))
        #expect(try Command.run("boilerplate", "--index", index, "--learn", "--host-share", "2").status == 64)
        #expect(try Command.run("boilerplate", "--index", index, "--learn", "--forget").status == 64)
        #expect(try Command.run("boilerplate", "--index", folder.file("none"), "--learn").status == 65)
    }
}
