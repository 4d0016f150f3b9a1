public import CrawlModel

/// Reads inputs one after another as batches of whole records.
///
/// Each input's compression and format are recognised from its content. Memory doesn't grow with the inputs: a batch has
/// about ``ReadingOptions/batchBytes``, or one record where that is longer, up to ``ReadingOptions/maxRecordBytes``.
/// An input that can't be read, or not to its end, ends with ``RecordBatch/End/failed(_:)`` after all records before the
/// damage; then the next input follows.
public struct CrawlReader: ~Copyable {
    private let inputs: [CrawlInput]
    private let options: ReadingOptions
    private var position = 0
    private var sequence = 0
    private var open: OpenInput?
    private var buffers = InputBuffers()

    /// Creates a reader; nothing is opened before its turn.
    ///
    /// - Throws: ``ReadingOptionsError`` where an option can't be followed.
    public init(inputs: [CrawlInput], options: ReadingOptions = ReadingOptions()) throws(ReadingOptionsError) {
        try options.validate()
        self.inputs = inputs
        self.options = options
    }

    /// The next records; nil when every input is done.
    ///
    /// A batch holds records of one input only, and may hold none. Every input has a last batch, with an
    /// ``RecordBatch/end``.
    ///
    /// - Parameter spare: a batch no longer needed; its storage is used again. Where it came from doesn't matter.
    /// - Returns: a batch of the input whose turn it is.
    /// - Complexity: O(bytes read).
    public mutating func next(reusing spare: consuming RecordBatch? = nil) -> RecordBatch? {
        guard position < inputs.count else { return nil }
        let input = inputs[position]
        let source = RecordSource(name: input.name, format: options.format ?? .text)
        var batch = spare ?? RecordBatch(source: source)
        spare = nil
        if batch.bytes.capacity > options.keptBytes { batch = RecordBatch(source: source) }
        batch.reset(source: source, sourceIndex: position, sequence: sequence)
        sequence += 1
        do throws(CrawlInputError) {
            if let problem = input.problem { throw problem }
            if open == nil { open = try OpenInput(input, options: options, lending: &buffers) }
            open?.fill(&batch)
        } catch {
            batch.end = .failed(error)
        }
        if batch.end != nil {
            open?.giveBack(to: &buffers)
            open = nil
            position += 1
        }
        return batch
    }
}

// The reader owns the input it has open alone, and neither keeps anything of a thread; so it may move between threads.
extension CrawlReader: @unchecked Sendable {}
