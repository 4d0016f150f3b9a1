import Sketching

/// How far off the estimates of Jaccard are, by the length of the shorter text.
struct ErrorTable {
    private struct Key: Hashable {
        let method: Method
        let bits: Int
        let length: Int
    }

    private struct Errors {
        var signed = SeedMeans()
        var squared = SeedMeans()
    }

    private static let bits = [4, 8, 16]
    private static let lengths = ["< 60", "60 to 180", "> 180"]
    private var errors: [Key: Errors] = [:]
    /// By length: the variance of independent draws.
    private var variances: [Int: SeedMeans] = [:]
    private var pairs: [Int: Int] = [:]

    mutating func add(_ set: PairSet, _ signatures: [[UInt32]], method: Method, seed: UInt64) {
        for pair in set.pairs {
            let length = pair.tokens < 60 ? 0 : pair.tokens <= 180 ? 1 : 2
            let variance = pair.jaccard * (1 - pair.jaccard) / Double(SignatureChoice.values)
            variances[length, default: SeedMeans()].add(variance, seed: seed)
            pairs[length, default: 0] += 1
            for bits in Self.bits {
                let found = Self.estimate(signatures[pair.one], signatures[pair.other], bits: bits)
                let error = found - pair.jaccard
                let key = Key(method: method, bits: bits, length: length)
                errors[key, default: Errors()].signed.add(error, seed: seed)
                errors[key, default: Errors()].squared.add(error * error, seed: seed)
            }
        }
    }

    private static func estimate(_ one: [UInt32], _ other: [UInt32], bits: Int) -> Double {
        let mask = UInt32(1) << UInt32(bits) - 1
        var matches = 0
        for index in one.indices where (one[index] ^ other[index]) & mask == 0 { matches += 1 }
        return Estimate.jaccard(matches: matches, values: one.count, bits: bits).value
    }

    func show() {
        print(
            "| signature | b | " + Self.lengths.map { "\($0) tokens: rms error | bias" }.joined(separator: " | ") + " |"
        )
        print("| --- | --- |" + String(repeating: " --- | --- |", count: Self.lengths.count))
        for bits in Self.bits {
            for method in Method.allCases {
                let cells = Self.lengths.indices.map { length in
                    guard let error = errors[Key(method: method, bits: bits, length: length)] else { return "- | -" }
                    return "\(figure(error.squared.mean.squareRoot(), 4)) | \(error.signed.text(4))"
                }
                print("| \(method.rawValue) | \(bits) | \(cells.joined(separator: " | ")) |")
            }
        }
        let cells = Self.lengths.indices.map { length in
            "\(figure((variances[length]?.mean ?? 0).squareRoot(), 4)) | 0"
        }
        print("| 128 independent draws, by the formula | all | \(cells.joined(separator: " | ")) |")
        let runs = SignatureChoice.seeds.count * Method.allCases.count
        let counts = Self.lengths.indices.map { "\(Self.lengths[$0]): \((pairs[$0] ?? 0) / runs)" }
        print("\nPairs by tokens of the shorter text: \(counts.joined(separator: ", "))")
    }
}
