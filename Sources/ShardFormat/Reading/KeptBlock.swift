/// A block of names, inflated, that never changes.
// @unchecked: nothing writes to the buffers once they are here.
final class KeptBlock: @unchecked Sendable {
    /// The documents whose names are here.
    let documents: Range<UInt32>
    let bytes: GrowableBuffer<UInt8>
    /// Where each value begins, and the end of the last.
    let starts: GrowableBuffer<UInt32>
    /// Whether all names stand in JSON as they are.
    let arePlain: Bool

    /// The memory it takes, in bytes, with what is kept beside the names.
    var byteCount: Int { bytes.byteCount + starts.byteCount + 192 }

    /// Takes over a block; nil where some value is not the names of a document.
    ///
    /// `starts` ascend, are one more than the documents, and the last is at most the count of `bytes`.
    init?(documents: Range<UInt32>, bytes: consuming GrowableBuffer<UInt8>, starts: consuming GrowableBuffer<UInt32>) {
        var arePlain = true
        for index in 0..<documents.count {
            let value = Int(starts[index])..<Int(starts[index + 1])
            let isRight = bytes.withSpan { bytes in
                let value = bytes.extracting(value)
                guard let places = DocumentNames(value) else { return false }
                if arePlain { arePlain = value.extracting(places.id.lowerBound...).isPlain }
                return true
            }
            guard isRight else { return nil }
        }
        self.documents = documents
        self.bytes = bytes
        self.starts = starts
        self.arePlain = arePlain
    }
}

/// A block as an object of one thread, which its answers refer to: where several threads count references to one object,
/// its count goes from one processor's cache to the other's and back.
final class OwnBlock: Sendable {
    let kept: KeptBlock
    /// Beside the count, which an answer needs anyhow.
    let arePlain: Bool

    init(_ kept: KeptBlock) {
        self.kept = kept
        arePlain = kept.arePlain
    }
}

/// A document's names where they lie in a block that is kept: no string is made before one is asked for.
// @safe, @unchecked: the bytes never change, and are there as long as the block beside them.
@safe
package struct StoredNames: @unchecked Sendable {
    private let block: OwnBlock
    /// Names: the block was kept because all its values are.
    private let value: UnsafeBufferPointer<UInt8>

    /// Whether they are known to stand in JSON as they are.
    package var arePlain: Bool { block.arePlain }

    /// Takes a value among the bytes of a block.
    @unsafe
    init(_ value: UnsafeBufferPointer<UInt8>, in block: OwnBlock) {
        self.block = block
        unsafe self.value = value
    }

    /// The names of a document of a block.
    init(of document: UInt32, in block: OwnBlock) {
        let kept = block.kept
        let index = Int(document - kept.documents.lowerBound)
        let (start, end) = (Int(kept.starts[index]), Int(kept.starts[index + 1]))
        // Values lie within the bytes.
        unsafe self.init(UnsafeBufferPointer(start: kept.bytes.base! + start, count: end - start), in: block)
    }

    /// Lends the bytes of id, URL and date; none of the last two if it has none.
    package func withNames(_ body: (_ id: Span<UInt8>, _ url: Span<UInt8>, _ date: Span<UInt8>) -> Void) {
        withExtendedLifetime(block) {
            let value = unsafe value.span
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
