// The definition that the kernels must agree with bit for bit, as plainly as it can be said: slow, and sharing no code
// with them.

/// A token as the definition has it.
struct PlainToken: Equatable {
    /// The folded scalars' UTF-8.
    var folded: [UInt8]
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
                        open = PlainToken(folded: [], isSingle: false, range: at..<at)
                    }
                    open!.append(folded.scalar, end: end)
                case .single:
                    close(&tokens)
                    open = PlainToken(folded: [], isSingle: true, range: at..<at)
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
        folded += Array(String(scalar).utf8)
        range = range.lowerBound..<end
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

    /// Eight folded bytes at a time, little-endian, the last filled with zeros; then the length.
    ///
    /// Bit 0 tells a character of a script written without spaces.
    static func token(_ folded: [UInt8], isSingle: Bool, seed: UInt64) -> UInt64 {
        var hash = mix(seed &+ golden)
        for start in stride(from: 0, to: folded.count, by: 8) {
            var word: UInt64 = 0
            for (place, byte) in folded[start..<min(start + 8, folded.count)].enumerated() {
                word |= UInt64(byte) << UInt64(8 * place)
            }
            hash = (hash ^ word) &* mixA
            hash ^= hash >> 32
        }
        hash = (hash ^ UInt64(folded.count)) &* mixB
        hash ^= hash >> 32
        return hash / 2 * 2 + (isSingle ? 1 : 0)
    }

    /// Every run of `width` tokens; of twice as many where the run's tokens are all single characters and the text
    /// goes on far enough; all the tokens where there are fewer.
    static func shingles(_ tokens: [UInt64], width: Int, seed: UInt64) -> [UInt64] {
        if tokens.isEmpty { return [] }
        if tokens.count < width { return [shingle(tokens[...], seed: seed)] }
        return (0...tokens.count - width)
            .map { start in
                let run = tokens[start..<start + width]
                let isDouble = run.allSatisfy { $0 % 2 == 1 } && start + 2 * width <= tokens.count
                return shingle(isDouble ? tokens[start..<start + 2 * width] : run, seed: seed)
            }
    }

    /// A polynomial over the tokens modulo 2^64, its first token with the highest power, mixed.
    static func shingle(_ tokens: ArraySlice<UInt64>, seed: UInt64) -> UInt64 {
        let base = mix(seed &+ 2 &* golden) | 1
        var sum: UInt64 = 0
        for token in tokens { sum = sum &* base &+ token }
        let hash = (sum ^ sum >> 32) &* mixB
        return hash ^ hash >> 29
    }

    /// Token i goes into lane i modulo 4, of two chains; the lanes are mixed in turn.
    static func content(_ tokens: [UInt64]) -> [UInt64] {
        var low = UInt64(tokens.count)
        var high = UInt64(tokens.count) &* golden
        for lane in 0..<4 {
            var a = UInt64(lane + 1)
            var b = UInt64(lane + 5)
            for index in stride(from: lane, to: tokens.count, by: 4) {
                a = a &* mixA &+ tokens[index]
                let mixed = b ^ tokens[index]
                b = (mixed << 23 | mixed >> 41) &* mixB
            }
            low = mix(low &+ a &* golden)
            high = mix(high ^ b) &+ a
        }
        return [low, mix(high)]
    }
}
