import CrawlGeneration
import CrawlModel
import Foundation
import Testing

private let mixed = GenerationSettings.with(11) {
    $0.scriptWeights = [.latin: 2, .accented: 1, .cyrillic: 1, .hangul: 1, .han: 1]
    $0.latin1Hosts = .percent(30)
    $0.otherRecords = .percent(30)
    $0.chunked = .percent(40)
    $0.hosts = .count(30)
    $0.markupBytes = 1000
}

@Test func readersFindThePagesInJSONLinesAndWET() throws {
    let expected = try pages(mixed, 100)
        .map { Document(id: $0.id, text: $0.text, url: $0.url, date: $0.date) }
    #expect(Set(expected.map(\.id)).count == 100 && Set(expected.compactMap(\.url)).count == 100)
    #expect(try documents(in: crawl(mixed, .jsonLines, pages: 100), named: "a.jsonl") == expected)
    #expect(try documents(in: crawl(mixed, .wet, pages: 100), named: "a.wet") == expected)
}

@Test func linesAreJSONToOthersToo() throws {
    let lines = try crawl(mixed, .jsonLines, pages: 100).split(separator: 0x0A)
    let expected = try pages(mixed, 100)
    #expect(lines.count == 100)
    for (line, page) in zip(lines, expected) {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: String])
        #expect(object == ["id": page.id, "url": page.url, "date": page.date, "text": page.text])
    }
}

@Test func pagesOfACaptureSayWhatTheirTextIs() throws {
    let records = try recordsOfWARC(crawl(mixed, .warc, pages: 60))
    let expected = try pages(mixed, 60)
    #expect(records.first?.header["WARC-Type"] == "warcinfo")
    #expect(records.count(where: { $0.header["WARC-Type"] == "request" }) == 60)
    #expect(Set(records.compactMap { $0.header["WARC-Record-ID"] }).count == records.count)
    let responses = records.filter { $0.header["WARC-Type"] == "response" }
    #expect(responses.count > 60)
    let captures = Dictionary(uniqueKeysWithValues: responses.map { ($0.header["WARC-Record-ID"]!, $0) })
    var charsets: Set<String> = []
    var chunked = 0
    for page in expected {
        let record = try #require(captures["<\(page.id)>"])
        #expect(record.header["WARC-Target-URI"] == page.url && record.header["WARC-Date"] == page.date)
        let response = try HTTPResponse(record.block)
        charsets.insert(response.charset)
        if response.isChunked { chunked += 1 }
        #expect(plainText(ofHTML: response.html) == page.text, "\(page.url)")
    }
    #expect(charsets == ["UTF-8", "ISO-8859-1"])
    #expect((8..<45).contains(chunked), "\(chunked) of 60")
}

private struct WARCRecord {
    var header: [String: String]
    var block: [UInt8]
}

/// Splits a file by its own lengths, and checks all that lies between.
private func recordsOfWARC(_ bytes: [UInt8]) throws -> [WARCRecord] {
    var records: [WARCRecord] = []
    var at = 0
    while at < bytes.count {
        var lines: [String] = []
        while true {
            let end = try #require(bytes[at...].firstIndex(of: 0x0A))
            #expect(bytes[end - 1] == 0x0D)
            let line = String(decoding: bytes[at..<(end - 1)], as: UTF8.self)
            at = end + 1
            if line.isEmpty { break }
            lines.append(line)
        }
        #expect(lines.first == "WARC/1.0")
        let fields = lines.dropFirst()
            .map { line in
                let colon = line.firstRange(of: ": ")!
                return (String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
            }
        let header = Dictionary(uniqueKeysWithValues: fields)
        let length = try #require(header["Content-Length"].flatMap(Int.init))
        try #require(at + length + 4 <= bytes.count)
        records.append(WARCRecord(header: header, block: Array(bytes[at..<(at + length)])))
        at += length
        #expect(Array(bytes[at..<(at + 4)]) == [0x0D, 0x0A, 0x0D, 0x0A])
        at += 4
    }
    return records
}

private struct HTTPResponse {
    var charset: String
    var isChunked: Bool
    var html: String

    init(_ block: [UInt8]) throws {
        let text = String(decoding: block, as: Unicode.ASCII.self)
        // As many characters as bytes, unless a line end counts as one.
        let headEnd = try #require(Array(text.unicodeScalars.map(\.value)).firstRange(of: [13, 10, 13, 10]))
        let head = String(decoding: block[..<headEnd.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        #expect(head.first == "HTTP/1.1 200 OK")
        let type = try #require(head.first { $0.hasPrefix("Content-Type: text/html; charset=") })
        charset = String(type.dropFirst("Content-Type: text/html; charset=".count))
        isChunked = head.contains("Transfer-Encoding: chunked")
        var body = Array(block[headEnd.upperBound...])
        if isChunked {
            var whole: [UInt8] = []
            var at = 0
            while true {
                let end = try #require(body[at...].firstIndex(of: 0x0D))
                let size = try #require(Int(String(decoding: body[at..<end], as: UTF8.self), radix: 16))
                if size == 0 { break }
                whole += body[(end + 2)..<(end + 2 + size)]
                at = end + 4 + size
            }
            body = whole
        } else {
            #expect(head.contains("Content-Length: \(body.count)"))
        }
        let isLatin1 = charset == "ISO-8859-1"
        html = try #require(String(bytes: body, encoding: isLatin1 ? .isoLatin1 : .utf8))
    }
}
