import CrawlModel
import CrawlReading
import Foundation
import StreamCompression
import Testing

private func wet(_ records: [[UInt8]], _ options: ReadingOptions = ReadingOptions()) throws -> Reading {
    try read(records.flatMap { $0 }, named: "a.wet", options)
}

@Test func conversionsAreDocuments() throws {
    let reading = try wet([warcinfo, conversion(1, "Eins\r\n\r\nzwei"), conversion(2, ""), conversion(3, "drei\n\n")])
    #expect(reading.errors.isEmpty && reading.skipped.isEmpty)
    #expect(reading.ids == ["urn:uuid:1", "urn:uuid:2", "urn:uuid:3"])
    #expect(reading.texts == ["Eins\r\n\r\nzwei", "", "drei\n\n"])
    let first = try #require(reading.documents.first)
    #expect(first.url == "https://example.org/1" && first.host == "example.org")
    #expect(first.date == "2024-05-18T01:58:10Z")
    #expect(first.location?.offset == UInt64(warcinfo.count))
    #expect(first.location?.length == UInt64(conversion(1, "Eins\r\n\r\nzwei").count - 4))
}

@Test func batchesAndPackingDoNotMatter() throws {
    let records = [warcinfo] + (0..<40).map { conversion($0, String(repeating: "Text \($0)\n", count: $0)) }
    let whole = try wet(records)
    #expect(whole.documents.count == 40)
    for size in [1, 2, 3, 5, 50, 333, 1024] {
        let reading = try wet(records, ReadingOptions(batchBytes: size))
        #expect(reading.texts == whole.texts && reading.ids == whole.ids, "batches of \(size)")
    }
    let packed = try read(try pack(records, .gzip), named: "a.wet.gz", ReadingOptions(batchBytes: 100))
    #expect(packed.texts == whole.texts)
    #expect(packed.documents.allSatisfy { $0.location?.packed?.skip == 0 })
}

@Test func headersMayBeSloppy() throws {
    let sloppy = "WARC/1.1\nwarc-type:conversion\nCONTENT-TYPE: text/plain; charset=utf-8\nX\nContent-Length:4\n\nText"
    for separator in ["", "\n", "\n\n", "\r\n", "\r\n\r\n"] {
        let reading = try read(Array((sloppy + separator + sloppy).utf8), named: "a.wet")
        #expect(reading.texts == ["Text", "Text"], "\(separator.utf8.count) bytes between records")
        #expect(reading.ids == reading.documents.map { $0.location?.defaultID })
    }
}

@Test func otherRecordsArePassedOverByType() throws {
    let records = [
        warcinfo, conversion(1, "one"), warcRecord("metadata", "m", []),
        warcRecord("conversion", "x", ["Content-Type: image/png"]), conversion(2, "two"),
        warcRecord("response", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nthree", []),
    ]
    let forced = try wet(records, ReadingOptions(format: .wet))
    #expect(forced.ids == ["urn:uuid:1", "urn:uuid:2"] && forced.skipped.isEmpty)
    #expect(forced.passedOver.recordTypes["warcinfo"] == 1 && forced.passedOver.recordTypes["metadata"] == 1)
    #expect(forced.passedOver.recordTypes["response"] == 1 && forced.passedOver.mediaTypes["image/png"] == 1)
    #expect(forced.recordTypes["conversion"] == 3 && forced.recordTypes.total == 6)
    let recognised = try wet(records)
    #expect(recognised.texts == ["one", "two", "three"])
}

@Test func brokenHeadersAreToldAndTheNextRecordIsFound() throws {
    let broken = [
        Array("WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: x\r\n\r\ntext\r\n\r\n".utf8),
        Array("WARC/1.0\r\nWARC-Type: conversion\r\n\r\ntext\r\n\r\n".utf8),
        Array("WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\ntext\r\n\r\n".utf8),
        Array("WARC/x\r\nContent-Length: 4\r\n\r\ntext\r\n\r\n".utf8),
        Array("WARC/1.0\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\ntext\r\n\r\n".utf8),
        Array("WARC/1.0\r\nA: \(String(repeating: "a", count: 70_000))\r\n\r\n".utf8),
    ]
    for record in broken {
        for size in [1, 64, 1 << 20] {
            let reading = try wet(
                [conversion(1, "one"), record, conversion(2, "two")],
                ReadingOptions(batchBytes: size)
            )
            #expect(reading.ids == ["urn:uuid:1", "urn:uuid:2"])
            #expect(reading.codes == [.badHeader])
            #expect(reading.skipped.first?.location.offset == UInt64(conversion(1, "one").count))
            #expect(reading.skipped.first?.location.length == UInt64(record.count))
        }
    }
    let junk = try wet([conversion(1, "one"), Array("junk\r\n\r\n".utf8), conversion(2, "two")])
    #expect(junk.ids == ["urn:uuid:1", "urn:uuid:2"] && junk.codes == [.notARecord])
}

@Test func lengthsThatLieAreTold() throws {
    let long = Array(
        "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: 9000\r\n\r\ntext\r\n\r\n".utf8
    )
    let others = try wet([conversion(1, "one"), long, conversion(2, "two")])
    #expect(others.ids == ["urn:uuid:1", "urn:uuid:2"] && others.codes == [.truncatedRecord])
    let last = try wet([conversion(1, "one"), long])
    #expect(last.ids == ["urn:uuid:1"])
    #expect(last.errors.map(\.code) == [.truncatedRecord])
    #expect(last.errors.first?.offset == UInt64(conversion(1, "one").count))
}

@Test func everyTruncationOfAPlainFileIsFoundOrHarmless() throws {
    let records = [warcinfo, conversion(1, "one"), conversion(2, "two, longer")]
    let bytes = records.flatMap { $0 }
    let folder = try TemporaryFolder()
    for length in 6..<bytes.count {
        let path = try folder.write(bytes[..<length], to: "a.wet")
        let reading = try read([CrawlInput(path: path)])
        #expect(["one", "two, longer"].starts(with: reading.texts))
        let isWhole = [warcinfo.count, warcinfo.count + records[1].count, bytes.count]
            .contains { $0 - 4 <= length && length <= $0 }
        #expect(reading.errors.isEmpty == isWhole, "cut at \(length)")
    }
}

@Test func recordsOverTheLimitArePassedOver() throws {
    let big = conversion(2, String(repeating: "x", count: 50_000))
    for size in [1, 1000, 1 << 20] {
        let options = ReadingOptions(maxRecordBytes: 1000, batchBytes: size)
        let reading = try wet([conversion(1, "one"), big, conversion(3, "three")], options)
        #expect(reading.ids == ["urn:uuid:1", "urn:uuid:3"])
        #expect(reading.codes == [.recordTooLong])
        #expect(reading.largestBatch < 1 << 21)
    }
}

@Test func commonCrawlsOwnFileIsRead() throws {
    let folder = ProcessInfo.processInfo.environment["NEARDUP_DATA"] ?? "../shared/data"
    let path = folder + "/warc/commoncrawl+whirlwind-python__whirlwind.warc.wet"
    guard FileManager.default.fileExists(atPath: path) else {
        print("skipped: \(path) is missing; NEARDUP_DATA says where the data lies")
        return
    }
    let reading = try read([CrawlInput(path: path), CrawlInput(path: path + ".gz")])
    #expect(reading.ids == Array(repeating: "urn:uuid:ba729a40-ff84-4085-8d48-0a5b2ee0c42d", count: 2))
    #expect(reading.texts.first?.hasPrefix("Escopete - Biquipedia") == true)
    #expect(reading.texts.first?.utf8.count == 4456)
    #expect(reading.texts.first == reading.texts.last)
    #expect(reading.errors.isEmpty)
}

@Test func everyFileOfTheWARCCollectionIsReadOrRefusedByName() throws {
    let folder = (ProcessInfo.processInfo.environment["NEARDUP_DATA"] ?? "../shared/data") + "/warc"
    guard FileManager.default.fileExists(atPath: folder) else {
        print("skipped: \(folder) is missing; NEARDUP_DATA says where the data lies")
        return
    }
    let inputs = CrawlInputs.resolve([folder])
    for options in [
        ReadingOptions(), ReadingOptions(format: .wet), ReadingOptions(format: .jsonLines),
        ReadingOptions(format: .text),
    ] {
        let reading = try read(inputs, options)
        #expect(reading.completed + reading.errors.count == inputs.count)
        #expect(reading.errors.allSatisfy { !$0.message.isEmpty })
    }
}
