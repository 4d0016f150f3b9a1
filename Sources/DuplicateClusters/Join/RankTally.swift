/// Counts how often each rank is met; reused from document to document.
struct RankTally {
    struct Entry {
        var rank: UInt32
        var count: UInt32
        fileprivate var slot: UInt32
    }

    /// In the order the ranks were first met.
    private(set) var entries: [Entry] = []
    /// Places in ``entries``, plus one; never more than half are taken.
    private var slots = [UInt32](repeating: 0, count: 256)

    /// Forgets everything.
    ///
    /// O(entries).
    mutating func removeAll() {
        if entries.count * 8 < slots.count {
            for entry in entries { slots[Int(entry.slot)] = 0 }
        } else {
            for slot in slots.indices { slots[slot] = 0 }
        }
        entries.removeAll(keepingCapacity: true)
    }

    /// Counts a rank once more.
    mutating func add(_ rank: UInt32) {
        let slot = slot(of: rank)
        if slots[slot] != 0 {
            entries[Int(slots[slot]) - 1].count += 1
        } else {
            insert(rank, count: 1, slot)
        }
    }

    /// Has a rank among the entries, without counting it.
    mutating func note(_ rank: UInt32) {
        let slot = slot(of: rank)
        if slots[slot] == 0 { insert(rank, count: 0, slot) }
    }

    private mutating func insert(_ rank: UInt32, count: UInt32, _ slot: Int) {
        entries.append(Entry(rank: rank, count: count, slot: UInt32(slot)))
        slots[slot] = UInt32(entries.count)
        guard 2 * entries.count > slots.count else { return }
        slots = [UInt32](repeating: 0, count: 2 * slots.count)
        for index in entries.indices {
            let slot = self.slot(of: entries[index].rank)
            slots[slot] = UInt32(index + 1)
            entries[index].slot = UInt32(slot)
        }
    }

    /// Where a rank is, or would be.
    private func slot(of rank: UInt32) -> Int {
        var slot = Int(truncatingIfNeeded: (UInt64(rank) &* 0x9E37_79B9_7F4A_7C15) >> 40) & (slots.count - 1)
        while slots[slot] != 0, entries[Int(slots[slot]) - 1].rank != rank { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }
}
