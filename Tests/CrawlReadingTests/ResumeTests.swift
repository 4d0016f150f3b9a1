import CrawlModel
import CrawlReading
import Foundation
import StreamCompression
import Testing

/// Reading can stop after any batch and go on from there: nothing is lost, nothing comes twice.
private func expectResumable(_ bytes: [UInt8], named name: String, _ options: ReadingOptions) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: name)
    let whole = try read([CrawlInput(path: path)], options)
    var reader = try CrawlReader(inputs: [CrawlInput(path: path)], options: options)
    var parser = try DocumentParser(options: options)
    var documents = DocumentBatch()
    var done = 0
    var skipped = 0
    var resumed = 0
    while let batch = reader.next() {
        parser.parse(batch, into: &documents)
        done += documents.entries.count
        skipped += documents.skipped.count
        #expect(batch.stamp?.size == UInt64(bytes.count))
        guard let point = batch.resumePoint else { continue }
        var input = CrawlInput(path: path)
        input.resumePoint = point
        let rest = try read([input], options)
        #expect(rest.documents == Array(whole.documents[done...]), "after \(done) documents at \(point)")
        #expect(rest.skipped.map(\.location.offset) == whole.skipped[skipped...].map(\.location.offset))
        #expect(rest.errors == whole.errors)
        resumed += 1
    }
    #expect(done == whole.documents.count && resumed > 10)
}

@Test(arguments: [CompressionKind.plain, .gzip, .zstd])
func readingGoesOnFromAnyBatch(kind: CompressionKind) throws {
    let lines = sampleLines(40)
    let all = lines.flatMap { $0 }
    let options = ReadingOptions(batchBytes: 700)
    for parts in [[all], lines, [Array(all[..<1000]), Array(all[1000...])]] {
        try expectResumable(try pack(parts, kind), named: "a.jsonl", options)
    }
    let pages = [warcinfo] + (0..<40).map { conversion($0, String(repeating: "text of page \($0) ", count: 10)) }
    try expectResumable(try pack(pages, kind), named: "a.wet", options)
}

@Test func readingGoesOnAmongBadRecordsAndAfterAByteOrderMark() throws {
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    for (number, line) in sampleLines(60).enumerated() {
        bytes += line
        if number % 3 == 0 { bytes += Array("{\"text\": 1}\n\n\r\n".utf8) }
        if number % 5 == 0 { bytes += Array(String(repeating: "x", count: 3000).utf8) + [0x0A] }
    }
    try expectResumable(bytes, named: "a.jsonl", ReadingOptions(maxRecordBytes: 2000, batchBytes: 500))
}

/// A last line over the limit is told once, not again by the rerun; also where the input's end is met with no byte left.
@Test func aLongLastLineIsPassedOverOnce() throws {
    let folder = try TemporaryFolder()
    for length in 30..<700 {
        let bytes = [UInt8](repeating: 0x78, count: length)
        var input = CrawlInput(path: try folder.write(bytes, to: "a.jsonl"))
        let options = ReadingOptions(maxRecordBytes: 20, batchBytes: 8)
        // A reader that needn't recognise the format first reads no more than a batch at a time.
        input.resumePoint = ResumePoint(format: .jsonLines, offset: 0)
        var reader = try CrawlReader(inputs: [input], options: options)
        var told = 0
        while let batch = reader.next() {
            told += batch.skipped.count
            input.resumePoint = batch.resumePoint
        }
        #expect(told == 1)
        #expect(input.resumePoint != nil)
        let rest = try read([input], options)
        #expect(rest.skipped.isEmpty, "a last line of \(length) bytes")
    }
}

@Test func damageIsMetAgain() throws {
    let lines = sampleLines(40)
    let packed = try pack(lines, .gzip)
    try expectResumable(Array(packed.dropLast(30)), named: "a.jsonl.gz", ReadingOptions(batchBytes: 700))
}

@Test func anotherFileThanTheOneThatWasReadIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(try pack([Array("{\"text\": \"short\"}".utf8)], .gzip), to: "a.jsonl.gz")
    var input = CrawlInput(path: path)
    input.resumePoint = ResumePoint(format: .jsonLines, offset: 1000)
    let reading = try read([input])
    #expect(reading.documents.isEmpty && reading.errors.map(\.code) == [.changed])
}

@Test func aFileInThePlaceOfTheOneThatWasReadIsReadFromItsStart() throws {
    let folder = try TemporaryFolder()
    let lines = sampleLines(40)
    let path = try folder.write(lines.flatMap { $0 }, to: "a.jsonl")
    let stamp = try #require(FileStamp.of(path: path))
    var input = CrawlInput(path: path)
    input.resumePoint = ResumePoint(format: .jsonLines, offset: UInt64(lines[..<30].flatMap { $0 }.count))
    input.resumeStamp = stamp
    #expect(try read([input]).documents.count == 10)
    input.resumeStamp?.modified -= 1
    #expect(try read([input]).documents.count == 40)
}

@Test func aFileThatShrinksWhileItIsReadIsToldAndKeepsWhatCameBefore() throws {
    let folder = try TemporaryFolder()
    let lines = sampleLines(3000)
    let path = try folder.write(lines.flatMap { $0 }, to: "a.jsonl")
    var reader = try CrawlReader(inputs: [CrawlInput(path: path)], options: ReadingOptions(batchBytes: 4000))
    let firstBatch = reader.next()
    let first = try #require(firstBatch)
    #expect(!first.records.isEmpty && first.end == nil)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 20_000)
    var records = first.records.count
    var end: RecordBatch.End?
    while let batch = reader.next() {
        records += batch.records.count
        end = batch.end
    }
    guard case .failed(let error)? = end else {
        Issue.record("\(String(describing: end))")
        return
    }
    #expect(error.code == .changed && error.offset == 20_000)
    // Every line that was whole, and no half of one.
    var left = 20_000
    let wholeLines = lines.prefix { line in
        left -= line.count
        return left >= 0
    }
    #expect(records == wholeLines.count)
}

@Test func pipesHaveNoPlaceToGoOnAt() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    let end = try #require(FileHandle(forUpdatingAtPath: pipe))
    try end.write(contentsOf: Data(sampleLines(20).flatMap { $0 }))
    var reader = try CrawlReader(inputs: [CrawlInput(path: pipe)], options: ReadingOptions(batchBytes: 500))
    let firstBatch = reader.next()
    let batch = try #require(firstBatch)
    #expect(!batch.records.isEmpty && batch.stamp == nil && batch.resumePoint == nil)
    try end.close()
}
