import ArgumentParser
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

    @OptionGroup var records: RecordOptions

    @Flag(help: "Stop at the first malformed record or unreadable input.")
    var strict = false

    @Option(help: "Threads that parse, sketch and search (default: one a core).")
    var threads: Int?

    @Flag(help: "No progress and no summary on standard error; problems are still told.")
    var quiet = false

    func validate() throws {
        if inputs.isEmpty { throw ValidationError("expected at least one input; - reads standard input") }
        try ThreadLimit.validate(threads)
    }

    /// The inputs, once directories and patterns are resolved; says so where they hold no file at all.
    ///
    /// - Parameter folder: an index or results, which are no inputs although they may lie among them.
    /// - Returns: the inputs, in the order they are read.
    func resolved(outside folder: String? = nil) -> [CrawlInput] { Self.resolve(inputs, outside: folder) }

    /// The same for inputs that an option names.
    static func resolve(_ inputs: [String], outside folder: String?) -> [CrawlInput] {
        var found = CrawlInputs.resolve(inputs)
        if let folder = folder.flatMap(canonicalPath) {
            found.removeAll { canonicalPath($0.name)?.hasPrefix(folder + "/") == true }
        }
        if found.isEmpty {
            Console.error("neardup: \(Console.printable(inputs.joined(separator: ", "))): no file in it")
        }
        return found
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
