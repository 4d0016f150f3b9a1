import ArgumentParser
import CrawlModel
import CrawlPipelines
import CrawlReading
import FoundationEssentials
import MatchEvaluation
import NearDuplicates

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Says how well the matches that check found agree with pairs you know.",
        discussion: """
            Precision is the share of the pairs found that are labelled, recall the share of the labelled pairs that were \
            found, F1 their harmonic mean. A pair counts once, in either direction; of the labelled pairs those count of \
            which a document was checked.

            EXAMPLES:
              neardup check --index my.index --json my.jsonl > matches.jsonl
              neardup evaluate matches.jsonl --truth labelled.tsv
              neardup evaluate matches.jsonl --truth labelled.tsv --relations exact,near --min-jaccard 0.8
              neardup check --index my.index --containment 0.7 my.jsonl | neardup evaluate - --truth labelled.tsv
            """
    )

    @Argument(help: ArgumentHelp("What check --json printed, plain, gzip or zstd; - for standard input."))
    var matches: String

    @Option(
        help: ArgumentHelp(
            "Pairs to be found, tab-separated: id, id, and columns of which the first number is the Jaccard and the first word the kind.",
            valueName: "tsv"
        )
    )
    var truth: String

    @Option(help: ArgumentHelp("Pairs that are no duplicates: how many were found all the same.", valueName: "tsv"))
    var negatives: String?

    @Option(help: "The relations that count as found, with commas between them (default: all).")
    var relations: String?

    @Option(help: "Leave out labelled pairs of a lower exact Jaccard.")
    var minJaccard = 0.0

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        for relation in wanted where !FoundMatches.relations.contains(relation) {
            throw ValidationError(
                "--relations: expected some of \(FoundMatches.relations.joined(separator: ",")), got '\(relation)'"
            )
        }
        if !(0...1).contains(minJaccard) {
            throw ValidationError("--min-jaccard: expected 0 to 1, got \(minJaccard)")
        }
    }

    private var wanted: Set<String> {
        Set(relations?.split(separator: ",").map { $0.trimming(" ") } ?? FoundMatches.relations)
    }

    func run() throws {
        try exiting {
            let evaluation = Evaluation(
                try readMatches(),
                truth: try Self.pairs(truth),
                negatives: try negatives.map(Self.pairs) ?? LabelledPairs(),
                relations: wanted,
                leastJaccard: minJaccard
            )
            if evaluation.recall.total == 0 { throw EvaluationError.noPairs(source: truth) }
            let report = EvaluationReport(evaluation)
            if json {
                try Console.write(report.json)
            } else {
                for line in report.lines { try Console.line(line) }
            }
        }
    }

    private func readMatches() throws -> FoundMatches {
        var found = FoundMatches()
        let options = ReadingOptions(format: .jsonLines, maxRecordBytes: Self.longestAnswer)
        var reader = try PipelineError.reader(CrawlInputs.resolve([matches]), options)
        var number = 0
        while let batch = reader.next() {
            let bytes = batch.bytes.bytes
            for record in batch.records {
                number += 1
                try found.add(bytes[record.start..<record.start + record.count], source: matches, number: number)
            }
            if let skipped = batch.skipped.first { throw PipelineError.malformed(skipped) }
            if case .failed(let error)? = batch.end { throw PipelineError.unreadable(error) }
        }
        return found
    }

    /// A document may have hundreds of thousands of matches.
    private static let longestAnswer = 256 << 20

    private static func pairs(_ path: String) throws -> LabelledPairs {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw PipelineError.index(.storage(path: path, message: "\(path): cannot read: \(error)"))
        }
        return try LabelledPairs(tabSeparated: String(decoding: data, as: UTF8.self), source: path)
    }
}

extension Substring {
    /// Without these characters at its ends.
    fileprivate func trimming(_ character: Character) -> String {
        var rest = self
        while rest.first == character { rest.removeFirst() }
        while rest.last == character { rest.removeLast() }
        return String(rest)
    }
}
