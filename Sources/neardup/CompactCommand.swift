import ArgumentParser
import CommandValues
import CrawlPipelines
import NearDuplicates

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Merges an index into as few shards as possible, without what was replaced or removed.",
        discussion: """
            Afterwards nothing of a removed, replaced or expired document is in any file. While it works it needs room on disk for the new \
            shards beside the old, and for the sorted keys of one shard. Stopped half-way, the index is whole, and \
            compacting again goes on.

            EXAMPLES:
              neardup compact --index news.index
              neardup compact --index news.index --memory 2g
              neardup compact --index news.index --expire 30d
            """
    )

    @Option(name: .long, help: "The index directory.")
    var index: String

    @Option(help: "Memory for merging, such as 512m or 2g.")
    var memory = ByteCount(bytes: 256 << 20)

    @OptionGroup var threads: ThreadOptions

    @Option(help: "The size that no shard grows beyond.")
    var largestShard = ByteCount(bytes: MergePolicy().largestShard)

    @Option(help: ArgumentHelp("First remove documents older than this: 12h, 30d, 8w.", valueName: "age"))
    var expire: Age?

    @Flag(help: "No progress and no summary.")
    var quiet = false

    func validate() throws { try MemoryLimit.validate(memory) }

    func run() throws {
        try exiting {
            let writer = try ExistingIndex.writer(index, memory: memory, threads: .dispatch(threads.count))
            defer { writer.close() }
            writer.mergePolicy = .never
            writer.mergePolicy.largestShard = largestShard.bytes
            if let expire {
                let counts = try writer.remove(expire.filter)
                if !quiet { for line in RemoveCommand.lines(counts, isTrial: false) { try Console.line(line) } }
            }
            let summary = try writer.compact { done, total in
                guard !quiet, total > 0, done < total else { return }
                Console.error("merged \(Figures.bytes(done)) of \(Figures.bytes(total))")
            }
            if !quiet { for line in Self.lines(summary, index) { try Console.line(line) } }
        }
    }

    private static func lines(_ summary: CompactionSummary, _ index: String) -> [String] {
        let after = Self.description(summary.after)
        guard summary.hasChanged else { return ["\(index): nothing to do, \(after)"] }
        return ["before: \(Self.description(summary.before))", "after:  \(after)"]
    }

    private static func description(_ size: CompactionSummary.Size) -> String {
        let live = size.documents - size.deadDocuments
        return Figures.count(live, "document")
            + (size.deadDocuments > 0 ? " and \(Figures.grouped(size.deadDocuments)) replaced or removed" : "")
            + ", \(Figures.count(size.shards, "shard")), \(Figures.grouped(size.bytes)) bytes"
    }
}
