public import ArgumentParser
import CommandValues
public import CrawlModel
import CrawlReading

/// How records become documents.
struct RecordOptions: ParsableArguments {
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

    /// Whether neither limit is given, so that `--memory` may set both.
    var leavesLimits: Bool { maxRecord == nil && maxText == nil }

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
}

extension InputFormat: ExpressibleByArgument {}
