import CrawlModel
import CrawlPipelines
import CrawlReading

/// Why a file gave no document to compare.
enum PairInputError: Error, CustomStringConvertible {
    case unreadable(CrawlInputError)
    case none(source: String, reason: String)
    case several(source: String, option: String)
    case unknownID(source: String, id: String)

    var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .none(let source, let reason): "\(source): expected a document, got none\(reason)"
        case .several(let source, let option): "\(source): expected one document, got several: name one with \(option)"
        case .unknownID(let source, let id): "\(source): holds no document with the id '\(id)'"
        }
    }
}

/// Reads a single document.
enum PairInput {
    /// The document with an id, or the only one.
    static func document(
        in path: String,
        id: String?,
        option: String,
        _ options: ReadingOptions
    ) throws -> Document {
        var reader = try PipelineError.reader(CrawlInputs.resolve([path]), options)
        var parser = try PipelineError.parser(options)
        var found: Document?
        var reason = ""
        var documents = DocumentBatch()
        while let batch = reader.next() {
            parser.parse(batch, into: &documents)
            for index in documents.entries.indices {
                if let id {
                    if documents.id(of: documents.entries[index]) == id { return documents.document(at: index) }
                } else if found == nil {
                    found = documents.document(at: index)
                } else {
                    throw PairInputError.several(source: path, option: option)
                }
            }
            if let skipped = documents.skipped.first, reason.isEmpty {
                reason = ": at byte \(skipped.location.offset): \(skipped.message)"
            }
            if case .failed(let error)? = documents.end { throw PairInputError.unreadable(error) }
        }
        if let found { return found }
        if let id { throw PairInputError.unknownID(source: path, id: id) }
        throw PairInputError.none(source: path, reason: reason)
    }
}
