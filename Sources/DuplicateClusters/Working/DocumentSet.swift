/// Some of the documents of a dump: a bit each.
package struct DocumentSet: Hashable, Sendable {
    /// All documents there are; numbers are below this.
    package let universe: Int
    private var words: [UInt64]

    /// None of so many documents.
    package init(universe: Int) {
        self.universe = universe
        words = [UInt64](repeating: 0, count: (universe + 63) / 64)
    }

    /// Whether a document is in the set.
    package subscript(document: Int) -> Bool {
        get {
            precondition(document >= 0 && document < universe, "no such document")
            return words[document >> 6] >> UInt64(document & 63) & 1 == 1
        }
        set {
            precondition(document >= 0 && document < universe, "no such document")
            let bit: UInt64 = 1 << UInt64(document & 63)
            if newValue { words[document >> 6] |= bit } else { words[document >> 6] &= ~bit }
        }
    }
}
