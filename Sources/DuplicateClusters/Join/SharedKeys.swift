internal import IndexStorage
internal import ShardFormat

/// The keys that at least two documents hold: for each of these documents words that name its rank and the places of the
/// keys' lists, and the lists, empty at first.
///
/// A list is filled while documents are gone through in the order of rank, with those that later ones may be compared with.
final class SharedKeys: Sendable {
    let words: RankedRuns
    /// What is added to the places that a group's words name.
    let bases: [UInt32]
    /// For each list how many of its holders count for being common, its room, and then so many ranks, each one more than it
    /// is; 0 for none.
    let lists: WorkingArray<UInt32>
    let caps: KeyCaps

    /// Numbers of a list before its ranks.
    static let headerCount = 2

    /// Makes the lists of keys that were gathered.
    init(_ gathered: GatheredKeys, _ work: ClusterWork) throws(ClusterError) {
        words = gathered.words
        caps = gathered.caps
        var bases: [UInt32] = []
        var total = 0
        for group in gathered.groups {
            bases.append(UInt32(truncatingIfNeeded: total))
            total += group.listNumbers
        }
        guard total <= UInt32.max else {
            throw .tooLarge(what: "the lists of keys that documents share", limit: Int(UInt32.max), found: total)
        }
        self.bases = bases
        lists = try WorkingArray(work.storage, named: work.scratchName("lists"), count: total)
        let reader = words.store.reader()
        for (group, base) in zip(gathered.groups, bases) {
            var place = Int(base)
            for piece in group.headers {
                unsafe reader.withWords(piece) { headers in
                    for index in headers.indices {
                        let header = unsafe headers[index]
                        lists[place] = UInt32(header >> 32)
                        lists[place + 1] = UInt32(truncatingIfNeeded: header)
                        place += Self.headerCount + Int(UInt32(truncatingIfNeeded: header))
                    }
                }
            }
        }
    }

    /// Reads the words in the order of ranks: rank << 32 | place of a list, lists of one rank ascending.
    func reader(ranks: Range<Int>) -> RankedReader { RankedReader(words, bases: bases, ranks: ranks) }
}

/// What gathering keys gave: one group a range of keys.
struct GatheredKeys: Sendable {
    struct Group: Sendable {
        /// Pieces of words: how many holders count, and the room of the list.
        var headers: [Range<Int>] = []
        /// Numbers that its lists take.
        var listNumbers = 0
    }

    var words: RankedRuns
    var groups: [Group]
    var caps: KeyCaps
}
