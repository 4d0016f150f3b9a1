import CrawlModel
import CrawlReading
import Foundation
import StreamCompression
import Testing

/// A folder that is removed with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "neardup-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, with the folders on the way, and returns its path.
    @discardableResult
    func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(Array(bytes)).write(to: url)
        return url.path
    }

    func file(_ name: String) -> String { path + "/" + name }
}

/// Everything reading some inputs gave.
struct Reading {
    var documents: [Document] = []
    var skipped: [SkippedRecord] = []
    var errors: [CrawlInputError] = []
    var completed = 0
    var repairs = ReadingRepairs()
    var passedOver = PassedOverCounts()
    var recordTypes = NamedCounts()
    var batches = 0
    var largestBatch = 0
    var inflatedBytes: UInt64 = 0
    var packedBytes: UInt64 = 0

    var ids: [String] { documents.map(\.id) }
    var texts: [String] { documents.map(\.text) }
    var codes: [SkipCode] { skipped.map(\.code) }
}

/// Reads inputs to their end and checks what must hold of every batch.
func read(_ inputs: [CrawlInput], _ options: ReadingOptions = ReadingOptions()) throws -> Reading {
    var reading = Reading()
    var reader = try CrawlReader(inputs: inputs, options: options)
    var parser = try DocumentParser(options: options)
    var documents = DocumentBatch()
    var spare: RecordBatch?
    while let batch = reader.next(reusing: spare.take()) {
        #expect(batch.sequence == reading.batches)
        parser.parse(batch, into: &documents)
        let passedOver = documents.passedOver.total - batch.passedOver.total
        #expect(
            documents.entries.count + documents.skipped.count + passedOver
                == batch.records.count + batch.skipped.count
        )
        reading.batches += 1
        reading.largestBatch = max(reading.largestBatch, batch.bytes.capacity)
        reading.inflatedBytes += batch.inflatedBytes
        reading.packedBytes += batch.packedBytes
        reading.documents += documents.entries.indices.map(documents.document(at:))
        reading.skipped += documents.skipped
        reading.repairs.add(documents.repairs)
        reading.passedOver.add(documents.passedOver)
        reading.recordTypes.add(documents.recordTypes)
        switch documents.end {
        case .complete?: reading.completed += 1
        case .failed(let error)?: reading.errors.append(error)
        case nil: break
        }
        spare = batch
    }
    #expect(reading.completed + reading.errors.count == inputs.count)
    return reading
}

/// Reads one file with these bytes.
func read(
    _ bytes: some Collection<UInt8>,
    named name: String = "input.jsonl",
    _ options: ReadingOptions = ReadingOptions()
) throws -> Reading {
    let folder = try TemporaryFolder()
    return try read([CrawlInput(path: try folder.write(bytes, to: name))], options)
}

/// Reads JSON lines.
func read(_ text: String, _ options: ReadingOptions = ReadingOptions()) throws -> Reading {
    try read(Array(text.utf8), options)
}

/// Packs each part as a member of its own.
func pack(_ parts: [[UInt8]], _ kind: CompressionKind) throws -> [UInt8] {
    var encoder = try StreamEncoder(kind: kind)
    var packed: [UInt8] = []
    for part in parts { try encoder.appendMember(part, to: &packed) }
    return packed
}

/// Some documents as JSON lines, long enough for several batches.
func sampleLines(_ count: Int) -> [[UInt8]] {
    (0..<count)
        .map { index in
            let text = String(repeating: "page \(index) of the crawl, für alle \\u65e5\\n", count: 1 + index * 7 % 13)
            return Array(
                "{\"id\": \"doc-\(index)\", \"url\": \"https://Example.org:80/\(index)\", \"text\": \"\(text)\"}\n".utf8
            )
        }
}

/// A WARC record.
func warcRecord(_ type: String, _ content: String, _ headers: [String], version: String = "1.0") -> [UInt8] {
    let head = ["WARC/\(version)", "WARC-Type: \(type)"] + headers + ["Content-Length: \(content.utf8.count)", "", ""]
    return Array((head.joined(separator: "\r\n") + content + "\r\n\r\n").utf8)
}

/// A page's text as Common Crawl writes it.
func conversion(_ id: Int, _ text: String) -> [UInt8] {
    warcRecord(
        "conversion",
        text,
        [
            "WARC-Target-URI: https://example.org/\(id)", "WARC-Date: 2024-05-18T01:58:10Z",
            "WARC-Record-ID: <urn:uuid:\(id)>", "Content-Type: text/plain",
        ]
    )
}

/// The record a WET file begins with.
let warcinfo = warcRecord("warcinfo", "robots: none\r\n", ["Content-Type: application/warc-fields"])
