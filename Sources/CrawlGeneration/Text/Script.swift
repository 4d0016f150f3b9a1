/// What a host writes in: a script, and a vocabulary of made-up words in it.
public enum Script: String, Sendable, Hashable, CaseIterable {
    /// ASCII letters.
    case latin
    /// Latin letters, some with diacritics.
    case accented
    /// Cyrillic letters.
    case cyrillic
    /// Hangul syllables, words between spaces.
    case hangul
    /// Han characters, without spaces.
    case han

    /// What HTML calls a language of the script.
    var languageTag: StaticString {
        switch self {
        case .latin: "en"
        case .accented: "fr"
        case .cyrillic: "ru"
        case .hangul: "ko"
        case .han: "zh"
        }
    }

    /// Whether there are spaces between words.
    var hasSpaces: Bool { self != .han }

    /// What separates the parts of a sentence, with the space after it.
    var comma: StaticString { self == .han ? "，" : ", " }

    /// What ends a sentence, with the space after it.
    var stop: StaticString { self == .han ? "。" : ". " }

    /// Syllables to build words of, and how many there are.
    func syllable(_ random: inout CrawlRandom) -> String {
        switch self {
        case .latin: Self.pick(Self.onsets, &random) + Self.pick(Self.vowels, &random) + Self.pick(Self.codas, &random)
        case .accented:
            Self.pick(Self.onsets, &random) + Self.pick(Self.accentedVowels, &random) + Self.pick(Self.codas, &random)
        case .cyrillic:
            Self.pick(Self.cyrillicOnsets, &random) + Self.pick(Self.cyrillicVowels, &random)
                + Self.pick(Self.cyrillicCodas, &random)
        // All of them are assigned: the syllables without a final, and the first thousands of the ideographs.
        case .hangul: String(Unicode.Scalar(UInt32(0xAC00 + 28 * random.below(399) + random.below(2) * 4))!)
        case .han: String(Unicode.Scalar(UInt32(0x4E00 + random.below(3000)))!)
        }
    }

    private static func pick(_ choices: [String], _ random: inout CrawlRandom) -> String {
        choices[random.below(choices.count)]
    }

    private static let onsets = [
        "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "h", "st", "tr", "ch", "br", "w", "z", "",
    ]
    private static let vowels = ["a", "e", "i", "o", "u", "e", "a", "ea", "ou"]
    private static let accentedVowels = ["a", "e", "i", "o", "u", "é", "è", "ö", "ü", "à", "ç", "ñ"]
    private static let codas = ["", "", "", "n", "r", "s", "l", "t", "nd"]
    private static let cyrillicOnsets = [
        "б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с", "т", "ст", "пр",
    ]
    private static let cyrillicVowels = ["а", "е", "и", "о", "у", "я", "ы"]
    private static let cyrillicCodas = ["", "", "", "н", "р", "с", "т", "л"]
}
