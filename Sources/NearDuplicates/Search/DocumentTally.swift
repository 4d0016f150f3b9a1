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

    /// A document, by when it was first met.
    subscript(_ place: Int) -> Entry { entries[place] }

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
        for document in documents {
            let place = place(of: document)
            entries[place].sharesBand = true
            if mayBeEqual { entries[place].mayBeEqual = true }
        }
    }

    /// Counts a shared fingerprint for each document.
    mutating func addFingerprints(_ documents: [UInt32]) {
        Self.addFingerprints(documents.span, &entries, &slots, mask: mask, count: &count)
    }

    /// With spans: an array asks at every write whether it is shared.
    private static func addFingerprints(
        _ documents: Span<UInt32>,
        _ entries: inout [Entry],
        _ slots: inout [UInt32],
        mask: Int,
        count: inout Int
    ) {
        var entries = entries.mutableSpan
        var slots = slots.mutableSpan
        // The fingerprints of a text mostly lead to the same few documents.
        var last = 0
        for index in documents.indices {
            let document = documents[index]
            if last >= count || entries[last].document != document {
                last = place(of: document, &entries, &slots, mask: mask, count: &count)
            }
            entries[last].shared += 1
        }
    }

    /// Notes documents, and counts nothing for them.
    mutating func add(_ documents: [UInt32]) {
        for document in documents { _ = place(of: document) }
    }

    private mutating func place(of document: UInt32) -> Int {
        Self.place(of: document, &entries, &slots, mask: mask, count: &count)
    }

    private static func place(
        of document: UInt32,
        _ entries: inout [Entry],
        _ slots: inout [UInt32],
        mask: Int,
        count: inout Int
    ) -> Int {
        var entries = entries.mutableSpan
        var slots = slots.mutableSpan
        return place(of: document, &entries, &slots, mask: mask, count: &count)
    }

    /// The place of a document among the entries, made if it is new.
    ///
    /// Slots hold places + 1, and are never more than half full.
    private static func place(
        of document: UInt32,
        _ entries: inout MutableSpan<Entry>,
        _ slots: inout MutableSpan<UInt32>,
        mask: Int,
        count: inout Int
    ) -> Int {
        var slot = Int(truncatingIfNeeded: (UInt64(document) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if entries[place].document == document { return place }
            slot = (slot + 1) & mask
        }
        entries[count] = Entry(document: document)
        count += 1
        slots[slot] = UInt32(count)
        return count - 1
    }
}
