/// A block of a column, inflated, that never changes: any number of answers may refer to values in it.
package final class KeptBlock: Sendable {
    /// The documents whose values are here.
    let documents: Range<Int>
    let bytes: [UInt8]
    /// Where each value begins, and the end of the last.
    private let starts: [UInt32]

    /// `starts` ascend, are one more than the documents, and the last is at most the count of `bytes`.
    init(documents: Range<Int>, bytes: [UInt8], starts: [UInt32]) {
        self.documents = documents
        self.bytes = bytes
        self.starts = starts
    }

    /// Lends the bytes of one document's value; the document must be one of the block.
    func withValue<Result>(of document: UInt32, _ body: (Span<UInt8>) -> Result) -> Result {
        let index = Int(document) - documents.lowerBound
        let (start, end) = (Int(starts[index]), Int(starts[index + 1]))
        // The bytes live as long as this object, and the span no longer than the call.
        return unsafe bytes.withUnsafeBufferPointer { all in
            let value = unsafe UnsafeBufferPointer(rebasing: all[start..<end])
            return unsafe body(value.span)
        }
    }
}

/// A document's names where they lie in blocks that are kept: no string is made before one is asked for.
package struct StoredNames: Sendable {
    let document: UInt32
    let ids: KeptBlock
    let urls: KeptBlock
    let dates: KeptBlock

    /// Lends the bytes of the id.
    package func withID<Result>(_ body: (Span<UInt8>) -> Result) -> Result { ids.withValue(of: document, body) }

    /// Lends the bytes of the URL; none if it has none.
    package func withURL<Result>(_ body: (Span<UInt8>) -> Result) -> Result { urls.withValue(of: document, body) }

    /// Lends the bytes of the date; none if it has none.
    package func withDate<Result>(_ body: (Span<UInt8>) -> Result) -> Result { dates.withValue(of: document, body) }

    /// The names as strings; bytes that aren't UTF-8 become U+FFFD.
    package var identity: ShardIdentity {
        ShardIdentity(
            id: withID(ShardCursor.string),
            url: withURL(ShardCursor.string),
            date: withDate(ShardCursor.string)
        )
    }
}
