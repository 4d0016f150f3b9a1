public import ArgumentParser
public import CrawlModel
import CrawlPipelines
import CrawlReading

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// What every command that reads documents takes.
struct InputOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Files, directories, globs, or - for standard input.",
            discussion: """
                JSON lines, text, HTML, WARC (WET too) and ARC, each plain, gzip or zstd; recognised from content. \
                Pages give their text; what of a capture is no page is counted. A directory \
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

    @Flag(name: .customLong("url-as-id"), help: "A document's URL is its id, where it has one; in every format.")
    var usesURLAsID = false

    @Option(help: "A longer record is skipped, and reported (default: 64m; index: at most a sixteenth of --memory).")
    var maxRecord: ByteCount?

    @Option(help: "A longer text is cut, and reported (default: 16m; index: at most a sixteenth of --memory).")
    var maxText: ByteCount?

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
    ///
    /// - Parameter index: an index directory, which is no input although it may lie among them.
    /// - Returns: the inputs, in the order they are read.
    func resolved(outside index: String? = nil) -> [CrawlInput] {
        var found = CrawlInputs.resolve(inputs)
        if let index = index.flatMap(Self.canonicalPath) {
            found.removeAll { Self.canonicalPath($0.name)?.hasPrefix(index + "/") == true }
        }
        if found.isEmpty {
            Console.error("neardup: \(Console.printable(inputs.joined(separator: ", "))): no file in it")
        }
        return found
    }

    /// How inputs are read.
    func reading(over defaults: ReadingOptions) -> ReadingOptions {
        var options = defaults
        options.format = format
        options.idField = idField
        options.textField = textField
        options.urlField = urlField
        options.dateField = dateField
        options.usesURLAsID = usesURLAsID
        if let maxRecord { options.maxRecordBytes = maxRecord.bytes }
        if let maxText { options.maxTextBytes = maxText.bytes }
        return options
    }

    /// The path without links and dots; nil where there is nothing.
    private static func canonicalPath(_ path: String) -> String? {
        // The system allocates the path, which is copied and given back.
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    var threadCount: Int { threads ?? activeProcessorCount() }
}

extension InputFormat: ExpressibleByArgument {}
