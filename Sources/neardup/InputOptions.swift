public import ArgumentParser
public import CrawlModel
import CrawlPipelines
import CrawlReading

/// What every command that reads documents takes.
struct InputOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Files, directories, globs, or - for standard input.",
            discussion: """
                JSON lines, text files and WET, each plain, gzip or zstd; recognised from content. A directory \
                stands for all files under it; a quoted glob ('dumps/**/*.jsonl.gz') is expanded here, without \
                the shell's limit on arguments.
                """,
            valueName: "input"
        )
    )
    var inputs: [String]

    @Option(help: "What the inputs hold, instead of recognising it from content.")
    var format: InputFormat?

    @Option(help: "JSON lines: the field of the id, nested as meta.id; a record without one is named source@offset.")
    var idField = "id"

    @Option(help: "JSON lines: the field of the text, nested as page.text.")
    var textField = "text"

    @Option(help: "JSON lines: the field of the URL.")
    var urlField = "url"

    @Option(help: "JSON lines: the field of the date.")
    var dateField = "date"

    @Option(help: "A longer record is skipped, and reported.")
    var maxRecord = ByteCount(bytes: ReadingOptions().maxRecordBytes)

    @Option(help: "A longer text is cut, and reported.")
    var maxText = ByteCount(bytes: ReadingOptions().maxTextBytes)

    @Flag(help: "Stop at the first malformed record or unreadable input.")
    var strict = false

    @Option(help: "Threads that parse, sketch and search (default: one a core).")
    var threads: Int?

    @Flag(help: "No progress and no summary on standard error; problems are still told.")
    var quiet = false

    func validate() throws {
        if inputs.isEmpty { throw ValidationError("expected at least one input; - reads standard input") }
        if let threads, !(1...512).contains(threads) {
            throw ValidationError("--threads: expected 1 to 512, got \(threads)")
        }
    }

    /// The inputs, once directories and patterns are resolved; says so where they hold no file at all.
    func resolved() -> [CrawlInput] {
        let found = CrawlInputs.resolve(inputs)
        if found.isEmpty { Console.error("neardup: \(inputs.joined(separator: ", ")): no file in it") }
        return found
    }

    /// How inputs are read.
    var reading: ReadingOptions {
        var options = ReadingOptions()
        options.format = format
        options.idField = idField
        options.textField = textField
        options.urlField = urlField
        options.dateField = dateField
        options.maxRecordBytes = maxRecord.bytes
        options.maxTextBytes = maxText.bytes
        return options
    }

    var threadCount: Int { threads ?? activeProcessorCount() }
}

extension InputFormat: ExpressibleByArgument {}
