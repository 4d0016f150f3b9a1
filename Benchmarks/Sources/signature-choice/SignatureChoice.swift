import Foundation

/// Compares one-permutation hashing with K minima on real texts: error, bias, recall of bands, speed.
@main struct SignatureChoice {
    static let values = 128
    static let seeds: ClosedRange<UInt64> = 1...40

    static func main() throws {
        let sets = try ["licences", "bible_versions"].map { try PairSet(name: $0, limit: 10_000, seed: 2026) }
        let methods = Method.allCases
        var errors = ErrorTable()
        var recalls = RecallTable()
        for seed in seeds {
            for method in methods {
                let signer = Signer(method: method, values: values, seed: seed)
                for set in sets {
                    let signatures = signer.signatures(of: set.texts)
                    errors.add(set, signatures, method: method, seed: seed)
                    recalls.add(set, signatures, method: method, seed: seed)
                }
            }
        }
        let pairs = sets.map { "\($0.pairs.count) of \($0.name)" }.joined(separator: ", ")
        print("K = \(values), \(seeds.count) hash seeds; pairs: \(pairs)\n")
        errors.show()
        print()
        recalls.show()
        print()
        try Speed(texts: Texts.bulk("en_gutenberg", limit: 40_000_000)).show(values: values)
    }
}

/// A figure with so many places behind the point.
func figure(_ value: Double, _ places: Int) -> String {
    String(format: "%.\(places)f", value)
}
