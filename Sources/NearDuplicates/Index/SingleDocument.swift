internal import CrawlModel
internal import ShardFormat

/// What adding documents one at a time works in.
final class SingleDocument {
    var batch = DocumentBatch()
    var sketches = SketchBatch()
    var sketcher: DocumentSketcher

    init(_ parameters: IndexParameters) throws(IndexError) {
        sketcher = try DocumentSketcher(parameters: parameters)
    }
}
