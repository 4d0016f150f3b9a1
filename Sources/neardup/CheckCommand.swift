import ArgumentParser
import CommandValues
import CrawlPipelines
import CrawlReading
import LiveIndex
import NearDuplicates

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says which incoming documents are near-duplicates of indexed ones, and how.",
        discussion: """
            Relations, the first that holds: exact (equal token sequences), near (Jaccard), revised (most of each is in \
            the other), contained (most of the incoming is in the indexed), contains (the reverse), overlaps (a shared \
            passage; only with --overlaps).

            EXAMPLES:
              neardup check --index news.index incoming.jsonl
              neardup check --index news.index --explain page.txt
              neardup check --index news.index incoming.jsonl.gz > out.jsonl
              neardup check --index news.index --overlaps --table incoming/
              neardup check --server http://localhost:8080 incoming.jsonl
              cat page.txt | neardup check --index news.index --exit-code -
              neardup check --index news.index --add incoming.jsonl > out.jsonl

            With --add each incoming document to which nothing relates is added, so that the next one like it is found to \
            be its duplicate. An answer is written after its document is safe: a run that is stopped loses nothing of what \
            it has told. The index is made if it is missing.
            """
    )

    @Option(name: .long, help: "The index directory.")
    var index: String?

    @OptionGroup var remote: RemoteOptions

    @OptionGroup var input: InputOptions

    @OptionGroup(title: "Options of the rule") var rule: RuleOptions

    @Option(help: "Whether what the index learned to be boilerplate is left out of account: on or off.")
    var boilerplate = BoilerplateUse.on

    @Flag(help: "Show the shared passages and the standard errors of the figures.")
    var explain = false

    @Option(help: "At most this many matches for each document.")
    var limit: Int?

    @Option(
        help: """
            Memory for what makes answers about many documents quicker, such as 512m or 2g: names of indexed documents \
            unpacked, long lists of them turned round. It is taken as it is needed. If it is not given, a quarter of what \
            the machine or its control group has, 512m to 2g.
            """
    )
    var memory = MemoryLimit.usual

    @OptionGroup(title: "Adding") var adding: AddingOptions

    @OptionGroup var answers: AnswerOptions

    @Flag(help: "Exit with 1 if any incoming document is a duplicate.")
    var exitCode = false

    func validate() throws {
        try remote.validate(index: index)
        if remote.server != nil, answers.table || adding.add || boilerplate != .on || rule.rule != MatchRule() {
            throw ValidationError(
                "--server: the thresholds are the service's, answers are JSON lines, and nothing is added"
            )
        }
        if adding.add, explain { throw ValidationError("--add and --explain exclude each other") }
        try MemoryLimit.validate(memory)
        if let limit, limit < 0 { throw ValidationError("--limit: expected 0 or more, got \(limit)") }
    }

    func run() throws {
        try exiting {
            if let service = try remote.service() { return try run(with: service) }
            let index = index ?? ""
            var pipeline = CheckPipeline()
            pipeline.reading = input.records.reading(over: pipeline.reading)
            pipeline.rule = rule.rule
            pipeline.rule.ignoresBoilerplate = boilerplate == .on
            pipeline.limit = limit
            pipeline.explains = explain
            pipeline.threads = input.threads.count
            pipeline.isStrict = input.strict
            pipeline.memory = memory.bytes
            let usesTable = answers.usesTable
            var progress = Progress(isQuiet: input.quiet || Console.outputIsTerminal)
            var reporter = ProblemReporter()
            let inputs = input.resolved()
            let total = CrawlInputs.packedBytes(of: inputs)
            let formatter: any CheckFormatter =
                usesTable
                ? TableFormatter(explains: explain, usesColour: Console.allowsColour)
                : JSONLinesFormatter(explains: explain)
            func report(_ problem: InputProblem) {
                progress.finish()
                reporter.report(problem)
            }
            let interruption = adding.add ? Interruption() : nil
            let summary: CheckPipeline.Summary
            if let interruption {
                summary = try adding.withIndex(index, isQuiet: input.quiet) { live throws(PipelineError) in
                    try pipeline.run(
                        inputs,
                        addingTo: live,
                        formatter: formatter,
                        stop: interruption.stop,
                        output: { (bytes) throws(PipelineError) in try Console.write(bytes) },
                        report: report,
                        progress: { progress.tell($0.reading, of: total) }
                    )
                }
            } else {
                summary = try pipeline.run(
                    inputs,
                    against: LiveIndex.snapshot(path: index),
                    formatter: formatter,
                    output: { (bytes) throws(PipelineError) in try Console.write(bytes) },
                    report: report,
                    progress: { progress.tell($0.reading, of: total) }
                )
            }
            progress.finish()
            if !input.quiet { tell(summary, progress) }
            if let code = interruption?.exitCode { throw ExitCode(code) }
            if summary.reading.failedInputs > 0 { throw ExitCode.inputsFailed }
            if exitCode, summary.verdicts.duplicates > 0 { throw ExitCode.duplicatesFound }
        }
    }

    private func tell(_ summary: CheckPipeline.Summary, _ progress: Progress) {
        let verdicts = summary.verdicts
        var parts = Relation.allCases.compactMap { relation in
            verdicts.byRelation[relation].map { "\(Figures.grouped($0)) \(relation.rawValue)" }
        }
        parts.append("\(Figures.grouped(verdicts.unique)) unique")
        if verdicts.boilerplate > 0 { parts.append("\(Figures.grouped(verdicts.boilerplate)) boilerplate") }
        if verdicts.empty > 0 { parts.append("\(Figures.grouped(verdicts.empty)) empty") }
        Console.error(
            "checked \(Figures.count(summary.reading.documents, "document")): " + parts.joined(separator: ", ")
        )
        if adding.add { Console.error("added \(Figures.count(summary.added, "document"))") }
        Console.error(
            "read \(progress.rate(summary.reading)), \(Figures.count(verdicts.matches, "match")) found"
                .replacing("matchs", with: "matches")
        )
        if verdicts.withCommonKeys > 0 {
            Console.error(
                "\(Figures.count(verdicts.withCommonKeys, "document")) with passages that more than "
                    + "\(rule.rule.postingCap) indexed documents have, which propose a match only where there is little else"
            )
        }
        for line in ReadingReport.lines(summary.reading) { Console.error(line) }
    }
}
