import CrawlModel
import CrawlReading
import StreamCompression
import Testing

private let page = Array("<title>One</title><p>two".utf8)

@Test func pagesOfEveryKindOfRecordAreDocuments() throws {
    let reading = try readWARC([
        warcinfo, response(1, http(page)), warcRecord("request", "GET / HTTP/1.1\r\n\r\n", []),
        warcRecord(
            "resource",
            Array("plain".utf8),
            ["Content-Type: text/plain", "WARC-Record-ID: <urn:uuid:2>", "WARC-Target-URI: <file:///a b>"]
        ),
        conversion(3, "converted"), warcRecord("metadata", "m", ["Content-Type: application/warc-fields"]),
        warcRecord("revisit", "HTTP/1.1 200 OK\r\n\r\n", []), warcRecord("made-up", "x", []),
    ])
    #expect(reading.ids == ["urn:uuid:1", "urn:uuid:2", "urn:uuid:3"])
    #expect(reading.texts == ["One\ntwo", "plain", "converted"])
    #expect(reading.documents.map(\.url) == ["https://example.org/1", "file:///a b", "https://example.org/3"])
    #expect(reading.documents.first?.date == "2024-05-18T01:58:10Z")
    #expect(reading.skipped.isEmpty && reading.errors.isEmpty)
    let passed = reading.passedOver.recordTypes
    for type in ["warcinfo", "request", "metadata", "revisit", "made-up"] { #expect(passed[type] == 1, "\(type)") }
    #expect(passed.total == 5 && reading.passedOver.total == 5 && reading.recordTypes.total == 8)
}

@Test func whatIsNoPageIsCounted() throws {
    let reading = try readWARC([
        response(1, http([0x89, 0x50], ["Content-Type: IMAGE/png; q=1"])),
        response(2, http(page, status: "404 Not Found")), response(3, http(page, status: "301 Moved")),
        response(4, http([])), response(5, http(Array("%PDF-1.4 x".utf8))),
        response(6, http(Array("a\0b".utf8))), response(7, http(page, status: "203 Fine")),
        response(8, http(Array("{}".utf8), ["Content-Type: application/json"])),
    ])
    #expect(reading.ids == ["urn:uuid:7"] && reading.skipped.isEmpty)
    #expect(reading.passedOver.mediaTypes["image/png"] == 1 && reading.passedOver.mediaTypes["application/json"] == 1)
    #expect(reading.passedOver.statuses["404"] == 1 && reading.passedOver.statuses["301"] == 1)
    #expect(reading.passedOver.contents["empty bodies"] == 1 && reading.passedOver.contents["binary bodies"] == 2)
}

@Test func aTypeThatIsMissingIsTold() throws {
    let headers = ["Server: x"]
    #expect(try text(of: http(page, headers)) == "One\ntwo")
    #expect(try text(of: http(Array("a < b".utf8), headers)) == "a < b")
    #expect(try text(of: http(Array("<?xml version='1.0'?><html><p>x</p></html>".utf8), headers)) == "x")
    #expect(try text(of: http(Array("GIF89a".utf8), headers)) == nil)
    #expect(try text(of: http(page, ["Content-Type: text/plain"])) == "<title>One</title><p>two")
    #expect(try text(of: http(page, ["Content-Type: application/xhtml+xml;charset=utf-8"])) == "One\ntwo")
    let identified = try readWARC([response(1, http(page, headers), ["WARC-Identified-Payload-Type: text/plain"])])
    #expect(identified.texts == ["<title>One</title><p>two"])
}

@Test func metadataFilesAreRefusedByName() throws {
    let wat = [warcinfo, warcRecord("metadata", "{}", ["Content-Type: application/json"])]
    let refused = try readWARC(wat)
    #expect(refused.errors.map(\.code) == [.unsupportedFormat] && refused.documents.isEmpty)
    #expect(refused.errors.first?.message.contains("WAT") == true)
    #expect(try readWARC(wat, ReadingOptions(format: .warc)).errors.isEmpty)
    // Behind a page it is one more record.
    #expect(try readWARC([response(1, http(page))] + wat).errors.isEmpty)
}

@Test func urlsAreIDsWhereAsked() throws {
    let options = ReadingOptions(usesURLAsID: true)
    let without = warcRecord("resource", Array("x".utf8), ["Content-Type: text/plain", "WARC-Record-ID: <urn:uuid:2>"])
    #expect(try readWARC([response(1, http(page)), without], options).ids == ["https://example.org/1", "urn:uuid:2"])
    let lines = "{\"id\":1,\"url\":\"u\",\"text\":\"t\"}\n{\"id\":2,\"text\":\"t\"}\n"
    #expect(try read(lines, options).ids == ["u", "2"])
}

@Test func framingDoesNotDependOnWhereBuffersEnd() throws {
    var records = [warcinfo, response(1, http(page)), Array("junk\r\n".utf8), warcRecord("request", "GET", [])]
    records.append(Array("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\n".utf8))
    // Too long by twenty bytes: it takes in the beginning of the next.
    records.append(
        Array(
            "WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\nContent-Length: 30\r\n\r\nlost\r\n\r\n".utf8
        )
    )
    records += [response(2, http(page)), Array("\r\n\r\n\r\n".utf8), response(3, http(page))]
    let whole = try readWARC(records)
    #expect(whole.ids == ["urn:uuid:1", "urn:uuid:2", "urn:uuid:3"])
    #expect(whole.codes == [.notARecord, .badHeader, .truncatedRecord])
    let folder = try TemporaryFolder()
    let inputs = [CrawlInput(path: try folder.write(records.flatMap { $0 }, to: "a.warc"))]
    let reference = try read(inputs)
    for size in Array(1...80) + [100, 333, 777, 1024, 4096] {
        let reading = try read(inputs, ReadingOptions(batchBytes: size))
        #expect(reading.documents == reference.documents && reading.skipped == reference.skipped, "batches of \(size)")
        #expect(reading.passedOver == whole.passedOver && reading.recordTypes == whole.recordTypes)
    }
    let packed = try read(try pack(records, .gzip), named: "a.warc.gz")
    #expect(packed.texts == whole.texts && packed.codes == whole.codes)
}

@Test func aDamagedMemberKeepsWhatCameBefore() throws {
    let members = try pack([response(1, http(page)), response(2, http(page)), response(3, http(page))], .gzip)
    let second = try pack([response(1, http(page))], .gzip).count
    var damaged = members
    for at in second + 40..<second + 60 { damaged[at] ^= 0x5A }
    let reading = try read(damaged, named: "a.warc.gz")
    #expect(reading.ids.first == "urn:uuid:1" && reading.errors.count == 1)
}

@Test func namesFromOutsideTakeNoMemory() throws {
    let records = (0..<200).map { warcRecord("type-\($0)" + String(repeating: "x", count: 200), "", []) }
    let reading = try readWARC(records + [response(1, http(page))])
    #expect(reading.ids == ["urn:uuid:1"])
    #expect(reading.passedOver.recordTypes.total == 200)
    #expect(reading.passedOver.recordTypes.byCount.count == NamedCounts.mostNames + 1)
    #expect(reading.passedOver.recordTypes["other"] == 200 - NamedCounts.mostNames)
    #expect(reading.passedOver.recordTypes.byCount.allSatisfy { $0.name.utf8.count <= 64 })
}
