import CKernels
import Foundation
import TestSupport
import Testing

/// The kernels give what the definition says, bit for bit.
@Suite struct AgreementTests {
    /// Compares every level with the definition.
    private func expectAgreement(_ text: [UInt8], seed: UInt64 = 0, _ note: @autoclosure () -> String) {
        let expected = KernelText(definitionOf: text, seed: seed)
        for level in Level.allCases {
            let found = KernelText(text, seed: seed, level: level)
            guard found != expected else { continue }
            Issue.record(
                "\(level) differs from the definition: \(note()); text \(String(decoding: text.prefix(400), as: UTF8.self).debugDescription)"
            )
        }
    }

    @Test func asciiOfEveryLength() {
        var random = SeededGenerator(seed: 1)
        let alphabet = Array("abcXYZ019 -_.@[`{/:\u{7F}\n".utf8)
        for length in 0...300 {
            let text = (0..<length).map { _ in alphabet.randomElement(using: &random)! }
            expectAgreement(text, "length \(length)")
        }
    }

    @Test func everyAsciiByte() {
        for byte in UInt8(0)..<0x80 { expectAgreement(Array("ab".utf8) + [byte] + Array("cd".utf8), "byte \(byte)") }
    }

    @Test(arguments: [60, 124])
    func wordsAcrossBlocks(border: Int) {
        for start in border...border + 5 {
            for length in [1, 2, 3, 7, 8, 9, 63, 64, 65, 130] {
                let text = String(repeating: " ", count: start) + String(repeating: "q", count: length)
                expectAgreement(Array(text.utf8), "word of \(length) at \(start), to the end")
                expectAgreement(Array((text + " end").utf8), "word of \(length) at \(start)")
                for other in ["\u{E9}", "\u{2019}", "\u{AD}", "\u{4E2D}", "\u{301}"] {
                    expectAgreement(Array((text + other + "z").utf8), "word of \(length) at \(start), then \(other)")
                }
                expectAgreement(Array(text.utf8) + [0xFF] + Array("z".utf8), "word of \(length) at \(start), then FF")
            }
        }
    }

    /// Runs of characters that are a token each, of every length, with what ends or changes one among them.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func singlesInRows(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let usual = Array("中国の文カラー々〇、。「」\u{3000}龥一".unicodeScalars)
        let rare = Array(
            "㐀\u{3099}\u{309A}\u{302A}〜！aé가\u{20000}\u{AD} \\\u{4DFF}\u{A000}\u{2FFF}\u{3100}".unicodeScalars
        )
        for length in 0...70 {
            var scalars = (0..<length).map { _ in usual.randomElement(using: &random)! }
            for _ in 0..<Int.random(in: 0...2, using: &random) where length > 0 {
                scalars[Int.random(in: 0..<length, using: &random)] = rare.randomElement(using: &random)!
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            var bytes = Array(String(text).utf8)
            if seed % 4 == 3, !bytes.isEmpty { bytes.removeLast() }  // a character that the text's end cuts
            expectAgreement(bytes, "seed \(seed), \(length) characters")
        }
    }

    /// More tokens in 64 bytes than half of them.
    @Test func lettersAlone() {
        for length in 60...140 {
            let text = "A b C d E 1 " + String(repeating: "X-", count: length / 2) + (length % 2 == 0 ? "" : "X")
            expectAgreement(Array(text.utf8), "length \(length)")
        }
    }

    @Test(
        .enabled(if: BulkData.isComplete, "needs bulk/*.jsonl.zst in NEARDUP_DATA or ../shared/data"),
        arguments: BulkData.allCases
    )
    func realText(_ data: BulkData) throws {
        let text = try data.prefix(300_000)
        #expect(text.count == 300_000)
        expectAgreement(text, "\(data)")
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func madeUpText(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        expectAgreement(MadeUpText.text(limit: 60, using: &random), seed: seed, "seed \(seed)")
        expectAgreement(MadeUpText.damaged(limit: 40, using: &random), seed: seed, "damaged, seed \(seed)")
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...300, using: &random))
            .map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
        expectAgreement(bytes, "seed \(seed)")
        // Lead bytes and continuations only: overlong forms, surrogates and what lies past U+10FFFF come up.
        let lead: [UInt8] = [
            0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
        ]
        let nearly = (0..<200).map { _ in lead.randomElement(using: &random)! }
        expectAgreement(nearly, "nearly UTF-8, seed \(seed)")
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80], [0xFF], [0xFE],
        ] as [[UInt8]]
    )
    func eachIllFormedByteSeparatesAndCountsOne(bytes: [UInt8]) {
        let found = KernelText(Array("left".utf8) + bytes + Array("right".utf8))
        #expect(found.illFormedBytes == bytes.count)
        #expect(found.hashes == hashes("left right"))
    }

    @Test func textCutInsideACharacter() {
        for character in ["\u{E9}", "\u{4E2D}", "\u{AC01}", "\u{1D400}"] {
            for filler in [0, 50, 58, 59, 60, 61, 62, 63, 64] {
                let whole = Array(String(repeating: "f", count: filler).utf8) + Array(character.utf8)
                for cut in 0...character.utf8.count {
                    expectAgreement(Array(whole.dropLast(cut)), "\(filler) letters, \(character) short of \(cut) bytes")
                }
            }
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func paddingDoesNotMatter(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let text = MadeUpText.damaged(limit: 40, using: &random)
        for level in Level.allCases {
            let found = KernelText(text, level: level)
            for padding in [UInt8(ascii: "a"), 0x80, 0xA9, 0xC3, 0xE4, 0xFF] {
                #expect(KernelText(text, padding: padding, level: level) == found, "seed \(seed), padding \(padding)")
            }
        }
    }

    /// Rows of the table in full where they are short, at both ends and here and there where they are long.
    @Test func everyKindOfScalar() {
        for row in FoldTable.shared.rows {
            let step = row.last - row.first < 300 ? 1 : 997
            var scalars = Array(stride(from: row.first, to: row.last, by: Int(step)))
            scalars.append(row.last)
            var text = ""
            for scalar in scalars {
                text += "x"
                text.unicodeScalars.append(Unicode.Scalar(scalar)!)
                text += "y "
                text.unicodeScalars.append(Unicode.Scalar(scalar)!)
                text += " \u{E9}"
                text.unicodeScalars.append(Unicode.Scalar(scalar)!)
                text += "z "
            }
            expectAgreement(Array(text.utf8), "from U+\(String(row.first, radix: 16))")
        }
        for syllable in stride(from: UInt32(0xAC00), through: 0xD7A3, by: 13) {
            let text = "x\(Unicode.Scalar(syllable)!)y"
            expectAgreement(Array(text.utf8), "U+\(String(syllable, radix: 16))")
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func shinglesAndContentHash(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let single = [0.0, 0.3, 0.9, 1.0].randomElement(using: &random)!
        let tokens = (0..<Int.random(in: 0...90, using: &random))
            .map { _ in
                let isSingle = Double.random(in: 0..<1, using: &random) < single
                return random.next() / 2 * 2 + (isSingle ? 1 : 0)
            }
        for width in [1, 2, 3, 5, 8, 64] {
            let expected = PlainHash.shingles(tokens, width: width, seed: seed)
            for level in Level.allCases {
                var found = [UInt64](repeating: 0, count: nd_shingle_count(tokens.count, width))
                // Room for as many shingles as there are.
                let written = level.run { unsafe nd_shingles(tokens, tokens.count, width, seed, &found) }
                #expect(written == found.count)
                #expect(found == expected, "seed \(seed), width \(width), \(level)")
            }
        }
        for level in Level.allCases {
            var content: [UInt64] = [0, 0]
            level.run { unsafe nd_content_hash(tokens, tokens.count, &content) }
            #expect(content == PlainHash.content(tokens), "seed \(seed), \(level)")
        }
    }

    @Test func theFixtureIsOfTheTablesUnicodeVersion() {
        let version = [nd_unicode_version >> 16, nd_unicode_version >> 8 & 0xFF, nd_unicode_version & 0xFF]
        #expect(version.map(String.init).joined(separator: ".") == FoldTable.shared.version)
    }
}
