public import CrawlModel
public import CrawlReading
public import NearDuplicates

/// Why a run stopped.
public enum PipelineError: Error, Sendable {
    /// The index can't be made, opened, added to or searched.
    case index(IndexError)
    /// The reading options make no sense.
    case options(ReadingOptionsError)
    /// A record was malformed, and the run is strict.
    case malformed(SkippedRecord)
    /// An input could not be read, and the run is strict.
    case unreadable(CrawlInputError)
    /// What was found out could not be written.
    case output(message: String)
    /// The place for the output has something in it.
    case outputInUse(path: String, message: String)
    /// An input is not what it was when its documents were read first.
    case changed(source: String)
}

extension PipelineError: CustomStringConvertible {
    /// What was expected, what was found, where, and what to do.
    public var description: String {
        switch self {
        case .index(let error): error.description
        case .options(let error): "\(error.option): \(error.message)"
        case .malformed(let record):
            "\(record.location.source): at byte \(record.location.offset): \(record.message) (stopped: --strict)"
        case .unreadable(let error): "\(error.description) (stopped: --strict)"
        case .output(let message): message
        case .outputInUse(let path, let message): "\(path): \(message)"
        case .changed(let source):
            "\(source): changed since its documents were read; run the command again when nothing writes to it: it starts over"
        }
    }
}

extension PipelineError {
    /// Whether the index itself failed.
    var isOfIndex: Bool {
        if case .index = self { true } else { false }
    }

    /// Does something with the index, in this module's terms.
    static func wrapping<Result: ~Copyable>(
        _ body: () throws(IndexError) -> sending Result
    ) throws(PipelineError) -> sending Result {
        do {
            return try body()
        } catch {
            throw .index(error)
        }
    }

    /// A reader of inputs, or ``options(_:)``.
    public static func reader(_ inputs: [CrawlInput], _ options: ReadingOptions) throws(PipelineError) -> CrawlReader {
        do {
            return try CrawlReader(inputs: inputs, options: options)
        } catch {
            throw .options(error)
        }
    }

    /// A parser of documents, or ``options(_:)``.
    public static func parser(_ options: ReadingOptions) throws(PipelineError) -> DocumentParser {
        try parser(options, leavingTextsEscaped: false)
    }

    /// Makes a worker's parser.
    ///
    /// Passages are told in bytes of the text, its escapes undone; only who tells none may leave it escaped.
    static func parser(
        _ options: ReadingOptions,
        leavingTextsEscaped leavesTextsEscaped: Bool
    ) throws(PipelineError) -> DocumentParser {
        do {
            return try DocumentParser(options: options, leavingTextsEscaped: leavesTextsEscaped)
        } catch {
            throw .options(error)
        }
    }
}
