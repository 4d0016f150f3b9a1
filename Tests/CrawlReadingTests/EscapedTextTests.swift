import CKernels
import CrawlModel
import CrawlReading
import TestSupport
import Testing

/// Texts that are left as they stand in JSON say the same as those whose escapes are undone.
@Suite struct EscapedTextTests {
    /// What random records are made of: text, escapes, what is no escape, and what has to be mended.
    private static let pieces: [[UInt8]] = [
        "x", "plain text, longer than a word of a vector's length ", "\\n", "\\\"", "\\\\", "\\/", "\\b\\f\\r\\t", "日本",
        "é",
    ]
    .map { Array($0.utf8) }
    private static let rarePieces: [[UInt8]] =
        ["\\u65e5", "\\ud83d\\ude00", "\\ud800", "\\x", "\\", "\"", "\t", "\u{1}"].map { Array($0.utf8) } + [
            [0xFF], [0xE2, 0x82],
        ]

    private static func string(_ random: inout SeededGenerator) -> [UInt8] {
        let isRare = Int.random(in: 0..<3, using: &random) == 0
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            let rare = isRare && Int.random(in: 0..<20, using: &random) == 0
            bytes += (rare ? rarePieces : pieces).randomElement(using: &random)!
        }
        return bytes
    }

    private static func record(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes = Array("{\"id\":\"".utf8)
        bytes += string(&random)
        bytes += Array(
            ["\",\"text\":\"", "\" , \"text\" : \"", "\",\"a\":{\"text\":1},\"text\":\""].randomElement(using: &random)!
                .utf8
        )
        bytes += string(&random)
        bytes += Array(["\"}", "\" }", "\",\"url\":\"u\"}", "\"", ""].randomElement(using: &random)!.utf8)
        return bytes
    }

    private static func parse(
        _ records: [[UInt8]],
        _ options: ReadingOptions,
        leavingTextsEscaped leaves: Bool
    ) throws -> DocumentBatch {
        var parser = try DocumentParser(options: options, leavingTextsEscaped: leaves)
        var documents = DocumentBatch()
        let source = RecordSource(name: "memory", format: .jsonLines)
        parser.parse(RecordBatch(source: source, records: records), into: &documents)
        return documents
    }

    @Test(arguments: [ND_LEVEL_PORTABLE, ND_LEVEL_BASELINE, ND_LEVEL_AVX2, ND_LEVEL_AVX512])
    func theyAreTheSameTexts(level: nd_level) throws {
        nd_processor_use(level)
        defer { nd_processor_use(ND_LEVEL_AVX512) }
        var left = 0
        for seed in 0..<60 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let records = (0..<20).map { _ in Self.record(&random) }
            let limit = [16 << 20, Int.random(in: 1...300, using: &random)].randomElement(using: &random)!
            let options = ReadingOptions(maxTextBytes: limit)
            let undone = try Self.parse(records, options, leavingTextsEscaped: false)
            let asLeft = try Self.parse(records, options, leavingTextsEscaped: true)
            #expect(undone.skipped == asLeft.skipped && undone.repairs == asLeft.repairs, "seed \(seed)")
            try #require(undone.entries.count == asLeft.entries.count, "seed \(seed)")
            for (index, entry) in asLeft.entries.enumerated() {
                let document = undone.document(at: index)
                #expect(asLeft.document(at: index) == document, "seed \(seed), document \(index)")
                #expect(!undone.entries[index].isEscaped)
                guard entry.isEscaped, !entry.text.isEmpty else { continue }
                left += 1
                #expect(!entry.textWasCut)
                // The escape before the text's end is whole: the quote that follows is no part of it.
                #expect(asLeft.escapedText.storage[entry.text.end] == UInt8(ascii: "\""), "seed \(seed)")
            }
        }
        #expect(left > 200)
    }

    /// An escape at every place of what is looked at in one step, and runs of backslashes across its end.
    @Test(arguments: [ND_LEVEL_PORTABLE, ND_LEVEL_AVX2])
    func escapesAtEveryPlace(level: nd_level) throws {
        nd_processor_use(level)
        defer { nd_processor_use(ND_LEVEL_AVX512) }
        for count in 0..<140 {
            let plain = String(repeating: "x", count: count)
            let escapes = ["\\n", "\\\\", "\\\"", "\\\\\\\\\\\"", "\\\\\\n", "\\\\n"]
            let texts = escapes.map { plain + $0 + plain } + escapes.map { plain + $0 }
            let records = texts.map { Array("{\"text\":\"\($0)\"}".utf8) }
            let undone = try Self.parse(records, ReadingOptions(), leavingTextsEscaped: false)
            let asLeft = try Self.parse(records, ReadingOptions(), leavingTextsEscaped: true)
            #expect(asLeft.entries.map(\.isEscaped) == Array(repeating: true, count: texts.count))
            for (index, text) in texts.enumerated() {
                #expect(asLeft.escapedText[asLeft.entries[index].text] == Array(text.utf8)[...], "\(count)")
                #expect(asLeft.document(at: index) == undone.document(at: index), "\(count)")
            }
            for end in ["\\u0041", "\\x", "\\"] {
                let record = [Array("{\"text\":\"\(plain)\(end)\"}".utf8)]
                let batch = try Self.parse(record, ReadingOptions(), leavingTextsEscaped: true)
                #expect(!batch.entries.contains { $0.isEscaped })
                #expect(batch.entries.count == (end == "\\u0041" ? 1 : 0))
            }
        }
    }

    @Test func aTextAtItsLimitIsLeftAndOneOverItIsCut() throws {
        let records = [Array("{\"text\":\"ab\\n\\n\"}".utf8)]
        for limit in 1...6 {
            let options = ReadingOptions(maxTextBytes: limit)
            let batch = try Self.parse(records, options, leavingTextsEscaped: true)
            let entry = try #require(batch.entries.first)
            #expect(entry.isEscaped == (limit >= 4) && entry.textWasCut == (limit < 4))
            #expect(batch.document(at: 0).text.utf8.count == min(limit, 4))
        }
    }
}
