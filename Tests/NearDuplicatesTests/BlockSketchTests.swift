import CrawlModel
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// A document sketched in blocks has the sketch it has at once.
struct BlockSketchTests {
    /// Scalars that the tokeniser treats apart, with those among them that become several tokens.
    private static let pieces = [
        " ", "\n", "word", "Don\u{2019}t", "e\u{301}", "\u{DF}", "\u{AD55}\u{AD6D}", "\u{4E2D}\u{6587}", "\u{3042}",
        "\u{3316}", "\u{FDFA}", "\u{0E44}\u{0E17}\u{0E22}", "\u{AD}", "\u{1F600}", "\u{20000}", "\u{FFFD}", "2026 ",
    ]

    private func text(seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var text = ""
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                text += MadeUpText.fresh(words: Int.random(in: 1...60, using: &random), using: &random)
                    .string(using: &random)
            case 1:
                text += String(
                    repeating: Self.pieces.randomElement(using: &random)!,
                    count: Int.random(in: 1...80, using: &random)
                )
            case 2: text += String(repeating: "x", count: Int.random(in: 1...3000, using: &random))
            default: for _ in 0..<50 { text += Self.pieces.randomElement(using: &random)! }
            }
        }
        return text
    }

    private struct Parts: Equatable {
        var tokens, textBytes, illFormedBytes: Int
        var hash: [UInt64]
        var signature: [UInt8]
        var bandKeys, fingerprints: [UInt64]
        var positions: [UInt32]

        init(_ text: String, with sketcher: inout DocumentSketcher) {
            sketcher.sketch(text)
            self.init(sketcher)
        }

        init(_ sketcher: borrowing DocumentSketcher) {
            (tokens, textBytes, illFormedBytes) = (sketcher.tokenCount, sketcher.textBytes, sketcher.illFormedBytes)
            hash = [sketcher.contentHash.low, sketcher.contentHash.high]
            signature = sketcher.signature.indices.map { sketcher.signature[$0] }
            bandKeys = sketcher.bandKeys.indices.map { sketcher.bandKeys[$0] }
            fingerprints = sketcher.fingerprints.indices.map { sketcher.fingerprints[$0] }
            positions = sketcher.positions.indices.map { sketcher.positions[$0] }
        }
    }

    @Test("blocks of any size give the sketch of the whole", arguments: 0..<40 as Range<UInt64>)
    func blocks(seed: UInt64) throws {
        var settings = IndexSettings()
        settings.shingleTokens = [1, 5, 5, 12][Int(seed % 4)]
        let parameters = try settings.parameters()
        var whole = try DocumentSketcher(parameters: parameters, blockTokens: .max)
        let text = text(seed: seed)
        let expected = Parts(text, with: &whole)
        for block in [1, 3, 17, 64, 1000, DocumentSketcher.tokensAtOnce] {
            var sketcher = try DocumentSketcher(parameters: parameters, blockTokens: block)
            #expect(Parts(text, with: &sketcher) == expected, "seed \(seed), blocks of \(block)")
            // One that fits follows one that doesn't.
            #expect(Parts("one two", with: &sketcher) == Parts("one two", with: &whole), "seed \(seed), \(block)")
        }
    }

    @Test("a text as it stands in JSON has the sketch of what it stands for", arguments: 0..<20 as Range<UInt64>)
    func escaped(seed: UInt64) throws {
        let parameters = try IndexSettings().parameters()
        let text = text(seed: seed).split(separator: "word").joined(separator: "\"\\\n")
        let standing = text.utf8.flatMap { byte in
            switch byte {
            case UInt8(ascii: "\n"): Array(#"\n"#.utf8)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
            default: [byte]
            }
        }
        let arena = standing + [UInt8](repeating: UInt8(ascii: "n"), count: 64)
        for block in [17, DocumentSketcher.tokensAtOnce] {
            var sketcher = try DocumentSketcher(parameters: parameters, blockTokens: block)
            sketcher.sketch(arena.span, start: 0, count: standing.count, isEscaped: true)
            let found = Parts(sketcher)
            #expect(found == Parts(text, with: &sketcher), "seed \(seed), blocks of \(block)")
        }
    }

    @Test("a text of more tokens than a block is found, explained and exact, like one of fewer")
    func longText() throws {
        var random = SeededGenerator(seed: 5)
        let long = MadeUpText.fresh(words: 2 * DocumentSketcher.tokensAtOnce, using: &random).string(using: &random)
        let storage = try index([Document(id: "long", text: long)])
        var checker = try Checker(storage)
        let result = try checker.check(long, explaining: true)
        #expect(result.verdict == .duplicate(.exact))
        let passage = try #require(result.matches.first?.passages.first)
        // By fingerprints alone, so that up to a window is missing at either end.
        #expect(passage.incoming.lowerBound < 16)
        #expect(passage.incoming.upperBound > 2 * DocumentSketcher.tokensAtOnce - 16)
    }

    @Test("work areas are those of a block, whatever the text")
    func memory() throws {
        var sketcher = try DocumentSketcher(parameters: try IndexSettings().parameters())
        sketcher.sketch(String(repeating: "\u{3316}", count: 1 << 18))
        #expect(sketcher.tokenCount == 6 << 18)
        #expect(sketcher.heldBytes < 4 << 20)
    }
}
