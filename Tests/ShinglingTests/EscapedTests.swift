import CKernels
import Shingling
import TestSupport
import Testing

/// A text as it stands inside a JSON string gives what the text gives that it stands for.
@Suite struct EscapedTests {
    private struct Reading: Equatable {
        var shingles: [UInt64] = []
        var tokenCount: Int
        var content: [UInt64]
        var illFormedBytes: Int
        var bytes: Int
    }

    /// What stands for some bytes, and the bytes: a backslash and the byte after it separate, whatever that is.
    private func pieces(using random: inout SeededGenerator) -> (escaped: [UInt8], plain: [UInt8]) {
        var (escaped, plain): ([UInt8], [UInt8]) = ([], [])
        // Of a few kinds each time, so that long runs come up.
        let shares = (0..<4).map { _ in Int.random(in: 0...3, using: &random) }
        for _ in 0..<Int.random(in: 0...120, using: &random) {
            switch Int.random(in: 0..<1 + shares.reduce(0, +), using: &random) {
            case ..<shares[0]:
                let byte = Array("\"\\/bfnrt".utf8).randomElement(using: &random)!
                escaped += [UInt8(ascii: "\\"), byte]
                plain.append(UInt8(ascii: "\n"))
            case ..<(shares[0] + shares[1]):
                let text = MadeUpText.text(limit: 3, using: &random)
                escaped += text
                plain += text
            case ..<(shares[0] + shares[1] + shares[2]):
                let text = String(repeating: "nbt", count: Int.random(in: 1...30, using: &random))
                escaped += Array(text.utf8)
                plain += Array(text.utf8)
            default:
                let byte = Array("nrt x".utf8).randomElement(using: &random)!
                escaped.append(byte)
                plain.append(byte)
            }
        }
        return (escaped, plain)
    }

    private func read(_ text: [UInt8], isEscaped: Bool, blockTokens: Int) -> Reading {
        // What lies before and behind must not matter.
        let before = Array("before\\".utf8)
        let arena = before + text + [UInt8](repeating: UInt8(ascii: "\\"), count: TextShingler.padding)
        var shingler = TextShingler()
        shingler.readFirst(
            arena.span,
            start: before.count,
            count: text.count,
            blockTokens: blockTokens,
            isEscaped: isEscaped
        )
        var shingles = shingler.shingles.indices.map { shingler.shingles[$0] }
        while !shingler.isRead {
            shingler.readNext(arena.span)
            shingles += shingler.shingles.indices.map { shingler.shingles[$0] }
        }
        return Reading(
            shingles: shingles,
            tokenCount: shingler.tokenCount,
            content: [shingler.contentHash.low, shingler.contentHash.high],
            illFormedBytes: shingler.illFormedBytes,
            bytes: text.count - shingler.escapes
        )
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func agreesWithTheTextItStandsFor(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (escaped, plain) = pieces(using: &random)
        let expected = read(plain, isEscaped: false, blockTokens: .max)
        #expect(expected.bytes == plain.count)
        for block in [1, 3, 64, .max] {
            #expect(read(escaped, isEscaped: true, blockTokens: block) == expected, "seed \(seed), blocks of \(block)")
        }
    }

    /// Runs of backslashes of every length, across the borders of blocks, before letters and before what is not ASCII.
    @Test func runsOfBackslashes() {
        for start in Array(0...3) + Array(60...66) {
            for length in 0...70 {
                for end in ["nword", " n", "\u{E9}t\u{E9}", "n\u{E9}", "", "\u{2019}s", "\u{4E2D}"] {
                    // An escape takes one byte along; of a character beyond ASCII the rest is then ill formed.
                    let text =
                        Array(repeating: UInt8(ascii: "q"), count: start)
                        + Array(repeating: UInt8(ascii: "\\"), count: length) + Array(end.utf8)
                    var plain: [UInt8] = []
                    var rest = text[...]
                    while let byte = rest.popFirst() {
                        if byte == UInt8(ascii: "\\") { _ = rest.popFirst() }
                        plain.append(byte == UInt8(ascii: "\\") ? UInt8(ascii: " ") : byte)
                    }
                    let expected = read(plain, isEscaped: false, blockTokens: .max)
                    #expect(
                        read(text, isEscaped: true, blockTokens: .max) == expected,
                        "\(length) backslashes at \(start) before \(end)"
                    )
                }
            }
        }
    }
}
