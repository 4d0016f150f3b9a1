import Shingling
import Sketching
import TestSupport
import Testing

/// Nothing makes unlike texts alike: not their script, not their brevity.
@Suite struct UnlikeTextsTests {
    private struct TextSketch {
        var sketch: Sketch
        var text: String
    }

    private func sketches(_ texts: [String]) throws -> [TextSketch] {
        var shingler = TextShingler()
        var sketcher = ShingleSketcher(parameters: try SketchingParameters(bits: 8))
        return texts.map { text in
            shingler.read(text)
            sketcher.sketch(shingler.shingles)
            return TextSketch(sketch: Sketch(sketcher), text: text)
        }
    }

    private func expectNothingShared(_ texts: [String]) throws {
        var owners: [UInt64: String] = [:]
        var signatures: Set<[UInt8]> = []
        for item in try sketches(texts) {
            #expect(signatures.insert(item.sketch.packed).inserted, "\(item.text) has another's signature")
            #expect(Set(item.sketch.packed).count > 60, "\(item.text) repeats few values")
            for key in item.sketch.bandKeys {
                let owner = owners.updateValue(item.text, forKey: key)
                #expect(owner == nil, "\(item.text) and \(owner ?? "") share a band")
            }
            for key in item.sketch.keys {
                let owner = owners.updateValue(item.text, forKey: key)
                #expect(owner == nil, "\(item.text) and \(owner ?? "") share a fingerprint")
            }
        }
    }

    @Test func shortTexts() throws {
        var texts = (0..<300).map { "word\($0)" }
        texts += (0..<100).map { "two w\($0)" }
        texts += (0..<100).map { "four words are \($0)" }
        texts += [
            "a", "b", "1", "\u{4E00}", "\u{3042}", "\u{645}", "\u{AC00}", "\u{E01}", "\u{4E00}\u{4E8C}",
            "\u{4E8C}\u{4E00}",
        ]
        try expectNothingShared(texts)
    }

    @Test(
        arguments: [
            ("Chinese", 0x4E00...0x9FFF), ("Arabic", 0x621...0x64A), ("Hangul", 0xAC00...0xD7A3),
            ("Japanese", 0x3041...0x3096),
            ("Thai", 0x0E01...0x0E2E), ("Hebrew", 0x5D0...0x5EA), ("Cyrillic", 0x430...0x44F),
            ("Devanagari", 0x915...0x939),
        ] as [(String, ClosedRange<UInt32>)]
    )
    func textsOfAScript(script: String, letters: ClosedRange<UInt32>) throws {
        var random = SeededGenerator(seed: UInt64(letters.lowerBound))
        let texts = (0..<60)
            .map { _ in
                (0..<40)
                    .map { _ in
                        var word = String.UnicodeScalarView()
                        for _ in 0..<7 { word.append(Unicode.Scalar(UInt32.random(in: letters, using: &random))!) }
                        return String(word)
                    }
                    .joined(separator: " ")
            }
        try expectNothingShared(texts)
    }

    @Test func anEmptyTextHasAnEmptySketch() throws {
        for text in ["", "\u{2014} \u{1F600}"] {
            let sketch = try sketches([text])[0].sketch
            #expect(sketch.signature.isEmpty && sketch.packed.isEmpty && sketch.bandKeys.isEmpty && sketch.keys.isEmpty)
            #expect(sketch.positions.isEmpty)
        }
    }

    @Test func anEmptyTextAfterAnotherLeavesNothingBehind() throws {
        let found = try sketches(["some words that make a shingle or two", "", "x"])
        #expect(found[1].sketch == (try sketches([""])[0].sketch))
        #expect(found[2].sketch == (try sketches(["x"])[0].sketch))
    }

    @Test func textsThatDifferInWritingOnlyShareEverything() throws {
        let found = try sketches([
            "Caf\u{E9} na\u{EF}ve, \u{FB01}ve STRA\u{DF}EN and \u{201C}quotes\u{201D}",
            "cafe\u{301} naive five strassen and 'quotes'",
        ])
        #expect(found[0].sketch == found[1].sketch)
    }
}
