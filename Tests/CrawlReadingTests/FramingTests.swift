import CrawlModel
import CrawlReading
import StreamCompression
import Testing

private let lines = sampleLines(60)

@Test func theAnswersDoNotDependOnBatches() throws {
    let bytes = lines.flatMap { $0 }
    let folder = try TemporaryFolder()
    let inputs = [CrawlInput(path: try folder.write(bytes, to: "a.jsonl"))]
    let whole = try read(inputs)
    #expect(whole.documents.count == lines.count && whole.skipped.isEmpty && whole.batches <= 2)
    #expect(whole.inflatedBytes == UInt64(bytes.count) && whole.packedBytes == UInt64(bytes.count))
    for size in Array(1...70) + [100, 333, 1000, 4096, bytes.count - 1, bytes.count, bytes.count + 1] {
        let reading = try read(inputs, ReadingOptions(batchBytes: size))
        #expect(reading.documents == whole.documents, "batches of \(size) bytes")
        #expect(reading.inflatedBytes == UInt64(bytes.count))
    }
}

@Test func plainAndPackedGiveTheSameDocuments() throws {
    let folder = try TemporaryFolder()
    let plain = try read([CrawlInput(path: try folder.write(lines.flatMap { $0 }, to: "a.jsonl"))])
    for (kind, name) in [(CompressionKind.gzip, "a.jsonl.gz"), (.zstd, "a.jsonl.zst")] {
        for parts in [
            [lines.flatMap { $0 }], lines,
            [Array(lines.flatMap { $0 }[..<1000]), Array(lines.flatMap { $0 }[1000...])],
        ] {
            let packed = try pack(parts, kind)
            for size in [1, 777, 1 << 20] {
                let path = try folder.write(packed, to: name)
                let reading = try read([CrawlInput(path: path)], ReadingOptions(batchBytes: size))
                #expect(reading.errors.isEmpty && reading.texts == plain.texts && reading.ids == plain.ids)
                #expect(reading.documents.map { $0.location?.offset } == plain.documents.map { $0.location?.offset })
                #expect(reading.packedBytes == UInt64(packed.count))
            }
        }
    }
}

@Test(arguments: [CompressionKind.gzip, .zstd])
func aRecordCanBeFoundAgainByItsMember(kind: CompressionKind) throws {
    // Members that begin at records, and one that begins within.
    let all = lines.flatMap { $0 }
    let parts = [Array(all[..<100]), Array(all[100..<lines[0].count + lines[1].count])] + Array(lines[2...])
    let packed = try pack(parts, kind)
    let reading = try read(packed, ReadingOptions(batchBytes: 500))
    #expect(reading.documents.count == lines.count)
    for document in reading.documents {
        let location = try #require(document.location)
        let place = try #require(location.packed)
        let inflated = inflate(Array(packed[Int(place.offset)...]), kind)
        let record = inflated[Int(place.skip)..<Int(place.skip + location.length)]
        #expect(record.elementsEqual(all[Int(location.offset)..<Int(location.offset + location.length)]))
        #expect(record.first == UInt8(ascii: "{") && record.last == UInt8(ascii: "}"))
    }
    #expect(reading.documents.last?.location?.packed?.skip == 0)
}

@Test(arguments: [CompressionKind.gzip, .zstd])
func everyTruncationGivesTheRecordsBeforeItAndItsName(kind: CompressionKind) throws {
    let few = Array(sampleLines(6))
    let packed = try pack([Array(few[..<3].joined()), Array(few[3...].joined())], kind)
    let whole = try read(packed).texts
    let folder = try TemporaryFolder()
    var counts = Set<Int>()
    for length in 10..<packed.count {
        let reading = try read([CrawlInput(path: try folder.write(packed[..<length], to: "a.gz"))])
        #expect(whole.starts(with: reading.texts))
        counts.insert(reading.documents.count)
        if reading.errors.isEmpty {
            #expect(reading.documents.count == 3, "cut between the members")
        } else {
            #expect(reading.errors.map(\.code) == [.truncated])
            #expect(reading.errors.first?.source == folder.file("a.gz"))
        }
    }
    #expect(counts.isSuperset(of: [0, 3]))
}

@Test func lineEndsAndBlankLines() throws {
    let reading = try read("\r\n\n  \t\r\n{\"text\":\"a\"}\r\n\n{\"text\":\"b\"}\n{\"text\":\"c\"}\r")
    #expect(reading.texts == ["a", "b", "c"])
    #expect(reading.documents.map { $0.location?.length } == [12, 12, 12])
    #expect(reading.skipped.isEmpty)
}

@Test func recordsOverTheLimitAreSkippedAndTold() throws {
    let long = "{\"text\":\"\(String(repeating: "x", count: 3000))\"}"
    let exact = "{\"text\":\"\(String(repeating: "y", count: 489))\"}"
    #expect(exact.utf8.count == 500)
    for end in ["\n", "\r\n"] {
        let text = ["{\"text\":\"a\"}", long, exact, exact + " ", "{\"text\":\"b\"}", long].joined(separator: end)
        for size in [1, 10, 499, 500, 501, 1000, 5000, 1 << 20] {
            let options = ReadingOptions(maxRecordBytes: 500, batchBytes: size)
            let reading = try read(text, options)
            #expect(reading.texts.map(\.count) == [1, 489, 1], "batches of \(size)")
            #expect(reading.codes == [.recordTooLong, .recordTooLong, .recordTooLong])
            #expect(reading.skipped.first?.location.offset == UInt64(12 + end.utf8.count))
            #expect(reading.skipped.first?.location.length == UInt64(long.utf8.count + end.utf8.count - 1))
            #expect(reading.skipped.first?.message.contains("limit for records is 500") == true)
        }
    }
}

@Test func anEndlessRecordNeedsNoMemory() throws {
    // 400 MB on one line, then a record.
    let packed = try pack([[UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)], .gzip)
    var bytes = try pack([Array("{\"text\":\"".utf8)], .gzip)
    for _ in 0..<400 { bytes += packed }
    bytes += try pack([Array("\"}\n{\"text\":\"after\"}\n".utf8)], .gzip)
    let reading = try read(bytes, ReadingOptions(maxRecordBytes: 1 << 20))
    #expect(reading.texts == ["after"])
    #expect(reading.codes == [.recordTooLong])
    #expect(reading.inflatedBytes > 400 << 20)
    #expect(reading.largestBatch < 4 << 20)
}

/// Inflates a stream whole, whatever comes of it.
private func inflate(_ packed: [UInt8], _ kind: CompressionKind) -> [UInt8] {
    var inflated: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    guard var decoder = try? StreamDecoder(kind: kind) else { return [] }
    var at = 0
    while true {
        let step = unsafe packed[at...]
            .withUnsafeBytes { input in
                unsafe room.withUnsafeMutableBytes { output in unsafe try? decoder.decode(input, into: output) }
            }
        guard let step, step.consumed + step.produced > 0 else { return inflated }
        at += step.consumed
        inflated += room[..<step.produced]
    }
}
