import ArgumentParser
import CommandValues
import CrawlPipelines
import LiveIndex
import NearDuplicates
import ShardFormat

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Adds the documents of other indexes to an index, which is made if it is missing.",
        discussion: """
            A source is an index directory, or one .ndshard file built elsewhere; it is verified whole before any of it \
            is used, and only read. It must have been made with the same parameters as the index. Documents follow those \
            of the index in their order, so that every answer is that of one index of all the documents. A run that was \
            stopped is begun again without adding anything twice. Once all of a source index is in, the index also knows \
            the files that it was made of, and indexing them does nothing.

            EXAMPLES:
              neardup merge --index all.index monday.index tuesday.index
              neardup merge --index all.index --on-same-id skip part-7/shard-00000001.ndshard
            """
    )

    @Option(name: .long, help: "The index directory to merge into.")
    var index: String

    @Argument(help: "Index directories, or .ndshard files.")
    var sources: [String]

    @Option(help: "What adding a known id does.")
    var onSameId = SameIDPolicy.replace

    @Option(help: "Memory for merging, such as 512m or 2g.")
    var memory = ByteCount(bytes: 256 << 20)

    @OptionGroup var threads: ThreadOptions

    @Flag(help: "No progress and no summary.")
    var quiet = false

    func validate() throws { try MemoryLimit.validate(memory) }

    func run() throws {
        try exiting {
            // All of them before anything is made: a name mistyped should cost nothing.
            let opened = try sources.map { try MergeSource(path: $0) }
            let parameters = try IndexSnapshot.parameters(path: index) ?? opened[0].parameters
            for source in opened {
                let mismatches = parameters.mismatches(with: source.parameters)
                guard mismatches.isEmpty else { throw IndexError.sourceParameters(path: source.path, mismatches) }
            }
            let writer = try IndexWriter.recovering(
                index,
                settings: IndexSettings(parameters),
                policy: onSameId,
                memory: memory.bytes,
                threads: .dispatch(threads.count)
            )
            defer { writer.close() }
            for source in opened {
                let counts = try writer.merge(source) { shard, count in
                    if !quiet, count > 1 { Console.error("\(source.path): shard \(shard + 1) of \(count)") }
                }
                if !quiet { try Console.line("\(Console.printable(source.path)): \(Self.description(counts))") }
            }
        }
    }

    private static func description(_ counts: AdoptedCounts) -> String {
        var parts = ["added \(Figures.grouped(counts.added)) of \(Figures.count(counts.documents, "document"))"]
        if counts.replaced > 0 {
            parts.append("\(Figures.grouped(counts.replaced)) in place of older ones of their ids")
        }
        if counts.superseded > 0 { parts.append("\(Figures.grouped(counts.superseded)) superseded by later ones") }
        if counts.unchanged > 0 { parts.append("\(Figures.grouped(counts.unchanged)) unchanged") }
        if counts.skipped > 0 { parts.append("\(Figures.grouped(counts.skipped)) skipped for a known id") }
        let shards = [
            (counts.copiedShards, "copied"), (counts.rewrittenShards, "rewritten"), (counts.leftShards, "left out"),
        ]
        .filter { $0.0 > 0 }
        return parts.joined(separator: ", ") + "; shards: "
            + (shards.isEmpty ? "none" : shards.map { "\(Figures.grouped($0.0)) \($0.1)" }.joined(separator: ", "))
    }
}
