import Shingling

/// Pairs of a test set, with the exact Jaccard of their shingle sets.
struct PairSet {
    struct Pair {
        let one: Int
        let other: Int
        let jaccard: Double
        /// Tokens of the shorter text.
        let tokens: Int
    }

    let name: String
    /// The texts that the pairs name by number.
    let texts: [String]
    let pairs: [Pair]

    /// Up to `limit` of the set's pairs, drawn at random.
    init(name: String, limit: Int, seed: UInt64) throws {
        self.name = name
        let table = name == "licences" ? "exact_join.tsv" : "aligned.tsv"
        var random = SplitMix(seed: seed)
        let rows = try Texts.rows("sets/\(name)/\(table)").shuffled(using: &random).prefix(limit)
        let documents = try Texts.set(name)
        var numbers: [Substring: Int] = [:]
        var texts: [String] = []
        var sets: [(shingles: [UInt64], tokens: Int)] = []
        var shingler = TextShingler()
        func number(_ id: Substring) -> Int? {
            if let known = numbers[id] { return known }
            guard let text = documents[String(id)] else { return nil }
            shingler.read(text)
            let shingles = shingler.shingles
            sets.append((Array(Set(shingles.indices.map { shingles[$0] })).sorted(), shingler.tokens.count))
            texts.append(text)
            numbers[id] = texts.count - 1
            return texts.count - 1
        }
        var pairs: [Pair] = []
        for row in rows {
            guard let one = number(row[0]), let other = number(row[1]) else { continue }
            if sets[one].shingles.isEmpty || sets[other].shingles.isEmpty { continue }
            pairs.append(
                Pair(
                    one: one,
                    other: other,
                    jaccard: Self.jaccard(sets[one].shingles, sets[other].shingles),
                    tokens: min(sets[one].tokens, sets[other].tokens)
                )
            )
        }
        self.texts = texts
        self.pairs = pairs
    }

    /// Of two ascending lists without repeats.
    private static func jaccard(_ one: [UInt64], _ other: [UInt64]) -> Double {
        var (at, otherAt, shared) = (0, 0, 0)
        while at < one.count, otherAt < other.count {
            if one[at] == other[otherAt] { shared += 1 }
            let (value, otherValue) = (one[at], other[otherAt])
            if value <= otherValue { at += 1 }
            if otherValue <= value { otherAt += 1 }
        }
        return Double(shared) / Double(one.count + other.count - shared)
    }
}
