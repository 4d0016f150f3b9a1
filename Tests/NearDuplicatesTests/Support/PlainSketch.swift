import NearDuplicates
import ShardFormat

/// A document's sketch as plain sets.
///
/// Tables hold the high bits of a key, so these do.
struct PlainSketch {
    let tokens: Int
    let content: ContentHash
    let signature: [UInt8]
    /// Band keys, and the one that stands for the whole content.
    let bands: Set<UInt64>
    /// Distinct fingerprints and the token each first begins at.
    let positions: [UInt64: Int]
    /// Every shingle in text order, as the fingerprint it would be.
    let shingles: [UInt64]

    init(_ text: String, _ parameters: IndexParameters) throws {
        var sketcher = try DocumentSketcher(parameters: parameters)
        sketcher.sketch(text)
        tokens = sketcher.tokenCount
        content = sketcher.contentHash
        signature = sketcher.signature.indices.map { sketcher.signature[$0] }
        let keys = sketcher.bandKeys.indices.map { sketcher.bandKeys[$0] } + [sketcher.contentHash.bandKey]
        bands = Set(keys.map { UInt64(StoredKey.band($0)) })
        shingles = sketcher.shingles.indices.map { UInt64(StoredKey.fingerprint(sketcher.shingles[$0] << 26)) }
        let fingerprints = sketcher.fingerprints
        var positions: [UInt64: Int] = [:]
        for index in fingerprints.indices {
            positions[UInt64(StoredKey.fingerprint(fingerprints[index]))] = Int(sketcher.positions[index])
        }
        self.positions = positions
    }

    var fingerprints: Set<UInt64> { Set(positions.keys) }

    /// What is looked up: a short text's every shingle, a long one's fingerprints.
    var probes: Set<UInt64> { tokens < 100 ? Set(shingles) : fingerprints }

    /// The same, each where the text first has it.
    var probesInOrder: [UInt64] {
        guard tokens < 100 else { return positions.sorted { $0.value < $1.value }.map(\.key) }
        var seen = Set<UInt64>()
        return shingles.filter { seen.insert($0).inserted }
    }

    /// The Jaccard that two signatures of half bytes tell, less the 1 in 16 that agree by chance.
    func jaccard(_ other: PlainSketch) -> Double {
        precondition(signature.count == other.signature.count)
        let pairs = zip(signature, other.signature)
        let equal = pairs.count { $0 & 15 == $1 & 15 } + pairs.count { $0 >> 4 == $1 >> 4 }
        return min(1, max(0, (Double(equal) / Double(2 * signature.count) - 1 / 16) / (1 - 1 / 16)))
    }

    /// Runs of shared fingerprints in step, no further apart than a window, from the first one's first token to the last
    /// one's last, of ten tokens or more.
    ///
    /// All shingles of this text are compared, or only its own fingerprints where each first begins.
    func passages(
        sharedWith indexed: PlainSketch,
        everyShingle: Bool = true,
        leavingOut boilerplate: Set<UInt64> = [],
        _ parameters: IndexParameters
    ) -> [Passage] {
        let chosen = everyShingle ? shingles.enumerated().map { ($0, $1) } : positions.map { ($1, $0) }
        var diagonals: [Int: [Int]] = [:]
        for (start, key) in chosen where !boilerplate.contains(key) {
            if let there = indexed.positions[key] { diagonals[there - start, default: []].append(start) }
        }
        var passages: [Passage] = []
        for (shift, starts) in diagonals {
            var runs: [[Int]] = []
            for start in starts.sorted() {
                if let last = runs.last?.last, start - last <= parameters.window {
                    runs[runs.count - 1].append(start)
                } else {
                    runs.append([start])
                }
            }
            for run in runs {
                let range = run[0]..<run[run.count - 1] + parameters.shingleTokens
                if range.count < 10 { continue }
                passages.append(
                    Passage(incoming: range, indexed: range.lowerBound + shift..<range.upperBound + shift)
                )
            }
        }
        return passages.sorted {
            ($0.incoming.lowerBound, $0.indexed.lowerBound) < ($1.incoming.lowerBound, $1.indexed.lowerBound)
        }
    }
}
