import Sketching

/// How many pairs of Jaccard 0.75 to 0.85 share a band.
struct RecallTable {
    private struct Key: Hashable {
        let method: Method
        let banding: Banding
    }

    private static let bandings = [(16, 6), (21, 6), (12, 5), (14, 8)].map { Banding(bands: $0.0, rows: $0.1) }
    private var found: [Key: SeedMeans] = [:]
    private var expected: [Banding: SeedMeans] = [:]
    private var pairs = 0

    mutating func add(_ set: PairSet, _ signatures: [[UInt32]], method: Method, seed: UInt64) {
        for pair in set.pairs where (0.75...0.85).contains(pair.jaccard) {
            pairs += 1
            for banding in Self.bandings {
                let shares = (0..<banding.bands)
                    .contains { band in
                        let rows = band * banding.rows..<(band + 1) * banding.rows
                        return signatures[pair.one][rows] == signatures[pair.other][rows]
                    }
                found[Key(method: method, banding: banding), default: SeedMeans()].add(shares ? 1 : 0, seed: seed)
                expected[banding, default: SeedMeans()].add(banding.recall(atJaccard: pair.jaccard), seed: seed)
            }
        }
    }

    func show() {
        let names = Self.bandings.map { "\($0.bands) x \($0.rows)" }
        print("| recall at Jaccard 0.75 to 0.85, bands x rows | \(names.joined(separator: " | ")) |")
        print("| --- |" + String(repeating: " --- |", count: names.count))
        for method in Method.allCases {
            let cells = Self.bandings.map { found[Key(method: method, banding: $0)]?.text(4) ?? "-" }
            print("| \(method.rawValue) | \(cells.joined(separator: " | ")) |")
        }
        let cells = Self.bandings.map { figure(expected[$0]?.mean ?? 0, 4) }
        print("| by the formula | \(cells.joined(separator: " | ")) |")
        print("\nPairs in that range: \(pairs / SignatureChoice.seeds.count / Method.allCases.count)")
    }
}
