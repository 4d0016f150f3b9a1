import Shingling
import TestSupport
import Testing

/// The public way to tokens and shingles.
@Suite struct TextShinglerTests {
    private struct Reading: Equatable {
        var tokens: [UInt64]
        var shingles: [UInt64]
        var content: [UInt64]
        var illFormedBytes: Int
    }

    private func reading(_ shingler: borrowing TextShingler) -> Reading {
        let (tokens, shingles) = (shingler.tokens, shingler.shingles)
        return Reading(
            tokens: tokens.indices.map { tokens[$0] },
            shingles: shingles.indices.map { shingles[$0] },
            content: [shingler.contentHash.low, shingler.contentHash.high],
            illFormedBytes: shingler.illFormedBytes
        )
    }

    private func read(_ text: String, _ parameters: ShinglingParameters = ShinglingParameters()) -> Reading {
        var shingler = TextShingler(parameters: parameters)
        shingler.read(text)
        return reading(shingler)
    }

    private func definition(_ text: [UInt8], _ parameters: ShinglingParameters) -> Reading {
        let plain = PlainText(text)
        let tokens = plain.tokenHashes(seed: parameters.seed)
        return Reading(
            tokens: tokens,
            shingles: PlainHash.shingles(tokens, width: parameters.tokens, seed: parameters.seed),
            content: PlainHash.content(tokens),
            illFormedBytes: plain.illFormedBytes
        )
    }

    @Test(arguments: ["", " ", "\u{2014}", "\u{301}"])
    func aTextWithoutTokensHasNoShingle(text: String) {
        let found = read(text)
        #expect(found.tokens.isEmpty && found.shingles.isEmpty)
    }

    @Test func aTextShorterThanAShingleIsOneShingle() {
        #expect(read("one two three").shingles.count == 1)
        #expect(read("one two three four five").shingles.count == 1)
        #expect(read("one two three four five six").shingles.count == 2)
        #expect(read("one two three").shingles != read("one two").shingles)
        #expect(read("\u{4E2D}\u{6587}").shingles.count == 1)
    }

    @Test func shinglesOfSingleCharactersSpanTwiceAsMany() {
        func shingles(_ text: String) -> [UInt64] { read(text).shingles }
        let text = "\u{4E00}\u{4E8C}\u{4E09}\u{56DB}\u{4E94}\u{516D}\u{4E03}\u{516B}\u{4E5D}\u{5341}"
        let changedTenth = "\u{4E00}\u{4E8C}\u{4E09}\u{56DB}\u{4E94}\u{516D}\u{4E03}\u{516B}\u{4E5D}\u{767E}"
        #expect(shingles(text)[0] != shingles(changedTenth)[0])
        #expect(shingles(text)[1...4] == shingles(changedTenth)[1...4])
        // Words span five only, and so does a run with a word in it.
        #expect(shingles("a b c d e f g h i j")[0] == shingles("a b c d e f g h i k")[0])
        #expect(
            shingles("\u{4E00}\u{4E8C} a \u{4E09}\u{56DB}\u{4E94}\u{516D}\u{4E03}\u{516B}\u{4E5D}")[0]
                == shingles("\u{4E00}\u{4E8C} a \u{4E09}\u{56DB}")[0]
        )
    }

    @Test(arguments: [1, 2, 5, 64], [0, 1, .max] as [UInt64])
    func agreesWithTheDefinition(width: Int, seed: UInt64) {
        let parameters = ShinglingParameters(tokens: width, seed: seed)
        var random = SeededGenerator(seed: seed)
        var shingler = TextShingler(parameters: parameters)
        for _ in 0..<10 {
            let text = MadeUpText.damaged(limit: 120, using: &random)
            let before = MadeUpText.text(limit: 5, using: &random)
            let arena = before + text + [UInt8](repeating: UInt8(ascii: "p"), count: TextShingler.padding)
            shingler.read(arena.span, start: before.count, count: text.count)
            #expect(reading(shingler) == definition(text, parameters), "seed \(seed)")
        }
    }

    @Test func aShorterTextAfterALongerOneLeavesNothingBehind() {
        var shingler = TextShingler()
        shingler.read(String(repeating: "many words in here ", count: 100))
        shingler.read("one two")
        #expect(reading(shingler) == read("one two"))
        shingler.read("")
        #expect(reading(shingler) == read(""))
    }

    @Test func seedsShareNothing() {
        let text = "the quick brown fox jumps over the lazy dog"
        let (one, other) = (read(text), read(text, ShinglingParameters(seed: 1)))
        #expect(Set(one.tokens).isDisjoint(with: other.tokens))
        #expect(Set(one.shingles).isDisjoint(with: other.shingles))
    }

    @Test func contentHashTellsTokenSequencesApart() {
        let texts = [
            "", "a", "b", "a b", "b a", "a a", "a b c d", "a b c d e", "b c d e a", "e b c d a", "a a a a", "a a a a a",
        ]
        let hashes = Set(texts.map { read($0).content })
        #expect(hashes.count == texts.count)
        #expect(read("Hello, WORLD").content == read("hello world").content)
    }

    /// Five characters of a hundred texts in one script: nothing may make unlike texts alike.
    @Test(arguments: [
        0x61...0x7A, 0x4E00...0x9FFF, 0x3041...0x3096, 0x621...0x64A, 0xAC00...0xD7A3, 0x0E01...0x0E2E, 0x5D0...0x5EA,
    ])
    func unlikeTextsOfAScriptShareNoShingle(letters: ClosedRange<UInt32>) {
        var random = SeededGenerator(seed: UInt64(letters.lowerBound))
        func word() -> String {
            var word = String.UnicodeScalarView()
            for _ in 0..<8 { word.append(Unicode.Scalar(UInt32.random(in: letters, using: &random))!) }
            return String(word)
        }
        var seen: [UInt64: Int] = [:]
        for number in 0..<100 {
            for shingle in Set(read([word(), word(), word(), word(), word(), word()].joined(separator: " ")).shingles) {
                #expect(seen.updateValue(number, forKey: shingle) == nil)
            }
        }
    }
}
