import ArgumentParser

/// Loads a live index as a crawler would: to be killed, and to be measured.
@main
struct LiveLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live-load",
        abstract: "Loads a live index: to prove that nothing acknowledged is lost, and to measure.",
        subcommands: [Run.self, Verify.self, Bench.self]
    )
}

/// A text of some 3 kB (600 words) that only a text of the same number is like.
func madeUpText(_ number: UInt64, words: Int = 600) -> String {
    var state = number &* 0x9E37_79B9_7F4A_7C15 &+ 1
    let vocabulary = Vocabulary.all
    var text = [UInt8](repeating: 0, count: words * Vocabulary.longest)
    var length = 0
    do {
        var text = text.mutableSpan
        for _ in 0..<words {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            var word = vocabulary.words[Int(state % UInt64(Vocabulary.count))]
            while word > 0 {
                text[length] = UInt8(truncatingIfNeeded: word)
                word >>= 8
                length += 1
            }
        }
    }
    return String(decoding: text[..<length], as: UTF8.self)
}

/// Made-up words, made once: making texts must cost little beside what is measured.
private struct Vocabulary {
    static let count = 60_000
    /// Letters of the longest, and the space after it.
    static let longest = 5
    static let all = Vocabulary()

    /// The first letter of a word in the lowest byte, and so on; after the last a space.
    let words = (0..<Self.count)
        .map { number in
            var (word, shift, rest): (UInt64, UInt64, Int) = (0, 0, number + 1000)
            while rest > 0 {
                word |= (UInt64(UInt8(ascii: "a")) + UInt64(rest % 26)) << shift
                (shift, rest) = (shift + 8, rest / 26)
            }
            return word | UInt64(UInt8(ascii: " ")) << shift
        }
}
