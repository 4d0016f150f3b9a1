import Foundation
import TestSupport
import Testing

/// The sample crawl gives the verdicts that its README promises.
struct SamplesTests {
    private let folder: TemporaryFolder
    private let index: String

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("sample.index")
        let indexed = try Command.run("index", "--index", index, Samples.path("crawl.jsonl"))
        #expect(indexed.status == 0)
        #expect(indexed.errors.contains("added 74 documents"))
        #expect(indexed.output.isEmpty)
    }

    /// A row of the README's table.
    private struct Row {
        var incoming: String
        var relation: String
        var indexed: String
        var figures: [Double]
    }

    private func rows() throws -> [Row] {
        let readme = try String(contentsOfFile: Samples.path("README.md"), encoding: .utf8)
        let table = try #require(readme.range(of: "| incoming | relation |"))
        return readme[table.lowerBound...].split(separator: "\n").dropFirst(2).prefix { $0.hasPrefix("|") }
            .map { line in
                let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
                    .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
                return Row(
                    incoming: cells[0],
                    relation: cells[1],
                    indexed: cells[2],
                    figures: cells[3...].compactMap(Double.init)
                )
            }
    }

    @Test("every verdict and every match of the README's table, and no other")
    func verdicts() throws {
        let rows = try rows()
        #expect(rows.count == 19)
        let checked = try Command.run(
            "check",
            "--index",
            index,
            "--json",
            Samples.path("incoming.jsonl"),
            Samples.path("incoming.txt")
        )
        #expect(checked.status == 0)
        #expect(checked.objects.count == 17)
        for object in checked.objects {
            let id = (try #require(object["id"] as? String))
                .replacingOccurrences(
                    of: Samples.path("incoming.txt"),
                    with: "incoming.txt"
                )
            let expected = rows.filter { $0.incoming == id }
            #expect(object["verdict"] as? String == expected.first?.relation, "\(id)")
            let matches = try #require(object["matches"] as? [[String: Any]])
            let related = expected.filter { !["unique", "empty"].contains($0.relation) }
            #expect(matches.count == related.count, "\(id)")
            for row in related {
                let match = try #require(matches.first { $0["id"] as? String == row.indexed }, "\(id): \(row.indexed)")
                #expect(match["relation"] as? String == row.relation, "\(id): \(row.indexed)")
                #expect((match["url"] as? String)?.hasSuffix(row.indexed.split(separator: "/").last!) == true)
                for (name, exact) in zip(["jaccard", "containment", "coverage"], row.figures) {
                    let estimate = try #require(match[name] as? Double)
                    #expect(
                        abs(estimate - exact) < 0.15,
                        "\(id): \(row.indexed): \(name) \(estimate), exactly \(exact)"
                    )
                }
            }
        }
    }

    @Test("--overlaps reports the quoted passage")
    func overlaps() throws {
        let checked = try Command.run("check", "--index", index, "--overlaps", "--json", Samples.path("incoming.jsonl"))
        let object = try #require(checked.objects.first { $0["id"] as? String == "overlaps-one-quoted-passage" })
        #expect(object["verdict"] as? String == "overlaps")
        let match = try #require((object["matches"] as? [[String: Any]])?.first)
        #expect(match["id"] as? String == "harbour-courier/2026/03/ferry-timetable")
    }

    @Test("1 and 3 threads, JSON lines from standard input and from a file: the same answers")
    func sameAnswers() throws {
        let file = Samples.path("incoming.jsonl")
        let one = try Command.run("check", "--index", index, "--threads", "1", "--explain", file)
        let three = try Command.run("check", "--index", index, "--threads", "3", "--explain", file)
        #expect(one.objects.count == 16)
        #expect(one.output == three.output)
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        let piped = try Command.run("check", "--index", index, "--explain", "-", input: bytes)
        #expect(piped.output == one.output.replacingOccurrences(of: "\"source\":\"\(file)\"", with: "\"source\":\"-\""))
    }

    @Test("the table says for each document the verdict, and under it the matches")
    func table() throws {
        let checked = try Command.run("check", "--index", index, "--table", Samples.path("incoming.jsonl"))
        let lines = checked.output.split(separator: "\n")
        #expect(lines.count { !$0.hasPrefix(" ") } == 16)
        #expect(lines.contains { $0.hasPrefix("empty ") && $0.hasSuffix("empty-only-punctuation") })
        let place = try #require(lines.firstIndex { $0.hasSuffix(" contained-excerpt") })
        #expect(lines[place].hasPrefix("contained "))
        #expect(lines[place + 1].contains("kestrel-review/2026/02/eels-wait-for-one-another"))
        #expect(checked.errors.contains("checked 16 documents"))
    }

    @Test("stats and verify tell of the whole index")
    func statsAndVerify() throws {
        let stats = try Command.run("stats", "--index", index, "--json")
        let object = try #require(stats.objects.first)
        #expect(object["documents"] as? Int == 74 && object["shards"] as? Int == 1)
        let parts = try #require(object["parts"] as? [[String: Any]])
        #expect(parts.reduce(0) { $0 + ($1["bytes"] as? Int ?? 0) } <= object["bytes"] as? Int ?? 0)
        #expect((object["recall"] as? [[String: Any]])?.isEmpty == false)
        let text = try Command.run("stats", "--index", index)
        #expect(text.output.contains("documents     74\n"))
        #expect(text.output.contains("Expected recall"))
        let verify = try Command.run("verify", "--index", index)
        #expect(verify.status == 0 && verify.output.contains("74 documents in 1 shard, all well"))
        #expect(try Command.run("verify", "--index", index, "--quiet").output.isEmpty)
    }
}
