import Shingling
import TestSupport
import Testing

/// A text read in blocks, of whatever size, gives what it gives whole.
@Suite struct BlockTests {
    private struct Reading: Equatable {
        var shingles: [UInt64]
        var tokenCount: Int
        var content: [UInt64]
        var illFormedBytes: Int
    }

    /// Reads a text that has others before and after it in its arena.
    private func read(
        _ text: [UInt8],
        blockTokens: Int,
        _ parameters: ShinglingParameters,
        with shingler: inout TextShingler
    ) -> Reading {
        let before = Array("a text before it".utf8)
        let arena = before + text + [UInt8](repeating: UInt8(ascii: "p"), count: TextShingler.padding)
        shingler.readFirst(arena.span, start: before.count, count: text.count, blockTokens: blockTokens)
        var all = Array(copying: shingler.shingles)
        while !shingler.isRead {
            shingler.readNext(arena.span)
            all += Array(copying: shingler.shingles)
        }
        return Reading(
            shingles: all,
            tokenCount: shingler.tokenCount,
            content: [shingler.contentHash.low, shingler.contentHash.high],
            illFormedBytes: shingler.illFormedBytes
        )
    }

    private func definition(_ text: [UInt8], _ parameters: ShinglingParameters) -> Reading {
        let plain = PlainText(text)
        let tokens = plain.tokenHashes(seed: parameters.seed)
        return Reading(
            shingles: PlainHash.shingles(tokens, width: parameters.tokens, seed: parameters.seed),
            tokenCount: tokens.count,
            content: PlainHash.content(tokens),
            illFormedBytes: plain.illFormedBytes
        )
    }

    @Test(arguments: 0..<80 as Range<UInt64>)
    func agreesWithTheDefinition(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let width = [1, 2, 5, 5, 5, 9, 64].randomElement(using: &random)!
        let parameters = ShinglingParameters(tokens: width, seed: seed)
        var shingler = TextShingler(parameters: parameters)
        var text = MadeUpText.damaged(limit: 150, using: &random)
        // Now and then a word that is longer than any block, and goes on past ASCII or not.
        if Bool.random(using: &random) {
            let word = String(repeating: "longWord", count: Int.random(in: 1...60, using: &random))
            text += Array(
                (word + ["", "\u{E9}", "\u{2019}", "\u{AD}s", "\u{3316}"].randomElement(using: &random)!).utf8
            )
            text += MadeUpText.text(limit: 40, using: &random)
        }
        let expected = definition(text, parameters)
        for block in [1, 2, 3, 5, 7, 31, 64, 100, .max] {
            let found = read(text, blockTokens: block, parameters, with: &shingler)
            #expect(found == expected, "seed \(seed), width \(width), blocks of \(block)")
        }
    }

    /// Blocks end between the tokens of one character, and within runs of characters whose shingles are twice as long.
    @Test(arguments: [
        "\u{3316}", "\u{FDFA}", "\u{4E2D}", "\u{0E01}\u{0E33}", "\u{BD}", "\u{AC01} ", "\u{301}e", "\u{337F}x",
    ])
    func runsOfOneKind(piece: String) {
        let parameters = ShinglingParameters()
        var shingler = TextShingler(parameters: parameters)
        for repeats in [1, 2, 3, 7, 40] {
            let text = Array(String(repeating: piece, count: repeats).utf8)
            let expected = definition(text, parameters)
            for block in [1, 2, 3, 4, 5, 9, 10, 11, 17, 40] {
                let found = read(text, blockTokens: block, parameters, with: &shingler)
                #expect(found == expected, "\(repeats) of \(piece), blocks of \(block)")
            }
        }
    }

    @Test(arguments: ["", "\u{E9}"])
    func aTokenOfMegabytesTakesNoMemory(end: String) {
        let parameters = ShinglingParameters()
        var shingler = TextShingler(parameters: parameters)
        let text = Array(("one two " + String(repeating: "x", count: 3 << 20) + end + " three four five").utf8)
        let whole = read(text, blockTokens: .max, parameters, with: &shingler)
        // The room for a whole text was sized for the worst case; blocks must not need it.
        var blocks = TextShingler(parameters: parameters)
        #expect(read(text, blockTokens: 100, parameters, with: &blocks) == whole)
        #expect(whole.tokenCount == 6)
        #expect(blocks.heldBytes < 1 << 14)
    }

    @Test func workAreasDependOnTheBlockAlone() {
        var shingler = TextShingler()
        let parameters = ShinglingParameters()
        let text = Array(String(repeating: "\u{3316} word ", count: 50_000).utf8)
        let found = read(text, blockTokens: 1000, parameters, with: &shingler)
        #expect(found.tokenCount == 350_000)
        #expect(shingler.heldBytes < 64 << 10)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func rangesOfSomeTokens(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let text = MadeUpText.damaged(limit: 80, using: &random)
        let all = PlainText(text).tokens.map(\.range)
        // Ascending, with repeats, and one that the text doesn't have.
        let asked =
            all.indices.flatMap { Array(repeating: $0, count: Int.random(in: 0...2, using: &random)) } + [all.count]
        let arena = text + [UInt8](repeating: 0, count: TextShingler.padding)
        for block in [1, 2, 9, 1000] {
            let found = TextShingler.ranges(
                ofTokens: asked,
                of: arena.span,
                start: 0,
                count: text.count,
                blockTokens: block
            )
            #expect(found == asked.dropLast().map { all[$0] }, "seed \(seed), blocks of \(block)")
        }
    }
}

extension Array where Element: BitwiseCopyable {
    fileprivate init(copying span: Span<Element>) { self = span.indices.map { span[$0] } }
}
