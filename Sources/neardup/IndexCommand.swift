public import ArgumentParser
import CommandValues
import CrawlPipelines
import CrawlReading
public import NearDuplicates

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Adds documents to an index, which is made if it is missing.",
        discussion: """
            EXAMPLES:
              neardup index --index news.index dump.jsonl.gz
              neardup index --index news.index dumps/ more.txt
              neardup index --index news.index --text-field body 'dumps/*.zst'
              neardup index --index news.index --id-field meta.url dump.jsonl
              curl -s "$URL" | neardup index --index news.index -
              neardup index --server http://localhost:8080 new.jsonl

            The index remembers what it has of each file: after Ctrl-C, a kill or a power cut the same command goes on
            where the last commit was, and a file that was read to its end is left out until it changes.
            """
    )

    @Option(name: .long, help: "The index directory.")
    var index: String?

    @OptionGroup var remote: RemoteOptions

    @OptionGroup var input: InputOptions

    @Option(help: "What adding a known id does.")
    var onSameId = SameIDPolicy.replace

    @Option(
        help: """
            Memory for documents on their way into the index, such as 512m or 2g: more makes fewer shards, which are checked \
            sooner. If it is not given, a quarter of what the machine or its control group has, 512m to 2g.
            """
    )
    var memory = MemoryLimit.usual

    @Flag(help: "Read inputs again that the index has already; documents that did not change are not added again.")
    var reread = false

    @OptionGroup(title: "Options of a new index") var settings: SettingsOptions

    func validate() throws {
        try remote.validate(index: index)
        if remote.server != nil, settings.isGiven || onSameId != .replace || reread {
            throw ValidationError("--server: options of a new index, --on-same-id and --reread are for --index")
        }
        try MemoryLimit.validate(memory)
    }

    func run() throws {
        try exiting {
            if let service = try remote.service() { return try run(with: service) }
            let index = index ?? ""
            var pipeline = IndexPipeline()
            pipeline.reading = input.records.reading(over: pipeline.reading)
            if settings.isGiven {
                pipeline.settings = settings.settings(over: try IndexSnapshot.parameters(path: index))
            }
            pipeline.onSameID = onSameId
            pipeline.threads = input.threads.count
            pipeline.memory = memory.bytes
            pipeline.fitsRecordsToMemory = input.records.leavesLimits
            pipeline.isStrict = input.strict
            pipeline.readsAgain = reread
            let interruption = Interruption()
            var progress = Progress(isQuiet: input.quiet)
            var reporter = ProblemReporter()
            let summary = try pipeline.run(
                input.resolved(outside: index),
                into: index,
                stop: interruption.stop,
                notice: { reporter.note($0, isQuiet: input.quiet) },
                report: {
                    progress.finish()
                    reporter.report($0)
                },
                progress: { progress.tell($0.reading, of: $0.plannedBytes) }
            )
            progress.finish()
            if !input.quiet { tell(summary, progress) }
            if let code = interruption.exitCode {
                Console.error("stopped before the end; the same command goes on from here")
                throw ExitCode(code)
            }
            if summary.reading.failedInputs > 0 { throw ExitCode.inputsFailed }
        }
    }

    private func tell(_ summary: IndexPipeline.Summary, _ progress: Progress) {
        let isIdle = summary.reading.inflatedBytes == 0 && summary.reading.failedInputs == 0
        if isIdle, summary.knownInputs > 0 {
            Console.error(
                "nothing to do: the index has all of \(Figures.count(summary.knownInputs, "input")) (--reread reads again)"
            )
            return
        }
        let added = summary.added
        var parts = ["added \(Figures.count(added.added, "document"))"]
        if added.replaced > 0 { parts.append("\(Figures.grouped(added.replaced)) in place of older ones of their ids") }
        if added.superseded > 0 { parts.append("\(Figures.grouped(added.superseded)) superseded by later ones") }
        if added.unchanged > 0 { parts.append("\(Figures.grouped(added.unchanged)) unchanged") }
        if added.skipped > 0 { parts.append("\(Figures.grouped(added.skipped)) skipped for a known id") }
        if added.empty > 0 { parts.append("\(Figures.grouped(added.empty)) without text left out") }
        if added.tooShort > 0 { parts.append("\(Figures.grouped(added.tooShort)) too short left out") }
        Console.error(parts.joined(separator: ", "))
        Console.error("read \(progress.rate(summary.reading)), \(Figures.count(summary.shards, "shard")) written")
        if summary.illFormedBytes > 0 {
            Console.error(
                "\(Figures.count(summary.illFormedBytes, "byte")) of the texts are not UTF-8 and were ignored"
            )
        }
        if summary.knownInputs > 0 {
            Console.error(
                "left out \(Figures.count(summary.knownInputs, "input")) that the index has already (--reread reads them)"
            )
        }
        for line in ReadingReport.lines(summary.reading) { Console.error(line) }
    }
}

extension SameIDPolicy: ExpressibleByArgument {}
