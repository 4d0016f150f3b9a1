/// The made-up words of a script, the common ones first, drawn as often as Zipf and Mandelbrot say.
///
/// Word of rank r weighs 1/(r + 3). Words differ when folded too, so that what is another word here is another token
/// there. The same in all crawls.
final class Vocabulary: Sendable {
    /// A power of two, so that the low bits of a random number are an index.
    static let size = 1 << 14

    let script: Script
    private let words: [ByteBuffer.Slot]
    private let lengths: [UInt8]
    /// Walker's alias table: below the upper 32 bits the word itself, from there on the word the lower ones name.
    private let aliases: [UInt64]
    /// The mean length of a word of running text with what follows it, in 1/256 byte.
    private let meanLength: Int

    private init(_ script: Script) {
        self.script = script
        var words: [ByteBuffer.Slot] = []
        var lengths: [UInt8] = []
        var known: Set<[UInt8]> = []
        var random = CrawlRandom(CrawlRandom.key(1, .vocabulary, Script.allCases.firstIndex(of: script)!))
        while words.count < Self.size {
            let word = Array(Self.word(rank: words.count, script, &random).utf8)
            guard word.count < 32, known.insert(Self.folded(word)).inserted else { continue }
            var slot = ByteBuffer.Slot()
            for (place, byte) in word.enumerated() { slot[place] = byte }
            if script.hasSpaces { slot[word.count] = 0x20 }
            words.append(slot)
            lengths.append(UInt8(word.count + (script.hasSpaces ? 1 : 0)))
        }
        self.words = words
        self.lengths = lengths
        aliases = Self.aliasTable()
        let weights = Self.weights
        let weighted = zip(weights, lengths).reduce(0) { $0 + $1.0 * Int($1.1) }
        // Punctuation and quotation marks are about a quarter of a byte for each word, four times that in Han.
        meanLength = 256 * weighted / weights.reduce(0, +) + (script.hasSpaces ? 64 : 128)
    }

    /// How many words of running text have so many bytes, about.
    func words(inBytes bytes: Int) -> Int { bytes * 256 / meanLength }

    /// Appends the word of an index, with a space after it in scripts that have them.
    @inline(__always)
    func append(_ index: Int, to text: inout ByteBuffer) {
        text.append(words[index], count: Int(lengths[index]))
    }

    /// The index of a word, drawn from a random number of which it uses the lowest 14 and the upper 32 bits.
    @inline(__always)
    func index(_ random: UInt64) -> Int {
        let index = Int(truncatingIfNeeded: random) & (Self.size - 1)
        let alias = aliases[index]
        return random >> 32 < alias >> 32 ? index : Int(alias & 0xFFFF_FFFF)
    }

    private static func word(rank: Int, _ script: Script, _ random: inout CrawlRandom) -> String {
        if rank > 100, random.below(64) == 0 { return String(random.below(3000)) }
        let syllables: Int
        switch script {
        case .han: syllables = rank < 200 ? 1 : random.within(2...3)
        case .hangul: syllables = rank < 50 ? 1 : random.within(2...4)
        default: syllables = rank < 60 ? 1 : rank < 1000 ? 2 : random.within(2...3)
        }
        return (0..<syllables).map { _ in script.syllable(&random) }.joined()
    }

    /// A word without the diacritics its script's syllables have; only the accented script has any.
    private static func folded(_ word: [UInt8]) -> [UInt8] {
        var folded: [UInt8] = []
        var index = 0
        while index < word.count {
            if word[index] == 0xC3, index + 1 < word.count {
                switch word[index + 1] {
                case 0xA9, 0xA8: folded.append(UInt8(ascii: "e"))
                case 0xB6: folded.append(UInt8(ascii: "o"))
                case 0xBC: folded.append(UInt8(ascii: "u"))
                case 0xA0: folded.append(UInt8(ascii: "a"))
                case 0xA7: folded.append(UInt8(ascii: "c"))
                case 0xB1: folded.append(UInt8(ascii: "n"))
                default: folded += word[index...(index + 1)]
                }
                index += 2
            } else {
                folded.append(word[index])
                index += 1
            }
        }
        return folded
    }

    private static let weights = (0..<size).map { (1 << 40) / ($0 + 3) }

    /// Vose's construction, in integers: each weight is scaled so that a word's even share is 2^32.
    private static func aliasTable() -> [UInt64] {
        let total = weights.reduce(0, +)
        let even = 1 << 32
        // Both factors are below 2^39 and 2^46: the product needs its full width.
        var left = weights.map { weight -> Int in
            let product = weight.multipliedFullWidth(by: size * even)
            return total.dividingFullWidth(product).quotient
        }
        var small = (0..<size).filter { left[$0] < even }
        var large = (0..<size).filter { left[$0] >= even }
        var table = (0..<size).map { UInt64(0xFFFF_FFFF) << 32 | UInt64($0) }
        while let low = small.popLast(), let high = large.popLast() {
            table[low] = UInt64(left[low]) << 32 | UInt64(high)
            left[high] -= even - left[low]
            if left[high] < even { small.append(high) } else { large.append(high) }
        }
        return table
    }

    /// The vocabulary of a script, made when it is first asked for.
    static func of(_ script: Script) -> Vocabulary {
        switch script {
        case .latin: latin
        case .accented: accented
        case .cyrillic: cyrillic
        case .hangul: hangul
        case .han: han
        }
    }

    private static let latin = Vocabulary(.latin)
    private static let accented = Vocabulary(.accented)
    private static let cyrillic = Vocabulary(.cyrillic)
    private static let hangul = Vocabulary(.hangul)
    private static let han = Vocabulary(.han)
}
