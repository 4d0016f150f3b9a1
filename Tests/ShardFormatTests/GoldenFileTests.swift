import Foundation
import Testing

@testable import ShardFormat

/// Shards written once by each version of the format; every later version that claims to read them must.
///
/// Beside each `version-N.shard` lies `version-N.txt`, what it answered then, and `version-N.files`, the other files of an
/// index. `SHARD_FORMAT_WRITE_GOLDEN=N` writes new ones, and never over old ones. Of version 0, which was never frozen, there
/// is a shard to be refused.
struct GoldenFileTests {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    static var shards: [URL] {
        let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "shard" && $0.lastPathComponent != "version-0.shard" }
            .sorted { $0.path < $1.path }
    }

    /// The documents of the golden shard: names that pack, and a key that all of them share, so that it is common.
    static var documents: [TestDocument] {
        var documents = ShardOracleTests.documents(150, pool: 3, fingerprints: 6, seed: 2026)
        for index in documents.indices {
            documents[index].fingerprintKeys.append(77 << 40)
            documents[index].positions.append(5000)
        }
        return documents
    }

    @Test("Today's writer makes the golden shard byte for byte, as far as zstd has no part in it")
    func writer() throws {
        let url = Self.directory.appendingPathComponent("version-1.shard")
        let golden = [UInt8](try Data(contentsOf: url))
        let written = try shardBytes(Self.documents)
        // Another zstd may pack blocks otherwise: what follows them then begins elsewhere, and holds the same.
        #expect(golden.prefix(72) == written.prefix(72))
        let sections = zip(try openShard(golden).sections, try openShard(written).sections)
        for (one, other) in sections where one.offset < golden.count - 1000 {
            #expect(one.name == other.name)
            if one.bytes == one.rawBytes, !one.name.hasSuffix("block directory"),
                one.name != "page checksums"
            {
                let bytes = golden[one.offset..<one.offset + one.bytes]
                #expect(bytes.elementsEqual(written[other.offset..<other.offset + other.bytes]), "\(one.name)")
            }
        }
        let keys = Self.keys(of: Self.documents)
        #expect(try Self.answers(openShard(written), keys: keys) == Self.answers(openShard(golden), keys: keys))
    }

    @Test("A shard of version 0 is refused with advice")
    func olderVersion() throws {
        let url = Self.directory.appendingPathComponent("version-0.shard")
        let error = #expect(throws: ShardError.self) { try Shard(path: url.path) }
        #expect(error == .versionTooOld(path: url.path, kind: .shard, expected: 1, found: 0))
        #expect(error?.description.contains("index again, or use an older neardup") == true)
    }

    /// The other files of an index, by name.
    static var files: [(name: String, bytes: [UInt8])] {
        var manifest = ManifestTests.manifest
        manifest.inputs = .init(name: "inputs-00000007.ndinputs", checksum: 0x1234_5678)
        let words = IndexAttachment.file(
            kind: "words",
            name: "words-7.ndpart",
            flags: .requiredToRead,
            content: [1, 2, 3]
        )
        manifest.attachments = [
            words.entry, IndexAttachment(kind: "log", name: "log-8", flags: [.grows, .requiredToWrite]),
        ]
        var inputs = InputLedger()
        let member = InputLedger.Member(offset: 1000, skip: 20)
        inputs[1 << 60] = InputLedger.Entry(size: 300, modified: -5, options: 9, position: nil)
        inputs[7] = InputLedger.Entry(
            size: 1 << 40,
            modified: 5,
            options: 9,
            position: .init(format: "warc", offset: 4096, member: member)
        )
        inputs[8] = InputLedger.Entry(
            size: 1,
            modified: 0,
            options: .max,
            position: .init(format: "jsonl", offset: 1, member: nil)
        )
        return [
            ("manifest", manifest.encoded()), ("attachment", words.bytes), ("inputs", inputs.encoded()),
            ("tombstones", TombstonesTests.tombstones([0, 63, 64, 300], of: 301).encoded()),
        ]
    }

    private static var filesAsText: String {
        files.map { "\($0.name) \(ShardLayout.hex($0.bytes))\n" }.joined()
    }

    @Test("Manifest, list of inputs, tombstones and attachments are what they were, byte for byte")
    func otherFiles() throws {
        let url = Self.directory.appendingPathComponent("version-1.files")
        #expect(try String(contentsOf: url, encoding: .utf8) == Self.filesAsText)
        let bytes = Dictionary(uniqueKeysWithValues: Self.files.map { ($0.name, $0.bytes) })
        let manifest = try Manifest(decoding: #require(bytes["manifest"]), path: "m")
        #expect(manifest.encoded() == bytes["manifest"])
        #expect(try manifest.attachments[0].content(decoding: #require(bytes["attachment"]), path: "a") == [1, 2, 3])
        #expect(try InputLedger(decoding: #require(bytes["inputs"]), path: "i").encoded() == bytes["inputs"])
        #expect(try Tombstones(decoding: #require(bytes["tombstones"]), path: "t").documents == [0, 63, 64, 300])
    }

    private static func keys(of documents: [TestDocument]) -> [UInt64] {
        Array(Set(documents.flatMap { $0.fingerprintKeys + $0.bandKeys.prefix(1) })).sorted()
    }

    @Test("A golden shard answers as it did when it was written", .enabled(if: !shards.isEmpty), arguments: shards)
    func golden(shard url: URL) throws {
        let text = try String(contentsOf: url.deletingPathExtension().appendingPathExtension("txt"), encoding: .utf8)
        let keys = text.split(separator: "\n")
            .compactMap { line in
                line.hasPrefix("key ") ? UInt64(line.split(separator: " ")[1], radix: 16) : nil
            }
        #expect(!keys.isEmpty)
        let shard = try Shard(path: url.path)
        try shard.verify()
        #expect(try Self.answers(shard, keys: keys) == text)
    }

    /// Everything a shard says of itself, of each document, and of each key: a line each.
    static func answers(_ shard: Shard, keys: [UInt64]) throws -> String {
        let cursor = ShardCursor(shard)
        let parameters = shard.parameters
        var lines = [
            "versions \(parameters.hashVersion) \(parameters.unicodeVersion) seed \(parameters.seed)",
            "shingles \(parameters.shingleTokens) \(parameters.window) \(parameters.minimumTokens)",
            "signatures \(parameters.signatureValues) \(parameters.signatureBits)",
            "bands \(parameters.bands) \(parameters.rows) \(parameters.nearThreshold) \(parameters.recallGoal)",
            "counts \(shard.documentCount) \(shard.fingerprintCount) \(shard.bandKeyCount)",
        ]
        for document in 0..<UInt32(shard.documentCount) {
            let names = try cursor.identity(of: document)
            let lengths = try cursor.lengths(of: document)
            let hash = try shard.contentHash(of: document)
            let signature = try cursor.withSignature(of: document) { (bytes) throws(ShardError) in
                bytes.indices.map { bytes[$0] }
            }
            lines.append(
                "document \(document) \(names.id) \(names.url) \(names.date) \(lengths.tokens) \(lengths.textBytes)"
            )
            lines.append("content \(hash.low) \(hash.high) signature \(signature)")
            lines.append("positions \(try cursor.positions(of: document))")
        }
        let bands = try shard.probed(keys, cap: .max) { (keys, remaining, hits) throws(ShardError) in
            try shard.probeBands(keys, remaining: &remaining, into: hits)
        }
        let prints = try shard.probed(keys, cap: .max) { (keys, remaining, hits) throws(ShardError) in
            try shard.probeFingerprints(keys, remaining: &remaining, into: hits)
        }
        for (index, key) in keys.enumerated() {
            lines.append("key \(String(key, radix: 16)) \(bands.values[index]) \(prints.values[index])")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static let newVersion = ProcessInfo.processInfo.environment["SHARD_FORMAT_WRITE_GOLDEN"]

    @Test("Writes a new golden shard", .enabled(if: newVersion != nil))
    func write() throws {
        let shard = Self.directory.appendingPathComponent("version-\(Self.newVersion ?? "").shard")
        let text = shard.deletingPathExtension().appendingPathExtension("txt")
        try #require(!FileManager.default.fileExists(atPath: shard.path), "a golden file is never written again")
        let bytes = try shardBytes(Self.documents)
        let answers = try Self.answers(try openShard(bytes), keys: Self.keys(of: Self.documents))
        try Data(bytes).write(to: shard)
        try answers.write(to: text, atomically: true, encoding: .utf8)
        let files = shard.deletingPathExtension().appendingPathExtension("files")
        try Self.filesAsText.write(to: files, atomically: true, encoding: .utf8)
    }
}
