import TestSupport

/// Texts that mix what the tokeniser treats apart.
enum MadeUpText {
    static let pieces: [String] = [
        " ", "\n", "a", "B", "word", "Words", "x1y2", "2026", "don't", "don\u{2019}t", "\u{201C}quoted\u{201D}",
        "\u{2014}",
        "aVeryLongWordThatSpansMoreThanOneWordOfEightBytes", "\u{E9}", "e\u{301}", "na\u{EF}ve", "A\u{30A}", "\u{212B}",
        "\u{DF}", "\u{1E9E}", "\u{130}", "I\u{307}", "\u{131}", "\u{FF21}\u{FF42}\u{FF11}", "\u{FB01}", "\u{FB04}ect",
        "\u{BD}", "\u{2460}",
        "\u{AD55}\u{AD6D}\u{C5B4}", "\u{1112}\u{1161}\u{11AB}", "\u{D7A3}", "\u{3131}", "\u{1160}",
        "\u{1100}", "\u{314F}", "\u{AC00}", "\u{11A8}", "\u{320E}", "\u{439}\u{451}\u{41F}\u{420}", "\u{401}\u{456}",
        "\u{4E2D}\u{6587}",
        "\u{F900}", "\u{20000}", "\u{3042}\u{304C}",
        "\u{304B}\u{3099}", "\u{FF76}\u{FF9E}", "\u{30AB}\u{30FC}", "\u{3316}", "\u{337F}", "\u{32FF}",
        "\u{0E44}\u{0E17}\u{0E22}", "\u{0E01}\u{0E33}\u{0E48}",
        "\u{0E51}\u{0E52}", "\u{1780}\u{17D2}\u{1781}", "\u{AD}", "\u{200D}", "\u{200B}", "\u{FEFF}", "\u{301}",
        "\u{93E}", "\u{915}\u{93F}", "\u{958}",
        "\u{645}\u{631}\u{62D}\u{628}\u{627}", "\u{FEDF}\u{FE8E}", "\u{FDFA}", "\u{641}\u{64E}", "\u{5E9}\u{5C1}",
        "\u{1F600}", "\u{1F468}\u{200D}\u{1F469}",
        "\u{2764}\u{FE0F}", "\u{1D400}", "\u{10400}", "\u{10FFFF}", "\u{E000}", "\u{378}", "\u{13A0}", "\u{AB70}",
        "\u{1C5}", "\u{3A3}\u{3C2}", "\u{1FB3}",
        "\0", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{FFFD}",
    ]

    /// A text of up to `limit` pieces.
    static func text(limit: Int, using generator: inout SeededGenerator) -> [UInt8] {
        // Now and then of few kinds, so that runs of one script come up.
        let kinds = (0..<Int.random(in: 1...12, using: &generator))
            .map { _ in
                pieces.randomElement(using: &generator)!
            }
        let choices = Bool.random(using: &generator) ? kinds : pieces
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 0...limit, using: &generator) {
            text += Array(choices.randomElement(using: &generator)!.utf8)
        }
        return text
    }

    /// A text in which some bytes are damaged, dropped or cut off.
    static func damaged(limit: Int, using generator: inout SeededGenerator) -> [UInt8] {
        var text = text(limit: limit, using: &generator)
        for _ in 0..<Int.random(in: 0...4, using: &generator) where !text.isEmpty {
            let at = Int.random(in: 0..<text.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: text[at] = UInt8.random(in: 0...255, using: &generator)
            case 1: text.remove(at: at)
            default: text.removeSubrange(at...)
            }
        }
        return text
    }
}
