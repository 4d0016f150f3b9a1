import Foundation
import ShardFormat
import Testing

/// Shards written once by each version of the format; every later version that claims to read them must.
///
/// Beside each `version-N.shard` lies `version-N.txt`: what it answered then. `SHARD_FORMAT_WRITE_GOLDEN=N` writes a
/// new pair, and never over an old one.
struct GoldenFileTests {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    static var shards: [URL] {
        let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "shard" }.sorted { $0.path < $1.path }
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
        // One key that all documents share is common, and names, URLs and dates pack.
        var documents = ShardOracleTests.documents(150, pool: 3, fingerprints: 6, seed: 2026)
        for index in documents.indices {
            documents[index].fingerprintKeys.append(77 << 40)
            documents[index].positions.append(5000)
        }
        let bytes = try shardBytes(documents)
        let keys = Array(Set(documents.flatMap { $0.fingerprintKeys + $0.bandKeys.prefix(1) })).sorted()
        try Data(bytes).write(to: shard)
        try Self.answers(try openShard(bytes), keys: keys).write(to: text, atomically: true, encoding: .utf8)
    }
}
