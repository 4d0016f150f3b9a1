internal import Synchronization

/// Words whose high half is a rank, written in sorted runs and read in the order of ranks.
///
/// Words of one rank come in the order of the groups that runs belong to, and within a group as they were added.
final class RankedRuns: Sendable {
    fileprivate struct Run {
        var group: Int
        var words: Range<Int>
    }

    let store: WordStore
    fileprivate let runs = Mutex<[Run]>([])

    init(_ store: WordStore) { self.store = store }

    /// Sorts words by rank and adds them as one run of a group; a group's runs come from one thread.
    func add(_ words: inout WordBuffer, group: Int) throws(ClusterError) {
        guard words.count > 0 else { return }
        words.sortByHigh()
        let place = try unsafe words.withWords { (words) throws(ClusterError) in try unsafe store.add(words) }
        runs.withLock { $0.append(Run(group: group, words: place)) }
        words.removeAll()
    }

    /// How many words there are.
    var count: Int { runs.withLock { $0.reduce(0) { $0 + $1.words.count } } }
}

/// Reads ranked runs in the order of ranks, some whole ranks at a time.
struct RankedReader: ~Copyable {
    private struct Cursor {
        var words: Range<Int>
        var added: UInt64
    }

    private let words: WordReader
    private var cursors: [Cursor]
    private var chunk = WordBuffer(capacity: 2 * goal)
    private var low: UInt64
    private let end: UInt64
    private var width: UInt64

    /// Words of a chunk, more or less: they and as much scratch fit a core's cache.
    private static let goal = 32 << 10

    /// Begins at the first rank of a range.
    ///
    /// - Parameters:
    ///   - runs: what is read; its store is finished.
    ///   - bases: for each group what is added to the low halves of its words.
    ///   - ranks: the range.
    init(_ runs: RankedRuns, bases: [UInt32], ranks: Range<Int>) {
        let words = runs.store.reader()
        self.words = words
        low = UInt64(ranks.lowerBound)
        end = UInt64(ranks.upperBound)
        let first = low
        // Groups in their order, and a group's runs as they were added: sorting is stable.
        let ordered = runs.runs.withLock { $0 }
            .sorted { ($0.group, $0.words.lowerBound) < ($1.group, $1.words.lowerBound) }
        cursors = ordered.map { run in
            let start = Self.firstWord(notBelow: first, in: run.words, words)
            return Cursor(words: start..<run.words.upperBound, added: UInt64(bases[run.group]))
        }
        let total = cursors.reduce(0) { $0 + $1.words.count }
        width = max(1, UInt64(Double(ranks.count) * Double(Self.goal) / Double(max(total, 1))))
    }

    private static func firstWord(notBelow rank: UInt64, in range: Range<Int>, _ words: WordReader) -> Int {
        unsafe words.withWords(range) { words in
            var (low, high) = (0, words.count)
            while low < high {
                let middle = (low + high) / 2
                if unsafe words[middle] >> 32 < rank { low = middle + 1 } else { high = middle }
            }
            return range.lowerBound + low
        }
    }

    /// Reads the words of the next ranks; false at the end.
    mutating func next() -> Bool {
        chunk.removeAll()
        while low < end, chunk.count == 0 {
            var high = min(low + width, end)
            var total = 0
            while true {
                total = cursors.reduce(0) {
                    $0 + Self.firstWord(notBelow: high, in: $1.words, words) - $1.words.lowerBound
                }
                guard total > 2 * Self.goal, high - low > 1 else { break }
                high = low + (high - low) / 2
            }
            chunk.reserve(total)
            for index in cursors.indices {
                let cursor = cursors[index]
                let next = Self.firstWord(notBelow: high, in: cursor.words, words)
                unsafe words.withWords(cursor.words.lowerBound..<next) { words in
                    unsafe chunk.append(words, adding: cursor.added)
                }
                cursors[index].words = next..<cursor.words.upperBound
            }
            width = max(
                1,
                min(2 * (high - low), UInt64(Double(high - low) * Double(Self.goal) / Double(max(total, 1))))
            )
            low = high
        }
        chunk.sortByHigh()
        return chunk.count > 0
    }

    /// Lends the words read, in the order of ranks.
    @inline(__always)
    func withWords<Result, Failure>(
        _ body: (UnsafeBufferPointer<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe chunk.withWords(body)
    }
}
