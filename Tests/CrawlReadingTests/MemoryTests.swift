import CrawlModel
import CrawlReading
import StreamCompression
import TestSupport
import Testing

/// What batches and parsers hold does not grow with what records hold.
@Suite struct MemoryTests {
    @Test func shortRecordsEndABatchEarly() throws {
        let options = ReadingOptions(batchBytes: 2560)
        let folder = try TemporaryFolder()
        let lines = Array(String(repeating: "{\"text\":\"a\"}\n1\n", count: 100).utf8)
        for (name, bytes) in [("a.jsonl", lines), ("unended.jsonl", lines.dropLast())] {
            let path = try folder.write(bytes, to: name)
            var reader = try CrawlReader(inputs: [CrawlInput(path: path)], options: options)
            var (records, offset) = (0, UInt64(0))
            while let batch = reader.next() {
                #expect(batch.records.count <= 10)
                for record in batch.records {
                    #expect(record.offset == offset)
                    offset += UInt64(record.count + record.terminatorCount)
                }
                records += batch.records.count
                if records < 200 { #expect(batch.end == nil) }
            }
            #expect(records == 200 && offset == UInt64(bytes.count))
        }
    }

    /// Records before the damage are all told of, however many a batch may have.
    @Test func aDamagedStreamOfShortRecords() throws {
        let lines = (0..<500).map { Array("{\"id\":\($0),\"text\":\"a\"}\n".utf8) }
        let packed = try pack(lines, .gzip).dropLast(10)
        let reading = try read(packed, named: "a.jsonl.gz", ReadingOptions(batchBytes: 1024))
        #expect(reading.errors.count == 1)
        #expect(reading.ids.prefix(499) == (0..<499).map(String.init)[...])
    }

    /// Strings over their limits are read on for their end, and take no room beyond it.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func stringsOverTheirLimits(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            ("x", "x"), ("plain text of some length ", "plain text of some length "), ("\\n", "\n"),
            ("\\u65e5", "\u{65E5}"), ("\\ud83d\\ude00", "\u{1F600}"), ("\u{E9}", "\u{E9}"), ("\\ud83d", "\u{FFFD}"),
            ("\u{1F600}", "\u{1F600}"), ("\\\"", "\""),
        ]
        var (json, plain) = ("", "")
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            let (escaped, text) = pieces.randomElement(using: &random)!
            json += escaped
            plain += text
        }
        // A half pair followed by another would be a pair.
        json += " end"
        plain += " end"
        for limit in [1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 64, 100, 200, 400] {
            let record = "{\"id\":\"k\",\"text\":\"\(json)\",\"url\":\"u\"}"
            let reading = try read(record, ReadingOptions(maxTextBytes: limit))
            var bytes = Array(plain.utf8)
            let isCut = bytes.count > limit
            if isCut {
                var end = limit
                while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
                bytes.removeSubrange(end...)
            }
            #expect(reading.texts.map { Array($0.utf8) } == [bytes], "seed \(seed), limit \(limit)")
            #expect(reading.documents.first?.textWasCut == isCut, "seed \(seed), limit \(limit)")
            #expect(reading.documents.first?.url == "u", "seed \(seed), limit \(limit)")
        }
    }

    @Test func whatAHugeRecordTookIsGivenBack() throws {
        let huge = String(repeating: "a\\n", count: 6 << 20)
        // No text is this long, and so are other fields that are left out.
        let options = ReadingOptions(maxTextBytes: 1 << 20)
        var parser = try DocumentParser(options: options)
        var documents = DocumentBatch()
        func parse(_ record: String) {
            let source = RecordSource(name: "memory", format: .jsonLines)
            parser.parse(RecordBatch(source: source, records: [Array(record.utf8)]), into: &documents)
        }
        parse("{\"text\":\"\(huge)\",\"url\":\"\(huge)\",\"date\":\"\(huge)\"}")
        #expect(documents.entries.first?.text.count == 1 << 20)
        #expect(documents.text.capacity < 2 << 20 && documents.fields.capacity < 1 << 20)
        var wide = try DocumentParser()
        wide.parse(
            RecordBatch(
                source: RecordSource(name: "memory", format: .jsonLines),
                records: [Array("{\"text\":\"\(huge)\"}".utf8)]
            ),
            into: &documents
        )
        #expect(documents.text.capacity >= 12 << 20 && documents.fields.capacity < 1 << 20)
        parse("{\"text\":\"short\"}")
        #expect(documents.text.capacity < 1 << 20)
    }
}
