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

/// A text of some 4 kB that only a text of the same number is like.
func madeUpText(_ number: UInt64, words: Int = 600) -> String {
    var state = number &* 0x9E37_79B9_7F4A_7C15 &+ 1
    var text: [UInt8] = []
    text.reserveCapacity(words * 8)
    for _ in 0..<words {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        var rest = state % 60_000 + 1000
        while rest > 0 {
            text.append(UInt8(ascii: "a") + UInt8(rest % 26))
            rest /= 26
        }
        text.append(UInt8(ascii: " "))
    }
    return String(decoding: text, as: UTF8.self)
}
