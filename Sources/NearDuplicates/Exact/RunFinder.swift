/// Finds the runs of tokens that two texts share.
///
/// Greedy, from the first text's start: at each token the longest run that the second text has anywhere; the search goes on
/// behind it.
struct RunFinder {
    private let first: ShingledText
    private let second: ShingledText
    private let leastTokens: Int
    /// Places of the second text's shingles, by shingle and place.
    private let places: [(shingle: UInt64, place: Int)]

    /// Of a shingle that stands at more places only the first so many are tried: a text may be one word a million times.
    private static let placesTried = 64

    init(_ first: ShingledText, _ second: ShingledText, leastTokens: Int) {
        self.first = first
        self.second = second
        self.leastTokens = leastTokens
        places = second.shingles.enumerated().map { ($1, $0) }
            .sorted { ($0.shingle, $0.place) < ($1.shingle, $1.place) }
    }

    /// The runs, in the order of the first text.
    func runs() -> [Passage] {
        var runs: [Passage] = []
        var at = 0
        var before = 0
        while at < first.shingles.count {
            guard let run = longestRun(from: at, after: before) else {
                at += 1
                continue
            }
            if run.incoming.count >= leastTokens { runs.append(run) }
            before = run.indexed.upperBound
            at = max(at + 1, run.incoming.upperBound)
        }
        return runs
    }

    /// The longest run from a token on; of equally long ones that which goes on behind the last, or else the first.
    private func longestRun(from start: Int, after before: Int) -> Passage? {
        let shingle = first.shingles[start]
        var index = lowerBound(of: shingle)
        var best: (place: Int, count: Int)?
        var tried = 0
        while index < places.count, places[index].shingle == shingle, tried < Self.placesTried {
            let place = places[index].place
            let count = runLength(start, place)
            let isBetter =
                best.map { best in count > best.count || count == best.count && best.place < before && place >= before }
            if count > 0, isBetter ?? true { best = (place, count) }
            index += 1
            tried += 1
        }
        return best.map { Passage(incoming: start..<start + $0.count, indexed: $0.place..<$0.place + $0.count) }
    }

    private func runLength(_ start: Int, _ place: Int) -> Int {
        var count = 0
        while start + count < first.tokens.count, place + count < second.tokens.count,
            first.tokens[start + count] == second.tokens[place + count]
        {
            count += 1
        }
        return count
    }

    private func lowerBound(of shingle: UInt64) -> Int {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].shingle < shingle { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
