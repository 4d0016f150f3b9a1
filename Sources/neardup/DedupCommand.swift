import ArgumentParser
import CommandValues
import CrawlPipelines
import CrawlReading
import DuplicateClusters
import NearDuplicates

struct DedupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dedup",
        abstract: "Takes the duplicates out of a dump.",
        discussion: """
            Reads the inputs twice: once to sketch them and find clusters of duplicates, once to write what stays. Of each \
            cluster one document stays, every other one was compared with it. The results are unique/ (or annotated/), one file \
            for each input; clusters.jsonl, with what was dropped and why; summary.json. What is no document (requests, images, \
            empty pages) stays, but for requests and metadata of a page that is dropped; malformed records are told and left out.

            A run that was stopped or killed goes on after its last finished phase when the same command is given again; \
            its results are the same.

            EXAMPLES:
              neardup dedup --output clean 'CC-MAIN-2026-*.warc.gz'
              neardup dedup --output clean --write annotated dump.jsonl.zst
              neardup dedup --output clean --drop exact,near dump/
              neardup dedup --output clean --dry-run dump/
              zcat dump.jsonl.gz | neardup dedup --output clean -
            """
    )

    @Option(help: "The folder for the results; it must be empty, or not there.")
    var output: String

    @OptionGroup var input: InputOptions

    @Option(help: "Which document of a cluster stays: longest, first, last (as they are read) or newest (by date).")
    var keep = KeepRule.longest

    @Option(
        help:
            "What is written of the inputs: unique, annotated (JSON lines of all documents with a field neardup), none."
    )
    var write = DedupOptions.Writing.unique

    @Option(help: "The relations that make a document a duplicate.")
    var drop = RelationList(relations: DedupOptions().dropped)

    @Option(help: "Drop what this index holds, too: it stays out of all clusters, and is told in known.jsonl.")
    var against: String?

    @Flag(help: "Read the inputs once more, and count figures on the texts' own shingles; not estimated from sketches.")
    var exact = false

    @Option(help: "A file for all verified pairs, as JSON lines that `evaluate` reads.")
    var pairsOutput: String?

    @Option(help: "on: passages that stand on many pages of a site, among different others, do not count; off: all do.")
    var boilerplate = BoilerplateUse.on

    @Option(help: "Keep the working index there, with all documents and what was learned of boilerplate.")
    var saveIndex: String?

    @Flag(help: "Write nothing but the summary on standard error.")
    var dryRun = false

    @Flag(help: "Replace the results of an earlier run.")
    var overwrite = false

    @Option(
        help: "The folder that gets a folder for working files, about a fifth of the text (default: the output's)."
    )
    var temp: String?

    @Option(help: "Memory, such as 512m or 2g; working files are mapped beside it.")
    var memory = ByteCount(bytes: 512 << 20)

    @OptionGroup(title: "Options of the rule") var rule: RuleOptions

    @OptionGroup(title: "Thresholds of boilerplate") var thresholds: ThresholdOptions

    @OptionGroup(title: "Options of the working index") var settings: SettingsOptions

    func validate() throws {
        try MemoryLimit.validate(memory)
        if output.isEmpty { throw ValidationError("--output: expected a folder") }
        if rule.overlaps || rule.overlapTokens != nil {
            throw ValidationError("--overlaps: a shared passage makes no duplicate; `check --overlaps` reports them")
        }
    }

    func run() throws {
        try exiting {
            let interruption = Interruption()
            var progress = PhaseProgress(isQuiet: input.quiet)
            var reporter = ProblemReporter()
            let outcome = try DedupPipeline(options)
                .run(
                    input.resolved(outside: output),
                    output: output,
                    temporary: temp,
                    stop: interruption.stop,
                    notice: { reporter.note($0, isQuiet: input.quiet) },
                    report: {
                        progress.finish()
                        reporter.report($0)
                    },
                    progress: { progress.tell($0) }
                )
            progress.finish()
            if !input.quiet {
                for line in DedupReport.lines(outcome, isDryRun: dryRun) { Console.error(line) }
            }
            if let code = interruption.exitCode {
                Console.error("stopped before the end; the same command goes on from here")
                throw ExitCode(code)
            }
            if outcome.failedInputs > 0 { throw ExitCode.inputsFailed }
        }
    }

    private var options: DedupOptions {
        var options = DedupOptions()
        options.reading = input.records.reading(over: options.reading)
        options.settings = settings.settings(over: nil)
        options.rule = rule.rule
        options.dropped = drop.relations
        options.keep = keep
        options.boilerplate = boilerplate == .on ? thresholds.thresholds : nil
        options.isExact = exact
        options.against = against
        options.pairs = pairsOutput
        options.savedIndex = saveIndex
        options.writing = write
        options.threads = input.threads.count
        options.memory = memory.bytes
        options.fitsRecordsToMemory = input.records.leavesLimits
        options.isStrict = input.strict
        options.isDryRun = dryRun
        options.replacesOutput = overwrite
        return options
    }
}

extension DedupOptions.Writing: ExpressibleByArgument {}
extension KeepRule: ExpressibleByArgument {}

/// Relations as they are typed: `exact,near`.
struct RelationList: ExpressibleByArgument {
    let relations: Set<Relation>

    init(relations: Set<Relation>) { self.relations = relations }

    init?(argument: String) {
        var relations: Set<Relation> = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let relation = Relation(rawValue: String(part)), relation != .overlaps else { return nil }
            relations.insert(relation)
        }
        self.relations = relations
    }

    /// As it would be typed.
    var defaultValueDescription: String {
        Relation.allCases.filter(relations.contains).map(\.rawValue).joined(separator: ",")
    }
}
