/// Where words of a copy are others than in its original: one in fifty, on average.
struct EditSchedule {
    private var random: CrawlRandom
    private var countdown: Int

    /// No edits.
    static var none: EditSchedule { EditSchedule(random: CrawlRandom(0), countdown: .max) }

    /// Edits from a key; there is one among the first thirty words.
    static func edits(_ key: UInt64) -> EditSchedule {
        var random = CrawlRandom(key)
        let first = random.within(1...30)
        return EditSchedule(random: random, countdown: first)
    }

    /// The word that takes a word's place; most often the word itself.
    @inline(__always)
    mutating func word(_ index: Int) -> Int {
        countdown -= 1
        return countdown > 0 ? index : other(than: index)
    }

    private mutating func other(than index: Int) -> Int {
        countdown = random.within(1...99)
        return (index + 1 + random.below(Vocabulary.size - 1)) % Vocabulary.size
    }
}

/// Writes sentences and titles of made-up words.
enum Prose {
    /// Appends sentences of about `bytes` bytes in all, at least one, with no space after the last.
    static func paragraph(
        _ vocabulary: Vocabulary,
        bytes: Int,
        random: inout CrawlRandom,
        edits: inout EditSchedule,
        to text: inout ByteBuffer
    ) {
        // Counted in words, so that edits, which change lengths, never change where it ends. The last sentence goes
        // beyond the goal by half its length, on average.
        var left = vocabulary.words(inBytes: bytes) - 7
        repeat { left -= sentence(vocabulary, random: &random, edits: &edits, to: &text) } while left > 0
        if vocabulary.script.hasSpaces { text.removeLast() }
    }

    /// Appends a sentence with what follows it; returns how many words it has.
    private static func sentence(
        _ vocabulary: Vocabulary,
        random: inout CrawlRandom,
        edits: inout EditSchedule,
        to text: inout ByteBuffer
    ) -> Int {
        let script = vocabulary.script
        var draw = random.next()
        let count = 6 + Int(draw & 15)
        var left = count
        let quotes = draw >> 8 & 15
        if quotes == 0 { text.append("“") } else if quotes == 1 { text.append(UInt8(ascii: "\"")) }
        let start = text.count
        while left > 0 {
            draw = random.next()
            vocabulary.append(edits.word(vocabulary.index(draw)), to: &text)
            left -= 1
            // Bits that the choice of the word leaves.
            if draw >> 14 & 15 == 0, left > 0 {
                if script.hasSpaces { text.removeLast() }
                text.append(draw >> 18 & 31 == 0 ? " & " : script.comma)
            }
        }
        if script.hasSpaces { text.removeLast() }
        capitalise(&text, at: start)
        if quotes == 0 { text.append("”") } else if quotes == 1 { text.append(UInt8(ascii: "\"")) }
        text.append(script.stop)
        return count
    }

    /// Appends some words, the first capitalised, with no space after the last.
    static func words(_ vocabulary: Vocabulary, count: Int, random: inout CrawlRandom, to text: inout ByteBuffer) {
        let start = text.count
        for _ in 0..<count { vocabulary.append(vocabulary.index(random.next()), to: &text) }
        if vocabulary.script.hasSpaces { text.removeLast() }
        capitalise(&text, at: start)
    }

    /// Capitalises the letter at `start`, where its script has capitals.
    static func capitalise(_ text: inout ByteBuffer, at start: Int) {
        guard start < text.count else { return }
        switch text[start] {
        case 0x61...0x7A: text[start] -= 0x20
        // Latin letters with diacritics and their capitals are 32 apart, in the second byte.
        case 0xC3 where text[start + 1] >= 0xA0: text[start + 1] -= 0x20
        // а to п are in the same block as their capitals, р to я in the next.
        case 0xD0 where text[start + 1] >= 0xB0: text[start + 1] -= 0x20
        case 0xD1 where text[start + 1] <= 0x8F:
            text[start] = 0xD0
            text[start + 1] += 0x20
        default: break
        }
    }
}
