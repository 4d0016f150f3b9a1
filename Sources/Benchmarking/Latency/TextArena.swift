internal import CrawlModel
internal import CrawlPipelines
internal import CrawlReading

/// Texts one after the other, as batches have them.
struct TextArena {
    private(set) var bytes = PaddedBytes()
    private(set) var ranges: [ByteRange] = []
    private static let mostDocuments = 100_000

    init() {}

    /// Draws texts evenly from the first documents of inputs.
    init(_ inputs: [CrawlInput], _ reading: ReadingOptions, atMost count: Int) throws(PipelineError) {
        do {
            var reader = try CrawlReader(inputs: inputs, options: reading)
            var parser = try DocumentParser(options: reading)
            var documents = DocumentBatch()
            var all = TextArena()
            while all.ranges.count < Self.mostDocuments, let batch = reader.next() {
                parser.parse(batch, into: &documents)
                for entry in documents.entries { all.append(documents.text[entry.text]) }
            }
            for place in LatencyMeasurement.places(count, in: 0..<all.ranges.count) {
                append(all.bytes[all.ranges[place]])
            }
        } catch {
            throw .options(error)
        }
    }

    mutating func append(_ text: String) { ranges.append(bytes.append(text.utf8)) }

    private mutating func append(_ text: ArraySlice<UInt8>) { ranges.append(bytes.append(text)) }
}
