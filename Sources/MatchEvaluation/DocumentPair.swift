/// Two documents, in no order.
public struct DocumentPair: Hashable, Sendable {
    /// The id that comes first in the order of its UTF-8.
    public let first: String
    /// The other.
    public let second: String

    /// Creates a pair; nil of a document with itself.
    public init?(_ a: String, _ b: String) {
        guard a != b else { return nil }
        // Not the order of `String`, which depends on Unicode tables.
        let isOrdered = a.utf8.lexicographicallyPrecedes(b.utf8)
        first = isOrdered ? a : b
        second = isOrdered ? b : a
    }
}
