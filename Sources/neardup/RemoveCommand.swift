import ArgumentParser
import CommandValues
import CrawlPipelines
import NearDuplicates

struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Removes documents from an index.",
        discussion: """
            Documents are named by id, or chosen by where and when they were found: with both --url-prefix and --before (or --expire) \
            only those of which both hold. Removed is what is named and what is chosen. Dates are understood as ISO 8601 \
            and RFC 3339, as the 14 digits of web archives, and as in HTTP; documents without a date, or with another \
            kind of one, are kept and counted.

            A removed document is found by no search from then on. Its sketch stays in the index's files until they are \
            merged; compact does that at once. Indexing the same files does not bring it back, because the index knows \
            that it has them; a file that changed is read anew, and so is every file with index --reread.

            EXAMPLES:
              neardup remove --index news.index article-17 article-18
              neardup remove --index news.index --ids withdrawn.txt
              neardup remove --index news.index --url-prefix https://example.org/private/ --dry-run
              neardup remove --index news.index --before 2020-01-01
              neardup remove --index news.index --expire 30d
              cut -f 1 withdrawn.tsv | neardup remove --index news.index --ids -
            """
    )

    @Option(name: .long, help: "The index directory.")
    var index: String

    @Argument(help: ArgumentHelp("Ids of documents.", valueName: "id"))
    var documents: [String] = []

    @Option(help: ArgumentHelp("A file of ids, one a line; - for standard input.", valueName: "file"))
    var ids: String?

    @Option(help: ArgumentHelp("Documents whose URL begins so; may be given again.", valueName: "prefix"))
    var urlPrefix: [String] = []

    @Option(help: ArgumentHelp("Documents of an earlier date.", valueName: "date"))
    var before: String?

    @Option(help: ArgumentHelp("Documents older than this: 12h, 30d, 8w.", valueName: "age"))
    var expire: Age?

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    @Flag(help: "No summary.")
    var quiet = false

    func validate() throws {
        if documents.isEmpty, ids == nil, urlPrefix.isEmpty, before == nil, expire == nil {
            throw ValidationError("expected ids, --ids, --url-prefix, --before or --expire")
        }
        if before != nil, expire != nil { throw ValidationError("--before and --expire exclude each other") }
        if urlPrefix.contains("") { throw ValidationError("--url-prefix: expected a beginning of URLs, got nothing") }
        if let before, CrawlDate(before) == nil {
            throw ValidationError("--before: expected a date such as 2024-05-01 or 2024-05-01T12:30:00Z, got \(before)")
        }
    }

    func run() throws {
        try exiting {
            let writer = try ExistingIndex.writer(index, memory: ByteCount(bytes: 256 << 20))
            defer { writer.close() }
            if dryRun { writer.mergePolicy = .never }
            var filter = RemovalFilter()
            filter.urlPrefixes = urlPrefix
            filter.before = before.flatMap { CrawlDate($0) } ?? expire?.filter.before
            // Before the ids: an index that is only looked at must have nothing to commit.
            var counts = try writer.remove(filter)
            for id in documents { try Self.count(writer.remove(id: id), &counts) }
            if let ids {
                var lines = try LineReader(opening: ids)
                while try lines.next({ (id) throws(IndexError) in try Self.count(writer.remove(id: id), &counts) }) {}
            }
            if !dryRun { try writer.commit() }
            if !quiet { for line in Self.lines(counts, isTrial: dryRun) { try Console.line(line) } }
        }
    }

    private static func count(_ wasThere: Bool, _ counts: inout RemovedCounts) {
        if wasThere { counts.removed += 1 } else { counts.notFound += 1 }
    }

    static func lines(_ counts: RemovedCounts, isTrial: Bool) -> [String] {
        var parts = ["\(isTrial ? "would remove" : "removed") \(Figures.count(counts.removed, "document"))"]
        if counts.notFound > 0 { parts.append("\(Figures.count(counts.notFound, "id")) not found") }
        if counts.undated > 0 { parts.append("\(Figures.grouped(counts.undated)) kept that have no date") }
        if counts.unknownDates > 0 {
            parts.append("\(Figures.grouped(counts.unknownDates)) kept whose date is not understood")
        }
        return [parts.joined(separator: ", ")]
    }
}
