internal import CrawlModel
internal import CrawlReading
internal import Synchronization

/// The reader's end of a pipeline: record batches, one after the other.
final class SourceReader: Sendable {
    private let reader: Mutex<CrawlReader>

    init(opening inputs: [CrawlInput], _ options: ReadingOptions) throws(PipelineError) {
        reader = Mutex(try PipelineError.reader(inputs, options))
    }

    /// The next batch; nil when every input is done.
    ///
    /// `used` lends its storage to it. It is handed on and nowhere kept: bytes that somebody else holds on to would be copied,
    /// a whole batch of them, before they are filled anew.
    func next(reusing used: consuming RecordBatch?) -> RecordBatch? {
        reader.withLock { $0.next(reusing: used.take()) }
    }
}
