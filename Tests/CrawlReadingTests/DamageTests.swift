import CrawlModel
import CrawlReading
import Foundation
import StreamCompression
import TestSupport
import Testing

/// Some damage: flipped bits, bytes taken out, put in, and doubled.
private func damage(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, at + Int.random(in: 1...20, using: &generator))
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes.removeSubrange(at..<end)
        case 2: bytes.insert(contentsOf: "{}[]\",:\\\n\r WARC/u0".utf8.shuffled(using: &generator).prefix(2), at: at)
        case 3: bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
        default: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        }
    }
    return bytes
}

@Test func damagedInputsNeverCrashAndNeverHang() throws {
    let seed: UInt64 = 7
    var generator = SeededGenerator(seed: seed)
    let lines = sampleLines(5)
    let records = [warcinfo, conversion(1, "one"), warcRecord("metadata", "m", []), conversion(2, "two")]
    let sources = [
        lines.flatMap { $0 }, records.flatMap { $0 }, try pack(lines, .gzip), try pack(lines, .zstd),
        try pack(records, .gzip),
    ]
    let folder = try TemporaryFolder()
    for round in 0..<1200 {
        let bytes = damage(sources[round % sources.count], &generator)
        let path = try folder.write(bytes, to: "a.jsonl")
        let size = [1, 100, 1 << 20][round % 3]
        let reading = try read([CrawlInput(path: path)], ReadingOptions(maxRecordBytes: 4000, batchBytes: size))
        let again = try read([CrawlInput(path: path)], ReadingOptions(maxRecordBytes: 4000, batchBytes: 1 << 20))
        #expect(reading.documents == again.documents, "seed \(seed), round \(round)")
        #expect(reading.skipped == again.skipped, "seed \(seed), round \(round)")
    }
}

@Test func damagedCapturesNeverCrashAndNeverHang() throws {
    let seed: UInt64 = 8
    var generator = SeededGenerator(seed: seed)
    let html = Array(
        "<title>t&eacute;</title><div a=\"b>\"><p>x<!-- c --><table><td>1<td>2</table><script>s</script>".utf8
    )
    let chunks = Array("\(String(html.count, radix: 16))\r\n".utf8) + html + Array("\r\n0\r\n\r\n".utf8)
    let packed = try pack([html], .gzip)
    let records = [
        response(1, http(html)), response(2, http(chunks, ["Transfer-Encoding: chunked"])),
        response(3, http(packed, ["Content-Encoding: gzip"])), response(4, http(html, ["Content-Encoding: br"])),
        response(5, http([0x93, 0xFA], ["Content-Type: text/html; charset=shift_jis"])),
    ]
    let arc =
        Array("filedesc://x 0.0.0.0 20080430204825 text/plain 2\n1 \n".utf8)
        + (0..<3)
        .flatMap { Array("http://a/\($0) 1.2.3.4 20080430204825 text/html \(html.count)\n".utf8) + html + [10] }
    let sources = [records.flatMap { $0 }, arc, html, try pack([try pack(records, .zstd)], .zstd)]
    let folder = try TemporaryFolder()
    for round in 0..<600 {
        let bytes = damage(sources[round % sources.count], &generator)
        let path = try folder.write(bytes, to: "a.html")
        let size = [1, 100, 1 << 20][round % 3]
        let reading = try read([CrawlInput(path: path)], ReadingOptions(maxRecordBytes: 4000, batchBytes: size))
        let again = try read([CrawlInput(path: path)], ReadingOptions(maxRecordBytes: 4000, batchBytes: 1 << 20))
        #expect(reading.documents == again.documents, "seed \(seed), round \(round)")
        #expect(reading.skipped == again.skipped, "seed \(seed), round \(round)")
        #expect(reading.passedOver == again.passedOver, "seed \(seed), round \(round)")
    }
}

@Test func whatIsJSONIsDecidedAsFoundationDecidesIt() throws {
    let seed: UInt64 = 11
    var generator = SeededGenerator(seed: seed)
    let record = Array(
        #"{"a":[1,-2.5e+3,true,{"b":null,"c":[]}],"text":"one \u0041\n two","id":17,"z":{"y":"x","w":false}}"#.utf8
    )
    var accepted = 0
    for round in 0..<6000 {
        var bytes = damage(record, &generator)
        // Lines and bytes beyond ASCII are other tests'.
        bytes.removeAll { $0 == 0x0A || $0 == 0x0D || $0 >= 0x80 || $0 < 0x20 }
        guard let first = bytes.first(where: { $0 != 0x20 }) else { continue }
        var parser = try DocumentParser()
        var documents = DocumentBatch()
        let source = RecordSource(name: "memory", format: .jsonLines)
        parser.parse(RecordBatch(source: source, records: [bytes]), into: &documents)
        let value = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
        let text = String(decoding: bytes, as: UTF8.self)
        let isRefused = documents.skipped.first?.code == .invalidJSON
        if value == nil, !isRefused {
            // We don't look at the escapes of strings nobody asks for, and mend halves of pairs.
            #expect(text.contains("\\"), "seed \(seed), round \(round): \(text)")
        }
        // Foundation lets a comma come after the last member.
        let hasTrailingComma = text.filter { $0 != " " }.contains(",}")
        if value != nil, isRefused, !hasTrailingComma {
            Issue.record("seed \(seed), round \(round): refused \(text)")
        }
        guard let object = value as? [String: Any], first == UInt8(ascii: "{") else { continue }
        if let expected = object["text"] as? String, let entry = documents.entries.first,
            text.components(separatedBy: "\"text\"").count == 2
        {
            #expect(documents.text.string(entry.text) == expected, "seed \(seed), round \(round): \(text)")
            accepted += 1
        }
    }
    #expect(accepted > 300)
}
