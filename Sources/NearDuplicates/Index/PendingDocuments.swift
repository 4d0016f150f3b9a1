internal import ShardFormat

/// The documents of a shard being built, found by id.
///
/// Makes no `String`: ids lie in one arena.
struct PendingDocuments {
    struct Entry {
        var document: UInt32
        var contentHash: ContentHash
        /// A hash of URL and date.
        var detailsHash: UInt64
        fileprivate var hash: UInt64
        fileprivate var id: SegmentedBytes.Place
        fileprivate var idCount: UInt32
    }

    /// Documents of the shard that were replaced by later ones of it.
    private(set) var dead: [UInt32] = []
    private var entries = SegmentedArray<Entry>()
    /// The documents of older shards whose places some took, by these.
    private var replaced: [UInt32: OlderPlace] = [:]
    private var ids = SegmentedBytes()
    /// The top half of an entry's hash and its number plus one, near the place that the hash gives; 0 where there is none.
    private var slots: [UInt64] = []

    /// What is left of an entry that was removed: looking goes on past it.
    private static let removed: UInt64 = 0xFFFF_FFFF

    /// About how many bytes it takes, with what growing takes for a while.
    var memory: Int { ids.count / 2 * 3 + entries.count * 112 + replaced.count * 64 }

    /// The document of this id.
    ///
    /// O(length of the id).
    func entry(withID id: Span<UInt8>, hash: UInt64) -> Entry? {
        guard let slot = slot(withID: id, hash: hash) else { return nil }
        return entries[Self.number(slots[slot])]
    }

    /// The document of an older shard whose place a document took.
    func place(replacedBy document: UInt32) -> OlderPlace? { replaced[document] }

    /// Takes out the document of this id, which is then dead.
    mutating func remove(withID id: Span<UInt8>, hash: UInt64) {
        guard let slot = slot(withID: id, hash: hash) else { return }
        dead.append(entries[Self.number(slots[slot])].document)
        slots[slot] = Self.removed
    }

    /// Adds a document whose id is new among those pending.
    mutating func insert(
        _ document: UInt32,
        id: Span<UInt8>,
        hash: UInt64,
        contentHash: ContentHash,
        detailsHash: UInt64,
        replaced: OlderPlace?
    ) {
        if 2 * (entries.count + 1) > slots.count { grow() }
        entries.append(
            Entry(
                document: document,
                contentHash: contentHash,
                detailsHash: detailsHash,
                hash: hash,
                id: ids.append(id),
                idCount: UInt32(id.count)
            )
        )
        if let replaced { self.replaced[document] = replaced }
        place(entries.count - 1, hash)
    }

    /// The dead are no longer among the documents of the shard.
    mutating func removeDead() { dead.removeAll() }

    mutating func removeAll() {
        dead.removeAll()
        replaced.removeAll()
        entries.removeAll()
        ids.removeAll()
        for slot in slots.indices { slots[slot] = 0 }
    }

    private static func number(_ slot: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: slot)) - 1 }

    private func slot(withID id: Span<UInt8>, hash: UInt64) -> Int? {
        guard !slots.isEmpty else { return nil }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        // Half of the slots are free.
        while slots[slot] != 0 {
            if slots[slot] >> 32 == hash >> 32, slots[slot] != Self.removed {
                let entry = entries[Self.number(slots[slot])]
                if entry.hash == hash, entry.idCount == UInt32(id.count), ids.holds(id, at: entry.id) { return slot }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private mutating func place(_ number: Int, _ hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = hash & ~0xFFFF_FFFF | UInt64(number + 1)
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(1024, 2 * old.count))
        for slot in old where slot != 0 && slot != Self.removed {
            let number = Self.number(slot)
            place(number, entries[number].hash)
        }
    }

    static func detailsHash(url: Span<UInt8>, date: Span<UInt8>) -> UInt64 {
        IdentifierHash.hash(url) &* 31 &+ IdentifierHash.hash(date)
    }
}
