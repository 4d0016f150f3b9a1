/// A document's id, URL and date as one value of a column, so that a match costs one block.
///
/// A varint length of the id, one of the URL, then the three, the date to the end.
struct DocumentNames {
    let id: Range<Int>
    let url: Range<Int>
    let date: Range<Int>

    /// Finds the three in a value; nil where the lengths don't fit it.
    init?(_ value: Span<UInt8>) {
        var cursor = VarintCursor()
        guard let id = cursor.next(value), let url = cursor.next(value) else { return nil }
        let start = cursor.offset
        let left = UInt64(value.count - start)
        guard id <= left, url <= left - id else { return nil }
        self.id = start..<start + Int(id)
        self.url = self.id.upperBound..<self.id.upperBound + Int(url)
        date = self.url.upperBound..<value.count
    }

    static func append(
        id: Span<UInt8>,
        url: Span<UInt8>,
        date: Span<UInt8>,
        to bytes: inout GrowableBuffer<UInt8>
    ) {
        bytes.appendVarint(UInt64(id.count))
        bytes.appendVarint(UInt64(url.count))
        bytes.append(id)
        bytes.append(url)
        bytes.append(date)
    }
}
