// The definition that the kernels must agree with bit for bit, as plainly as it can be said: slow, and sharing no code
// with them.

/// A token as the definition has it.
struct PlainToken: Equatable {
    /// What its characters fold to.
    var scalars: [UInt32]
    /// Whether it is a character of a script written without spaces.
    var isSingle: Bool
    /// Where it lies in the text, in bytes.
    var range: Range<Int>
}

/// What the definition makes of a text.
struct PlainText {
    private(set) var tokens: [PlainToken] = []
    private(set) var illFormedBytes = 0

    /// Decodes strictly; each byte that belongs to no well-formed sequence separates tokens and counts one.
    init(_ bytes: [UInt8]) {
        var open: PlainToken?
        func close(_ tokens: inout [PlainToken]) {
            if let token = open { tokens.append(token) }
            open = nil
        }
        var at = 0
        while at < bytes.count {
            guard let (scalar, end) = Self.scalar(in: bytes, at: at) else {
                close(&tokens)
                illFormedBytes += 1
                at += 1
                continue
            }
            for folded in FoldTable.shared.fold(scalar) {
                switch folded.kind {
                case .separator:
                    close(&tokens)
                case .word:
                    if open == nil || open!.isSingle {
                        close(&tokens)
                        open = PlainToken(scalars: [], isSingle: false, range: at..<at)
                    }
                    open!.append(folded.scalar, end: end)
                case .single:
                    close(&tokens)
                    open = PlainToken(scalars: [], isSingle: true, range: at..<at)
                    open!.append(folded.scalar, end: end)
                case .mark:
                    open?.append(folded.scalar, end: end)
                case .ignored:
                    break
                }
            }
            at = end
        }
        close(&tokens)
    }

    init(_ text: String) {
        self.init(Array(text.utf8))
    }

    private static func scalar(in bytes: [UInt8], at start: Int) -> (scalar: Unicode.Scalar, end: Int)? {
        for length in 1...4 where start + length <= bytes.count {
            guard let text = String(validating: bytes[start..<start + length], as: UTF8.self) else { continue }
            return (text.unicodeScalars.first!, start + length)
        }
        return nil
    }

    /// Hashes of the tokens.
    func tokenHashes(seed: UInt64) -> [UInt64] {
        tokens.map { PlainHash.token($0.folded, isSingle: $0.isSingle, seed: seed) }
    }
}

extension PlainToken {
    fileprivate mutating func append(_ scalar: Unicode.Scalar, end: Int) {
        scalars.append(scalar.value)
        range = range.lowerBound..<end
    }

    /// The folded scalars' UTF-8.
    var folded: [UInt8] {
        var text = String.UnicodeScalarView()
        for scalar in composed { text.append(Unicode.Scalar(scalar)!) }
        return Array(String(text).utf8)
    }

    /// The folded scalars, with Hangul letters composed to syllables from the front on (Unicode, section 3.12).
    private var composed: [UInt32] {
        var result: [UInt32] = []
        for scalar in scalars {
            let last = result.last ?? 0
            if (0x1100...0x1112).contains(last), (0x1161...0x1175).contains(scalar) {
                result[result.count - 1] = 0xAC00 + ((last - 0x1100) * 21 + scalar - 0x1161) * 28
            } else if (0xAC00...0xD7A3).contains(last), (last - 0xAC00) % 28 == 0, (0x11A8...0x11C2).contains(scalar) {
                result[result.count - 1] = last + scalar - 0x11A7
            } else {
                result.append(scalar)
            }
        }
        return result
    }
}

/// The hashes of version 0, which is not frozen yet.
enum PlainHash {
    static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
    static let mixA: UInt64 = 0xBF58_476D_1CE4_E5B9
    static let mixB: UInt64 = 0x94D0_49BB_1331_11EB

    /// The finaliser of splitmix64 (Steele, Lea & Flood 2014).
    static func mix(_ value: UInt64) -> UInt64 {
        let first = (value ^ value >> 30) &* mixA
        let second = (first ^ first >> 27) &* mixB
        return second ^ second >> 31
    }

    /// The two halves of a product of 128 bits, one upon the other.
    static func fold(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let (high, low) = first.multipliedFullWidth(by: second)
        return high ^ low
    }

    /// Sixteen folded bytes at a time, two little-endian words of eight, the last filled with zeros.
    ///
    /// Bit 0 tells a character of a script written without spaces.
    static func token(_ folded: [UInt8], isSingle: Bool, seed: UInt64) -> UInt64 {
        func word(at start: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | (start + $1 < folded.count ? UInt64(folded[start + $1]) << UInt64(8 * $1) : 0) }
        }
        var hash = mix(seed &+ golden)
        for start in stride(from: 0, to: folded.count, by: 16) {
            hash = fold(hash ^ word(at: start), word(at: start + 8) ^ mixA)
        }
        return hash / 2 * 2 + (isSingle ? 1 : 0)
    }

    /// Every run of `width` tokens; where the run's tokens are all single characters and the text goes on far enough,
    /// the shingle of two tokens that are the hashes of this run and of the next; all the tokens where there are fewer.
    static func shingles(_ tokens: [UInt64], width: Int, seed: UInt64) -> [UInt64] {
        if tokens.isEmpty { return [] }
        if tokens.count < width { return [shingle(tokens[...], seed: seed)] }
        return (0...tokens.count - width)
            .map { start in
                let run = tokens[start..<start + width]
                let hash = shingle(run, seed: seed)
                guard run.allSatisfy({ $0 % 2 == 1 }), start + 2 * width <= tokens.count else { return hash }
                return shingle([hash, shingle(tokens[start + width..<start + 2 * width], seed: seed)], seed: seed)
            }
    }

    /// A step of multiply with carry (Marsaglia & Zaman 1991) before each token is added.
    static func step(_ sum: UInt64, _ factor: UInt64) -> UInt64 {
        (sum & 0xFFFF_FFFF) &* factor &+ sum >> 32
    }

    /// The tokens added up, with a step from each to the next, and mixed.
    static func shingle(_ tokens: ArraySlice<UInt64>, seed: UInt64) -> UInt64 {
        let factor = mix(seed &+ 2 &* golden) >> 32 | 0x8000_0001
        var sum: UInt64 = 0
        for token in tokens { sum = step(sum, factor) &+ token }
        let hash = (sum ^ sum >> 32) &* mixB
        return hash ^ hash >> 29
    }

    /// Token i goes into lane i modulo 8, of two chains; the lanes are mixed in turn.
    static func content(_ tokens: [UInt64]) -> [UInt64] {
        var low = UInt64(tokens.count)
        var high = UInt64(tokens.count) &* golden
        for lane in 0..<8 {
            var a = UInt64(lane + 1)
            var b = UInt64(lane + 9)
            for index in stride(from: lane, to: tokens.count, by: 8) {
                let token = tokens[index]
                a = step(a, 0x9E37_79B9) &+ token
                b = step(b, 0xBF58_476D) &+ (token << 32 | token >> 32)
            }
            low = mix(low &+ a &* golden)
            high = mix(high ^ b) &+ a
        }
        return [low, mix(high)]
    }
}
