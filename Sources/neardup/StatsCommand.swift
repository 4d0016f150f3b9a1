import ArgumentParser
import CrawlPipelines
import LiveIndex
import NearDuplicates
import ShardFormat
import Sketching

struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Tells what an index holds, what it takes on disk, and what its bands find.",
        discussion: """
            EXAMPLES:
              neardup stats --index news.index
              neardup stats --index news.index --json
            """
    )

    @Option(name: .long, help: "The index directory.")
    var index: String

    @Flag(help: "One JSON object.")
    var json = false

    /// The Jaccards for which the recall of the bands is told.
    private static let curve = [0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]

    func run() throws {
        try exiting {
            let statistics = try LiveIndex.snapshot(path: index).statistics
            if json {
                try Console.write(Self.json(statistics))
            } else {
                for line in Self.lines(statistics) { try Console.line(line) }
            }
        }
    }

    private static func lines(_ statistics: IndexStatistics) -> [String] {
        let each = max(1, statistics.documents + statistics.deadDocuments)
        var lines = [
            "documents     \(Figures.grouped(statistics.documents))"
                + (statistics.documentsInMemory > 0
                    ? " (\(Figures.grouped(statistics.documentsInMemory)) in the log, not in a shard yet)" : "")
                + (statistics.deadDocuments > 0
                    ? " (and \(Figures.grouped(statistics.deadDocuments)) replaced, still on disk)" : ""),
            "fingerprints  \(Figures.grouped(statistics.fingerprints))",
            "shards        \(Figures.grouped(statistics.shards))",
            "bytes         \(Figures.grouped(statistics.bytes)) (\(statistics.bytes / each) a document)",
            "commits       \(statistics.generation)",
            "",
            "\(Figures.padded("part", 34)) \(Figures.padded("bytes", 14, right: true)) "
                + "\(Figures.padded("a document", 11, right: true)) \(Figures.padded("compression won", 16, right: true))",
        ]
        for part in statistics.parts {
            let won = part.rawBytes > part.bytes ? 100 * (1 - Double(part.bytes) / Double(part.rawBytes)) : 0
            lines.append(
                "\(Figures.padded(part.name, 34)) \(Figures.padded(Figures.grouped(part.bytes), 14, right: true)) "
                    + "\(Figures.padded(Figures.decimals(Double(part.bytes) / Double(each), 1), 11, right: true)) "
                    + Figures.padded(won > 0 ? "\(Figures.decimals(won, 1)) %" : "", 16, right: true)
            )
        }
        lines.append("")
        for (name, value) in parameters(statistics.parameters) { lines.append("\(Figures.padded(name, 22)) \(value)") }
        lines.append("")
        let isAll = statistics.parameters.window == 0
        lines.append("Expected recall of the bands" + (isAll ? ":" : " (fingerprints find more):"))
        lines.append("  Jaccard " + curve.map { Figures.padded(Figures.decimals($0, 2), 7, right: true) }.joined())
        lines.append(
            "  found   "
                + curve.map {
                    Figures.padded(Figures.decimals(statistics.banding.recall(atJaccard: $0), 3), 7, right: true)
                }
                .joined()
        )
        return lines
    }

    private static func parameters(_ parameters: IndexParameters) -> [(String, String)] {
        [
            ("hash version", "\(parameters.hashVersion)"),
            ("Unicode version", parameters.unicodeName),
            ("seed", "\(parameters.seed)"),
            ("tokens in a shingle", "\(parameters.shingleTokens)"),
            ("winnowing window", parameters.window > 0 ? "\(parameters.window)" : "none: no containment, no passages"),
            ("signature", "\(parameters.signatureValues) values of \(parameters.signatureBits) bits"),
            ("bands x rows", "\(parameters.bands) x \(parameters.rows)"),
            (
                "tuned for",
                "recall \(Figures.decimals(parameters.recallGoal, 3)) at Jaccard "
                    + Figures.decimals(parameters.nearThreshold, 2)
            ),
            ("minimum tokens", "\(parameters.minimumTokens)"),
        ]
    }

    private static func json(_ statistics: IndexStatistics) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.fields(statistics)
        json.array("parts", statistics.parts) { json, part in
            json.field("name", part.name)
            json.field("bytes", part.bytes)
            json.field("raw_bytes", part.rawBytes)
        }
        json.object("parameters") { $0.fields(statistics.parameters) }
        json.array("recall", curve) { json, jaccard in
            json.field("jaccard", jaccard)
            json.field("found", statistics.banding.recall(atJaccard: jaccard))
        }
        json.endObject()
        json.endLine()
        return json.bytes
    }
}
