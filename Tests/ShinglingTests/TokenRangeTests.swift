import Shingling
import TestSupport
import Testing

/// Where tokens lie in their text.
@Suite struct TokenRangeTests {
    @Test(arguments: 0..<120 as Range<UInt64>)
    func rangesAscendWithinTheText(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let text = MadeUpText.damaged(limit: 60, using: &random)
        let found = KernelText(text)
        var previous = 0..<0
        for range in found.ranges {
            #expect(!range.isEmpty && range.upperBound <= text.count, "seed \(seed)")
            // Tokens that one character folds to share its range.
            let shared = range.lowerBound < previous.upperBound
            #expect(range.lowerBound >= previous.lowerBound && range.upperBound >= previous.upperBound, "seed \(seed)")
            if shared { #expect(expandsToTokens(text[range]), "seed \(seed): \(previous) and \(range)") }
            previous = range
        }
    }

    /// Whether some character of the text folds to more than one token, or to a token and a separator.
    private func expandsToTokens(_ text: ArraySlice<UInt8>) -> Bool {
        String(decoding: text, as: UTF8.self).unicodeScalars
            .contains { scalar in
                let folded = FoldTable.shared.fold(scalar)
                return folded.count > 1 && folded.contains { $0.kind == .single || $0.kind == .separator }
            }
    }

    @Test(arguments: 0..<120 as Range<UInt64>)
    func aTokensTextIsThatToken(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let text = MadeUpText.damaged(limit: 60, using: &random)
        let found = KernelText(text)
        for (hash, range) in zip(found.hashes, found.ranges) where !expandsToTokens(text[range]) {
            #expect(KernelText(Array(text[range])).hashes == [hash], "seed \(seed), \(range)")
        }
    }

    @Test func rangesOfWords() {
        let text = "One, t\u{E9}n \u{4E2D}\u{6587}; e\u{301}!"
        let bytes = Array(text.utf8)
        let words = TextShingler.tokenRanges(of: text).map { String(decoding: bytes[$0], as: UTF8.self) }
        #expect(words == ["One", "t\u{E9}n", "\u{4E2D}", "\u{6587}", "e"])
        #expect(TextShingler.tokenRanges(of: "").isEmpty)
        #expect(TextShingler.tokenRanges(of: "\u{BD}") == [0..<2, 0..<2])
    }
}
