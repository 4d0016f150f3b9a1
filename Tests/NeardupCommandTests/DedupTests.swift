import Foundation
import StreamCompression
import TestSupport
import Testing

/// `neardup dedup` as a user runs it.
struct DedupTests {
    private let folder: TemporaryFolder
    private let dump: String

    init() throws {
        folder = try TemporaryFolder()
        let texts = try ["crawl.jsonl", "incoming.jsonl"]
            .map { try String(contentsOfFile: Samples.path($0), encoding: .utf8) }
        dump = try folder.write(texts.joined(), to: "dump.jsonl")
    }

    private func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: folder.file(name), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func objects(_ name: String) throws -> [[String: Any]] {
        try lines(name).map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    }

    @Test("the sample crawl: what stays, and what was dropped and why")
    func samples() throws {
        let outcome = try Command.run("dedup", "--output", folder.file("out"), dump)
        #expect(outcome.status == 0 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("dropped ") && outcome.errors.contains("largest clusters: "))
        let all = try lines("dump.jsonl")
        let kept = try lines("out/unique" + dump)
        let clusters = try objects("out/clusters.jsonl")
        let summary = try #require(try objects("out/summary.json").first)
        // Every line that is gone is a member of a cluster, and every line that stays is as it was.
        #expect(Set(kept).isSubset(of: Set(all)) && kept == all.filter(Set(kept).contains))
        let members = clusters.flatMap { $0["members"] as? [[String: Any]] ?? [] }
        let gone = try Set(all).subtracting(kept)
            .map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
        #expect(Set(members.compactMap { $0["id"] as? String }) == Set(gone.compactMap { $0["id"] as? String }))
        #expect(summary["dropped"] as? Int == members.count && summary["clusters"] as? Int == clusters.count)
        #expect(members.allSatisfy { $0["relation"] is String && $0["jaccard"] is Double })
        #expect(members.allSatisfy { $0["source"] as? String == dump })
        let kinds = Set(members.compactMap { $0["relation"] as? String })
        #expect(kinds.isSuperset(of: ["exact", "near", "revised", "contained"]))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted()
        #expect(names == ["clusters.jsonl", "summary.json", "unique"])
    }

    @Test("standard input, packed, gives the same as the file", arguments: [CompressionKind.plain, .gzip, .zstd])
    func standardInput(_ kind: CompressionKind) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: dump)))
        var encoder = try StreamEncoder(kind: kind)
        var packed: [UInt8] = []
        try encoder.appendMember(bytes, to: &packed)
        #expect(try Command.run("dedup", "--quiet", "--output", folder.file("file"), dump).status == 0)
        #expect(try Command.run(["dedup", "--quiet", "--output", folder.file("pipe"), "-"], input: packed).status == 0)
        let name = "pipe/unique/stdin.jsonl" + [.plain: "", .gzip: ".gz", .zstd: ".zst"][kind]!
        let file = try Data(contentsOf: URL(fileURLWithPath: folder.file("file/unique") + dump))
        let pipe = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
        if kind == .plain { #expect(pipe == file) } else { #expect(!pipe.isEmpty && pipe.count < file.count) }
        #expect(try lines("pipe/clusters.jsonl").count == lines("file/clusters.jsonl").count)
    }

    @Test("what another index holds is dropped, and told")
    func against() throws {
        let index = folder.file("index")
        #expect(try Command.run("index", "--quiet", "--index", index, Samples.path("crawl.jsonl")).status == 0)
        let outcome = try Command.run(
            "dedup",
            "--quiet",
            "--output",
            folder.file("out"),
            "--against",
            index,
            Samples.path("incoming.jsonl")
        )
        #expect(outcome.status == 0)
        let known = try objects("out/known.jsonl")
        #expect(known.count >= 8 && known.allSatisfy { ($0["matches"] as? [Any])?.isEmpty == false })
        let summary = try #require(try objects("out/summary.json").first)
        #expect(summary["known"] as? Int == known.count)
        // All of the crawl itself is known.
        let again = try Command.run(
            "dedup",
            "--quiet",
            "--output",
            folder.file("again"),
            "--against",
            index,
            Samples.path("crawl.jsonl")
        )
        #expect(again.status == 0)
        #expect(try objects("again/summary.json").first?["kept"] as? Int == 0)
    }

    @Test("all pairs are told, and evaluated; the index is kept where it should be")
    func pairsAndIndex() throws {
        let (pairs, index) = (folder.file("pairs.jsonl"), folder.file("kept.index"))
        let outcome = try Command.run(
            "dedup",
            "--quiet",
            "--output",
            folder.file("out"),
            "--pairs-output",
            pairs,
            "--save-index",
            index,
            "--exact",
            dump
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        let told = try objects("pairs.jsonl")
        let members = try objects("out/clusters.jsonl").flatMap { $0["members"] as? [[String: Any]] ?? [] }
        let later = Set(told.filter { ($0["matches"] as? [Any])?.isEmpty == false }.compactMap { $0["id"] as? String })
        #expect(Set(members.compactMap { $0["id"] as? String }).isSubset(of: later))
        let first = try #require(told.first)
        let match = try #require((first["matches"] as? [[String: Any]])?.first)
        let ids = try [first, match].map { try #require($0["id"] as? String) }
        let truth = try folder.write(ids.joined(separator: "\t") + "\n", to: "truth.tsv")
        #expect(try Command.run("evaluate", pairs, "--truth", truth).status == 0)
        #expect(try Command.run("verify", "--index", index).status == 0)
        let check = try Command.run("check", "--index", index, "--json", "--quiet", dump)
        #expect(check.status == 0 && check.objects.count { !($0["matches"] as? [Any] ?? []).isEmpty } > 80)
    }

    @Test("a dry run writes nothing, and a folder in use is refused")
    func refusals() throws {
        let dry = try Command.run("dedup", "--dry-run", "--output", folder.file("dry"), dump)
        #expect(dry.status == 0 && dry.errors.contains("kept "))
        #expect(!FileManager.default.fileExists(atPath: folder.file("dry")))
        _ = try folder.write("mine", to: "used/notes.txt")
        let used = try Command.run("dedup", "--overwrite", "--output", folder.file("used"), dump)
        #expect(used.status == 64 && used.errors.contains("notes.txt"))
        #expect(try Command.run("dedup", "--quiet", "--output", folder.file("out"), dump).status == 0)
        let again = try Command.run("dedup", "--output", folder.file("out"), dump)
        #expect(again.status == 64 && again.errors.contains("--overwrite"))
        #expect(try Command.run("dedup", "--quiet", "--overwrite", "--output", folder.file("out"), dump).status == 0)
        for wrong in [
            ["--drop", "similar"], ["--drop", ""], ["--overlaps"], ["--memory", "1m"], ["--keep", "best"],
        ] {
            #expect(try Command.run(["dedup", "--output", folder.file("no"), dump] + wrong).status == 64, "\(wrong)")
        }
    }

    @Test("inputs that cannot be read end with 2, and the others are written")
    func unreadable() throws {
        let outcome = try Command.run("dedup", "--output", folder.file("out"), folder.file("missing.jsonl"), dump)
        #expect(outcome.status == 2 && outcome.errors.contains("not-found"))
        #expect(try lines("out/unique" + dump).count > 10)
    }

    @Test("a disk that is full leaves no results; the same command goes on when there is room")
    func fullDisk() throws {
        let out = folder.file("out")
        let text = try #require(Command.binary?.path)
        func shell(_ limit: String) throws -> (status: Int32, errors: String) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            let script = "ulimit -f \(limit); exec \"$0\" dedup --quiet --output \"$1\" \"$2\""
            process.arguments = ["-c", script, text, out, dump]
            let errors = try folder.write("", to: "err")
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
            try process.run()
            process.waitUntilExit()
            return (process.terminationStatus, try String(contentsOfFile: errors, encoding: .utf8))
        }
        // Blocks of 512 or 1024 bytes: enough for the working files, and not for what is written.
        let full = try shell("90")
        #expect(full.status == 74 && full.errors.contains("could not"), "\(full)")
        for name in ["unique", "clusters.jsonl", "summary.json"] {
            #expect(!FileManager.default.fileExists(atPath: out + "/" + name))
        }
        #expect(try shell("unlimited").status == 0)
        #expect(try Command.run("dedup", "--quiet", "--output", folder.file("whole"), dump).status == 0)
        #expect(try lines("out/clusters.jsonl") == lines("whole/clusters.jsonl"))
    }
}
