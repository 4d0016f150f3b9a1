import CrawlModel
import CrawlReading
import Testing

/// A WARC record with any bytes in it.
func warcRecord(_ type: String, _ content: [UInt8], _ headers: [String]) -> [UInt8] {
    let head = ["WARC/1.1", "WARC-Type: \(type)"] + headers + ["Content-Length: \(content.count)", "", ""]
    return Array(head.joined(separator: "\r\n").utf8) + content + Array("\r\n\r\n".utf8)
}

/// A response as a server sent it.
func http(_ body: [UInt8], _ headers: [String] = ["Content-Type: text/html"], status: String = "200 OK") -> [UInt8] {
    Array((["HTTP/1.1 \(status)"] + headers + ["", ""]).joined(separator: "\r\n").utf8) + body
}

/// A captured page.
func response(_ id: Int, _ content: [UInt8], _ headers: [String] = []) -> [UInt8] {
    warcRecord(
        "response",
        content,
        [
            "WARC-Target-URI: https://example.org/\(id)", "WARC-Date: 2024-05-18T01:58:10Z",
            "WARC-Record-ID: <urn:uuid:\(id)>", "Content-Type: application/http; msgtype=response",
        ] + headers
    )
}

/// Reads WARC records.
func readWARC(_ records: [[UInt8]], _ options: ReadingOptions = ReadingOptions()) throws -> Reading {
    try read(records.flatMap { $0 }, named: "a.warc", options)
}

/// Reads one response; its text, where it is a document.
func text(of content: [UInt8], _ options: ReadingOptions = ReadingOptions()) throws -> String? {
    let reading = try readWARC([response(1, content)], options)
    #expect(reading.errors.isEmpty && reading.skipped.isEmpty)
    return reading.texts.first
}

/// The text of an HTML page in UTF-8.
func pageText(_ html: String, _ options: ReadingOptions = ReadingOptions()) throws -> String {
    var parser = try DocumentParser(options: options)
    var documents = DocumentBatch()
    let source = RecordSource(name: "page", format: .html)
    parser.parse(RecordBatch(source: source, records: [Array(html.utf8)]), into: &documents)
    let entry = try #require(documents.entries.first)
    return documents.text.string(entry.text)
}
