import Foundation
import TestSupport
import Testing

/// remove, compact and merge, as a user runs them.
struct MergingTests {
    private let folder: TemporaryFolder
    private let index: String

    init() throws {
        folder = try TemporaryFolder()
        index = folder.file("index")
        #expect(try Command.run("index", "--index", index, folder.write(Self.lines(0..<20), to: "a.jsonl")).status == 0)
        #expect(
            try Command.run("index", "--index", index, folder.write(Self.lines(20..<30), to: "b.jsonl")).status == 0
        )
    }

    /// Documents of their own, dated by their numbers.
    private static func lines(_ numbers: Range<Int>, version: Int = 0) -> String {
        numbers.map { number in
            let words = (0..<40).map { "word\(number)x\(version)y\($0)" }.joined(separator: " ")
            let url = "https://\(number % 2 == 0 ? "even" : "odd").example/\(number)"
            return
                "{\"id\":\"d\(number)\",\"text\":\"\(words)\",\"url\":\"\(url)\",\"date\":\"\(2000 + number)-05-01\"}\n"
        }
        .joined()
    }

    private func found(_ index: String, _ numbers: Range<Int>, version: Int = 0) throws -> [Int] {
        let incoming = try folder.write(Self.lines(numbers, version: version), to: "incoming.jsonl")
        let outcome = try Command.run("check", "--index", index, "--json", incoming)
        #expect(outcome.status == 0)
        return outcome.objects.enumerated().filter { $0.element["verdict"] as? String == "exact" }
            .map { numbers.lowerBound + $0.offset }
    }

    private func statistics(_ index: String) throws -> [String: Any] {
        try #require(Command.run("stats", "--index", index, "--json").objects.first)
    }

    @Test("remove: by id, by a list of ids, by URL and by date; --dry-run removes nothing")
    func remove() throws {
        let list = try folder.write("d3\r\nd4\n\nnobody\nd5", to: "ids.txt")
        let dry = try Command.run("remove", "--index", index, "d1", "d2", "--ids", list, "--dry-run")
        #expect(dry.status == 0 && dry.output == "would remove 5 documents, 1 id not found\n")
        #expect(try found(index, 0..<30).count == 30)
        let done = try Command.run("remove", "--index", index, "d1", "d2", "--ids", list)
        #expect(done.status == 0 && done.output == "removed 5 documents, 1 id not found\n")
        #expect(try found(index, 0..<8) == [0, 6, 7])
        let again = try Command.run(["remove", "--index", index, "--ids", "-"], input: Array("d1\nd6\n".utf8))
        #expect(again.output == "removed 1 document, 1 id not found\n")
        let both = ["--url-prefix", "https://odd.example/", "--before", "2012-01-01"]
        let filtered = try Command.run(["remove", "--index", index] + both)
        #expect(filtered.output == "removed 3 documents\n")
        #expect(try found(index, 0..<30) == [0, 8, 10] + Array(12..<30))
        let statistics = try statistics(index)
        #expect(statistics["documents"] as? Int == 21)
        #expect(try Command.run("verify", "--index", index).status == 0)
    }

    @Test("compact: one shard, nothing of the removed in any file, and nothing to do the second time")
    func compact() throws {
        #expect(try Command.run("remove", "--index", index, "d7", "--quiet").output.isEmpty)
        let outcome = try Command.run("compact", "--index", index)
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("before: 29 documents and 1 replaced or removed, 2 shards, "))
        #expect(outcome.output.contains("\nafter:  29 documents, 1 shard, "))
        #expect(try Command.run("compact", "--index", index).output.contains("nothing to do, 29 documents, 1 shard"))
        #expect(try found(index, 0..<30) == (0..<30).filter { $0 != 7 })
        let files = try folder.contents(of: "index")
        #expect(files.count == 4 && files["manifest"] != nil)
        #expect(try Command.run("verify", "--index", index).status == 0)
    }

    @Test("merge: indexes and single shards into a new index or an old one; twice adds nothing")
    func merge() throws {
        let other = folder.file("other")
        let newer = try folder.write(Self.lines(25..<40, version: 1), to: "c.jsonl")
        #expect(try Command.run("index", "--index", other, newer).status == 0)
        let all = folder.file("all")
        let merged = try Command.run("merge", "--index", all, index, other)
        #expect(merged.status == 0)
        let lines = merged.output.split(separator: "\n").map { $0.drop { $0 != ":" } }
        #expect(
            lines == [
                ": added 30 of 30 documents; shards: 2 copied",
                ": added 15 of 15 documents, 5 in place of older ones of their ids; shards: 1 copied",
            ]
        )
        #expect(try found(all, 0..<40) == Array(0..<25))
        #expect(try found(all, 25..<40, version: 1) == Array(25..<40))
        let again = try Command.run("merge", "--index", all, other + "/shard-00000001.ndshard")
        #expect(again.output.contains("added 0 of 15 documents, 15 unchanged; shards: 1 left out"))
        // The same as one index of the same documents, on any number of threads.
        let whole = folder.file("whole")
        for name in ["a", "b", "c"] {
            #expect(try Command.run("index", "--index", whole, folder.file("\(name).jsonl")).status == 0)
        }
        for (name, threads) in [(all, "1"), (whole, "3")] {
            #expect(try Command.run("compact", "--index", name, "--threads", threads).status == 0)
        }
        let shards = try [all, whole]
            .map { name in
                try folder.contents(of: String(name.split(separator: "/").last!))
                    .filter { $0.key.hasSuffix(".ndshard") }
                    .map(\.value)
            }
        #expect(shards[0].count == 1 && shards[0] == shards[1])
        #expect(try Command.run("merge", "--index", index, other, "--on-same-id", "skip").output.contains("5 skipped"))
        #expect(try found(index, 0..<40) == Array(0..<30))
        let refused = try Command.run("merge", "--index", index, other, "--on-same-id", "fail")
        #expect(refused.status == 65 && refused.errors.contains("\"d25\""))
    }

    @Test("what is refused, and how")
    func refusals() throws {
        let missing = folder.file("missing")
        for arguments in [
            ["remove", "--index", missing, "d1"], ["compact", "--index", missing],
            ["merge", "--index", index, missing],
            ["merge", "--index", missing, missing],
        ] {
            #expect(try Command.run(arguments).status == 65, "\(arguments)")
            #expect(!FileManager.default.fileExists(atPath: missing))
        }
        for arguments in [
            ["remove", "--index", index], ["remove", "--index", index, "--before", "soon"],
            ["remove", "--index", index, "--url-prefix", ""], ["merge", "--index", index],
            ["merge", "--index", index, index], ["merge", "--index", index, index + "/shard-00000001.ndshard"],
            ["compact", "--index", index, "--memory", "1m"], ["compact", "--index", index, "--threads", "0"],
        ] {
            #expect(try Command.run(arguments).status == 64, "\(arguments)")
        }
        let ids = try Command.run("remove", "--index", index, "--ids", missing)
        #expect(ids.status == 74 && ids.errors.contains("missing"))
        // Other parameters are named, and nothing is made or changed.
        let other = folder.file("other")
        let a = folder.file("a.jsonl")
        #expect(try Command.run("index", "--index", other, "--window", "8", a).status == 0)
        let mismatch = try Command.run("merge", "--index", index, other)
        #expect(mismatch.status == 65 && mismatch.errors.contains("winnowing window: expected 16, found 8"))
        // A damaged shard is adopted by no index.
        let shard = other + "/shard-00000001.ndshard"
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: shard)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: shard))
        let damaged = try Command.run("merge", "--index", missing, shard)
        #expect(damaged.status == 65 && damaged.errors.contains("shard-00000001.ndshard"))
        #expect(try found(index, 0..<30).count == 30)
    }
}
