import CrawlModel
import TestSupport

/// Texts that relate to one another in every way the rule knows, made up from a seed.
struct MadeUpCorpus {
    /// The documents to index, in order.
    private(set) var indexed: [Document] = []
    /// The documents to check.
    private(set) var incoming: [Document] = []

    private var generator: SeededGenerator
    private var pool: [MadeUpText] = []
    private let template: MadeUpText

    init(seed: UInt64, indexed count: Int, incoming incomingCount: Int) {
        generator = SeededGenerator(seed: seed)
        template = .fresh(words: 60, using: &generator)
        for number in 0..<count { indexed.append(next("indexed-\(number)")) }
        for number in 0..<incomingCount { incoming.append(next("incoming-\(number)")) }
    }

    private mutating func next(_ id: String) -> Document {
        let text = nextText()
        pool.append(text)
        return Document(id: id, text: text.string(using: &generator), url: "https://example.org/\(id)")
    }

    private mutating func nextText() -> MadeUpText {
        let kind = Int.random(in: 0..<12, using: &generator)
        guard kind >= 3, let known = pool.randomElement(using: &generator) else {
            return kind == 0
                ? .fresh(characters: length(), using: &generator) : .fresh(words: length(), using: &generator)
        }
        switch kind {
        case 3: return known
        case 4, 5, 6:
            return known.edited(share: [0.005, 0.02, 0.05, 0.2].randomElement(using: &generator)!, using: &generator)
        case 7, 8: return known.excerpt(using: &generator)
        case 9, 10: return known + (pool.randomElement(using: &generator) ?? known)
        default: return template + .fresh(words: length(), using: &generator)
        }
    }

    /// Often very short, often just around the length below which every shingle is looked up.
    private mutating func length() -> Int {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: Int.random(in: 0...12, using: &generator)
        case 1: Int.random(in: 90...110, using: &generator)
        case 2: Int.random(in: 10...99, using: &generator)
        default: Int.random(in: 100...400, using: &generator)
        }
    }
}

/// A text as the tokens it is made of.
struct MadeUpText {
    var tokens: [String]

    private static let syllables = ["ka", "lo", "mi", "nu", "re", "sta", "vor", "el"]

    /// Words, some much more common than others.
    static func fresh(words count: Int, using generator: inout SeededGenerator) -> MadeUpText {
        MadeUpText(tokens: (0..<count).map { _ in word(using: &generator) })
    }

    /// Single characters of a script written without spaces.
    static func fresh(characters count: Int, using generator: inout SeededGenerator) -> MadeUpText {
        MadeUpText(
            tokens: (0..<count)
                .map { _ in String(Unicode.Scalar(0x4E00 + UInt32.random(in: 0..<200, using: &generator))!) }
        )
    }

    private static func word(using generator: inout SeededGenerator) -> String {
        let share = Double.random(in: 0..<1, using: &generator)
        var number = Int(share * share * share * 20_000)
        var word = ""
        repeat {
            word += syllables[number % syllables.count]
            number /= syllables.count
        } while number > 0
        return word
    }

    func edited(share: Double, using generator: inout SeededGenerator) -> MadeUpText {
        MadeUpText(
            tokens: tokens.map {
                Double.random(in: 0..<1, using: &generator) < share ? Self.word(using: &generator) : $0
            }
        )
    }

    /// Between a fifth and all of the text.
    func excerpt(using generator: inout SeededGenerator) -> MadeUpText {
        let start = Int.random(in: 0...tokens.count / 2, using: &generator)
        let end = Int.random(in: min(tokens.count, start + tokens.count / 5)...tokens.count, using: &generator)
        return MadeUpText(tokens: Array(tokens[start..<end]))
    }

    /// The text with separators and capitals that change no token.
    func string(using generator: inout SeededGenerator) -> String {
        var text = ""
        for token in tokens {
            text += Bool.random(using: &generator) ? token : token.uppercased()
            text += [" ", " ", " ", ", ", ". ", " \u{2014} ", "\n"].randomElement(using: &generator)!
        }
        return text
    }

    static func + (a: MadeUpText, b: MadeUpText) -> MadeUpText { MadeUpText(tokens: a.tokens + b.tokens) }
}
