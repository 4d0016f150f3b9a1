import CrawlModel
import CrawlReading
import StreamCompression
import Testing

private func record(_ line: String, _ content: [UInt8], end: String = "\n") -> [UInt8] {
    Array("\(line) \(content.count)\n".utf8) + content + Array(end.utf8)
}

private let filedesc = record(
    "filedesc://a.arc 0.0.0.0 20080430204825 text/plain",
    Array("1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n".utf8)
)

private func page(_ url: String, _ text: String, end: String = "\n") -> [UInt8] {
    record("\(url) 127.0.0.1 20080430204826 text/html", http(Array("<p>\(text)".utf8)), end: end)
}

private func readARC(_ records: [[UInt8]], _ options: ReadingOptions = ReadingOptions()) throws -> Reading {
    try read(records.flatMap { $0 }, named: "a.arc", options)
}

@Test func capturesOfARCFilesAreDocuments() throws {
    let reading = try readARC([
        filedesc, record("dns:example.org 1.2.3.4 20080430204825 text/dns", Array("x".utf8)),
        page("http://example.org/a b?c= d", "one"),
        record("ftp://example.org/x 1.2.3.4 20080430204825 text/plain", Array("HTTP/1.1 raw".utf8)),
        // Version 2, an IPv6 address, and no line end after the last.
        record(
            "https://example.org/2 2001:db8::1 20080430204827 text/html 200 abc - 77 a.arc",
            http(Array("<p>two".utf8)),
            end: ""
        ),
    ])
    #expect(reading.texts == ["one", "HTTP/1.1 raw", "two"])
    #expect(
        reading.documents.map(\.url) == ["http://example.org/a b?c= d", "ftp://example.org/x", "https://example.org/2"]
    )
    #expect(reading.documents.first?.date == "2008-04-30T20:48:26Z")
    #expect(reading.ids == reading.documents.map { $0.location?.defaultID })
    #expect(reading.recordTypes["response"] == 2 && reading.recordTypes["resource"] == 2)
    #expect(reading.passedOver.recordTypes["filedesc"] == 1 && reading.passedOver.mediaTypes["text/dns"] == 1)
    #expect(reading.skipped.isEmpty && reading.errors.isEmpty)
}

@Test func damageToARCFilesIsToldAndTheNextRecordIsFound() throws {
    let long = Array("http://a/ 1.2.3.4 20080430204825 text/html 60\nHTTP/1.1 200 OK\n\nlost\n".utf8)
    let records = [
        filedesc, page("http://example.org/1", "one"), Array("junk\nmore junk x\n".utf8),
        page("http://example.org/2", "two"), long, page("http://example.org/3", "three", end: "\r\n\r\n"),
        page("http://example.org/4", "four"),
    ]
    let whole = try readARC(records)
    #expect(whole.texts == ["one", "two", "three", "four"])
    #expect(whole.codes == [.notARecord, .truncatedRecord])
    let folder = try TemporaryFolder()
    let inputs = [CrawlInput(path: try folder.write(records.flatMap { $0 }, to: "a.arc"))]
    let reference = try read(inputs)
    for size in Array(1...80) + [100, 333, 1024] {
        let reading = try read(inputs, ReadingOptions(batchBytes: size))
        #expect(reading.documents == reference.documents && reading.skipped == reference.skipped, "batches of \(size)")
        #expect(reading.passedOver == whole.passedOver)
    }
    #expect(try read(try pack(records, .gzip), named: "a.arc.gz").texts == whole.texts)
}

@Test func everyTruncationOfAnARCFileIsHarmless() throws {
    let bytes = [filedesc, page("http://example.org/1", "one"), page("http://example.org/2", "two")].flatMap { $0 }
    let folder = try TemporaryFolder()
    for length in 12..<bytes.count {
        let reading = try read([CrawlInput(path: try folder.write(bytes[..<length], to: "a.arc"))])
        #expect(["one", "two"].starts(with: reading.texts), "cut at \(length)")
    }
}

@Test func longRecordsOfARCFilesArePassedOver() throws {
    let big = page("http://example.org/2", String(repeating: "x", count: 50_000))
    for size in [1, 1000, 1 << 20] {
        let options = ReadingOptions(maxRecordBytes: 1000, batchBytes: size)
        let reading = try readARC([filedesc, page("http://a/", "one"), big, page("http://b/", "two")], options)
        #expect(reading.texts == ["one", "two"] && reading.codes == [.recordTooLong])
    }
}
