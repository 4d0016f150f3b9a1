/// How two pages relate, exactly: by the sets of their runs of five tokens.
public struct ShingleFigures: Sendable, Hashable {
    /// How many different shingles the first page has.
    public var shingles: Int
    /// How many the second has.
    public var otherShingles: Int
    /// How many both have.
    public var shared: Int

    /// Shared shingles as a share of those of either page.
    public var jaccard: Double { Double(shared) / Double(max(shingles + otherShingles - shared, 1)) }

    /// Shared shingles as a share of the first page's.
    public var containment: Double { Double(shared) / Double(max(shingles, 1)) }

    /// Four digits after the point, rounded in integers so that they are the same everywhere.
    var jaccardText: String { Self.text(shared, shingles + otherShingles - shared) }

    var containmentText: String { Self.text(shared, shingles) }

    private static func text(_ part: Int, _ whole: Int) -> String {
        let scaled = (part * 20_000 + whole) / max(2 * whole, 1)
        let digits = String(10_000 + scaled % 10_000).dropFirst()
        return "\(scaled / 10_000).\(digits)"
    }

    /// Compares two sorted sets; O(sum of their sizes).
    init(_ first: [UInt64], _ second: [UInt64]) {
        (shingles, otherShingles, shared) = (first.count, second.count, 0)
        var (one, other) = (0, 0)
        while one < first.count, other < second.count {
            if first[one] == second[other] { shared += 1 }
            let isBehind = first[one] <= second[other]
            if second[other] <= first[one] { other += 1 }
            if isBehind { one += 1 }
        }
    }
}

/// The shingles of generated texts, whose few kinds of characters it knows: letters, digits, and Han one by one.
enum GeneratedShingles {
    private static let width = 5

    /// The sorted set of a text's shingles, as 64-bit hashes; O(n log n).
    static func set(of text: borrowing ByteBuffer) -> [UInt64] {
        let tokens = tokens(of: text)
        guard tokens.count >= width else { return tokens.isEmpty ? [] : [hash(tokens[...])] }
        var hashes: [UInt64] = []
        hashes.reserveCapacity(tokens.count)
        for start in 0...tokens.count - width {
            // Five single characters are too common; such a shingle has ten where the text goes on so far.
            let isDouble =
                start + 2 * width <= tokens.count && tokens[start..<start + width].allSatisfy { $0 & 1 == 1 }
            hashes.append(hash(tokens[start..<start + (isDouble ? 2 : 1) * width]))
        }
        hashes.sort()
        var distinct = 0
        for index in hashes.indices where index == 0 || hashes[index] != hashes[distinct - 1] {
            hashes[distinct] = hashes[index]
            distinct += 1
        }
        hashes.removeLast(hashes.count - distinct)
        return hashes
    }

    private static func hash(_ tokens: ArraySlice<UInt64>) -> UInt64 {
        tokens.reduce(UInt64(tokens.count)) { CrawlRandom.part($0, Int(truncatingIfNeeded: $1)) }
    }

    /// Hashes of the tokens in lower case; the lowest bit tells a single character.
    private static func tokens(of text: borrowing ByteBuffer) -> [UInt64] {
        var tokens: [UInt64] = []
        var open: UInt64?
        var at = 0
        while at < text.count {
            let lead = text[at]
            let count = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            var scalar = count == 1 ? Int(lead) : Int(lead) & (0xFF >> (count + 1))
            for place in 1..<max(count, 1) where at + place < text.count {
                scalar = scalar << 6 | Int(text[at + place] & 0x3F)
            }
            at += count
            let isSingle = (0x4E00...0x9FFF).contains(scalar)
            if isSingle || !isLetter(scalar), let token = open {
                tokens.append(token & ~1)
                open = nil
            }
            if isSingle {
                tokens.append(CrawlRandom.part(0, scalar) | 1)
            } else if isLetter(scalar) {
                open = CrawlRandom.part(open ?? 1, lowercased(scalar))
            }
        }
        if let token = open { tokens.append(token & ~1) }
        return tokens
    }

    private static func isLetter(_ scalar: Int) -> Bool {
        switch scalar {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0xC0...0xFF, 0x410...0x44F, 0xAC00...0xD7A3: true
        default: false
        }
    }

    private static func lowercased(_ scalar: Int) -> Int {
        switch scalar {
        case 0x41...0x5A, 0xC0...0xDE, 0x410...0x42F: scalar + 0x20
        default: scalar
        }
    }
}
