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

    /// Whether each value is the names of a document.
    var holdsNames: Bool {
        documents.allSatisfy { withValue(of: UInt32($0)) { DocumentNames($0) != nil } }
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

/// A document's names where they lie in a block that is kept: no string is made before one is asked for.
package struct StoredNames: Sendable {
    let document: UInt32
    /// Holds names: its reader has seen to it.
    let block: KeptBlock

    /// Lends the bytes of id, URL and date; none of the last two if it has none.
    package func withNames(_ body: (_ id: Span<UInt8>, _ url: Span<UInt8>, _ date: Span<UInt8>) -> Void) {
        block.withValue(of: document) { value in
            let places = DocumentNames(value)!
            body(value.extracting(places.id), value.extracting(places.url), value.extracting(places.date))
        }
    }

    /// The names as strings; bytes that aren't UTF-8 become U+FFFD.
    package var identity: ShardIdentity {
        var identity = ShardIdentity(id: "")
        withNames { id, url, date in
            identity = ShardIdentity(
                id: ShardCursor.string(id),
                url: ShardCursor.string(url),
                date: ShardCursor.string(date)
            )
        }
        return identity
    }
}
