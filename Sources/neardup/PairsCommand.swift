import ArgumentParser
import CrawlModel
import CrawlPipelines
import CrawlReading
import NearDuplicates

struct PairsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairs",
        abstract: "Compares two documents in full: exact figures, and the shared passages side by side.",
        discussion: """
            No index is needed, and nothing is estimated. Inputs are what check reads; of one that holds several documents \
            --id-a and --id-b choose.

            EXAMPLES:
              neardup pairs old.html new.html
              neardup pairs page.txt crawl.jsonl.gz --id-b urn:uuid:2a91
              neardup pairs a.txt b.txt --json
            """
    )

    @Argument(help: "The first document: a file, or - for standard input.")
    var first: String

    @Argument(help: "The second.")
    var second: String

    @Option(help: "The id of the first document, where its file holds several.")
    var idA: String?

    @Option(help: "The id of the second.")
    var idB: String?

    @OptionGroup var records: RecordOptions

    @OptionGroup(title: "Options of the rule") var rule: RuleOptions

    @Option(help: "Tokens in a shingle.")
    var shingle = 5

    @Option(help: "Shorter shared passages are not shown, in tokens.")
    var minPassage = 10

    @OptionGroup var answers: AnswerOptions

    func validate() throws {
        if minPassage < 1 { throw ValidationError("--min-passage: expected 1 or more, got \(minPassage)") }
        if first == "-", second == "-" { throw ValidationError("standard input holds one of the documents, not both") }
    }

    func run() throws {
        try exiting {
            let options = records.reading(over: ReadingOptions())
            let a = try PairInput.document(in: first, id: idA, option: "--id-a", options)
            let b = try PairInput.document(in: second, id: idB, option: "--id-b", options)
            let comparison = try ExactComparison(
                a.text,
                b.text,
                shingleTokens: shingle,
                rule: rule.rule,
                leastPassageTokens: minPassage
            )
            let report = PairReport(a, b, comparison)
            if answers.usesTable {
                let view = SideBySide(width: Console.width(of: 1, otherwise: 100), usesColour: Console.allowsColour)
                for line in report.lines(view) { try Console.line(line) }
            } else {
                try Console.write(report.json)
            }
        }
    }
}
