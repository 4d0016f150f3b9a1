/// Counts what a query shares with each document of a segment.
///
/// Reused from query to query.
struct DocumentTally {
    struct Entry {
        var document: UInt32
        /// Keys of the query that it is known to hold.
        var shared: UInt32 = 0
        /// Whether a band, or the whole content, is the same.
        var sharesBand = false
        /// Whether its content may be the same.
        var mayBeEqual = false
        /// Its own fingerprints, once that was looked up.
        var fingerprints: UInt32 = 0
        /// Those of them that are boilerplate.
        var boilerplate: UInt32 = 0
        /// Those of them that the query has too.
        var sharedBoilerplate: UInt32 = 0
        /// Values of its signature that equal the query's.
        var equalValues: UInt32 = 0

        /// Those of them that are content.
        var content: UInt32 { fingerprints - min(fingerprints, boilerplate) }
    }

    /// How many documents were met.
    private(set) var count = 0
    /// The first ``count`` of these, in the order the documents were first met; what follows is of earlier queries.
    private var entries: [Entry] = []
    private var slots: [UInt32] = []
    private var mask = 0

    /// Appends the documents that share a band or at least so many keys, in the order they were first met.
    func append(sharing least: Int, to kept: inout [Entry]) {
        let entries = entries.span
        for place in 0..<count where entries[place].sharesBand || Int(entries[place].shared) >= least {
            kept.append(entries[place])
        }
    }

    /// Forgets everything and makes room for so many documents.
    ///
    /// O(*n*).
    mutating func reset(expecting expected: Int) {
        count = 0
        var size = 64
        while size < 2 * expected { size *= 2 }
        if slots.count < size {
            slots = [UInt32](repeating: 0, count: size)
            entries = [Entry](repeating: Entry(document: 0), count: size / 2)
        } else {
            var slots = slots.mutableSpan
            for index in 0..<size { slots[index] = 0 }
        }
        mask = size - 1
    }

    /// Notes documents that share a band.
    mutating func addBands(_ documents: ArraySlice<UInt32>, mayBeEqual: Bool) {
        update(documents.span) { entry in
            entry.sharesBand = true
            if mayBeEqual { entry.mayBeEqual = true }
        }
    }

    /// Counts a shared fingerprint for each document.
    mutating func addFingerprints(_ documents: [UInt32]) { update(documents.span) { $0.shared += 1 } }

    /// Notes documents, and counts nothing for them.
    mutating func add(_ documents: [UInt32]) { update(documents.span) { _ in } }

    private mutating func update(_ documents: Span<UInt32>, _ change: (inout Entry) -> Void) {
        Self.update(documents, &entries, &slots, mask: mask, count: &count, change)
    }

    /// Changes the entry of each document, made if it is new.
    ///
    /// With spans: an array asks at every write whether it is shared. Slots hold places + 1, and are never more than half full.
    private static func update(
        _ documents: Span<UInt32>,
        _ entries: inout [Entry],
        _ slots: inout [UInt32],
        mask: Int,
        count: inout Int,
        _ change: (inout Entry) -> Void
    ) {
        var entries = entries.mutableSpan
        var slots = slots.mutableSpan
        // The fingerprints of a text mostly lead to the same few documents.
        var place = 0
        for index in documents.indices {
            let document = documents[index]
            if place >= count || entries[place].document != document {
                var slot = Int(truncatingIfNeeded: (UInt64(document) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
                while slots[slot] != 0, entries[Int(slots[slot]) - 1].document != document { slot = (slot + 1) & mask }
                if slots[slot] == 0 {
                    entries[count] = Entry(document: document)
                    count += 1
                    slots[slot] = UInt32(count)
                }
                place = Int(slots[slot]) - 1
            }
            change(&entries[place])
        }
    }
}
