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

    /// In the order the documents were first met.
    private(set) var entries: [Entry] = []
    private var slots: [UInt32] = []
    private var mask = 0

    /// Forgets everything and makes room for so many documents.
    ///
    /// O(*n*).
    mutating func reset(expecting count: Int) {
        entries.removeAll(keepingCapacity: true)
        var size = 64
        while size < 2 * count { size *= 2 }
        if slots.count < size { slots = [UInt32](repeating: 0, count: size) }
        for index in 0..<size { slots[index] = 0 }
        mask = size - 1
    }

    /// Notes documents that share a band.
    mutating func addBands(_ documents: ArraySlice<UInt32>, mayBeEqual: Bool) {
        for document in documents {
            let place = slot(of: document)
            entries[place].sharesBand = true
            if mayBeEqual { entries[place].mayBeEqual = true }
        }
    }

    /// Counts a shared fingerprint for each document.
    mutating func addFingerprints(_ documents: [UInt32]) {
        // The fingerprints of a text mostly lead to the same few documents.
        var place = 0
        for document in documents {
            if place >= entries.count || entries[place].document != document { place = slot(of: document) }
            entries[place].shared += 1
        }
    }

    /// Notes documents, and counts nothing for them.
    mutating func add(_ documents: [UInt32]) {
        for document in documents { _ = slot(of: document) }
    }

    /// The place of a document in ``entries``, made if it is new.
    ///
    /// Slots hold places + 1, and are never more than half full.
    private mutating func slot(of document: UInt32) -> Int {
        var slot = Int(truncatingIfNeeded: (UInt64(document) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if entries[place].document == document { return place }
            slot = (slot + 1) & mask
        }
        entries.append(Entry(document: document))
        slots[slot] = UInt32(entries.count)
        return entries.count - 1
    }
}
