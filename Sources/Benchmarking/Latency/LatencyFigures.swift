/// How long single checks take, one after the other on one thread.
package struct LatencyFigures: Sendable, Hashable {
    /// What the documents were.
    package enum Documents: String, Sendable, Hashable, CaseIterable {
        /// Made up for this, and not in the index.
        case unseen
        /// In the index.
        case known
    }

    /// What the documents were.
    package var documents: Documents
    /// Their mean length in bytes.
    package var meanBytes: Int
    /// Microseconds of each check, from text to matches: sketch and search.
    package var microseconds: Spread
    /// Microseconds of the sketch alone.
    package var sketchMicroseconds: Spread
    /// Matches of all of them.
    package var matches: Int
}

/// How long it takes from nothing to the first answer, nothing of the index being in memory.
package struct ColdStart: Sendable, Hashable {
    /// Milliseconds to open the index.
    package var open: Spread
    /// Milliseconds of the first check after that, the making of sketcher and searcher included.
    package var firstCheck: Spread
    /// Page faults that had to read from the disk, of the middle run; 0 would mean that the start was not cold.
    package var majorFaults: Int
}
