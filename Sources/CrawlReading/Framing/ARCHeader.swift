import CrawlModel

/// The line an ARC record begins with: `URL IP date type length`, with more fields before the length in version 2.
struct ARCHeader {
    /// The line's length in bytes, with its LF.
    var length = 0
    /// The length of what follows, in bytes.
    var contentLength = 0
    var url = ByteRange.empty
    var date = ByteRange.empty
    var type = ByteRange.empty

    /// The longest line.
    static let maxLength = 16 << 10

    /// What reading a line gave.
    enum Outcome {
        case complete(ARCHeader)
        /// The bytes end within the line.
        case needsMore
        /// It is no such line.
        case malformed
    }

    /// Reads the line that begins at `start`.
    ///
    /// URLs with blanks in them occur; so the date is looked for, behind an address.
    ///
    /// O(its length).
    static func read(_ bytes: UnsafeRawBufferPointer, at start: Int, isLast: Bool = false) -> Outcome {
        let most = min(bytes.count, start + maxLength)
        var end = start
        while end < most, unsafe bytes[end] != 0x0A { end += 1 }
        guard end < most else {
            return end - start >= maxLength || isLast ? .malformed : .needsMore
        }
        var header = ARCHeader()
        header.length = end + 1 - start
        if end > start, unsafe bytes[end - 1] == 0x0D { end -= 1 }
        var address = start
        guard var field = unsafe nextField(bytes, start, end), unsafe isScheme(bytes, field) else { return .malformed }
        while let next = unsafe nextField(bytes, field.end, end) {
            if field.start > start, unsafe isDate(bytes, next), unsafe isAddress(bytes, field) {
                header.date = next
                address = field.start
                break
            }
            field = next
        }
        guard !header.date.isEmpty, let type = unsafe nextField(bytes, header.date.end, end) else { return .malformed }
        var last = type
        while let next = unsafe nextField(bytes, last.end, end) { last = next }
        guard last.start > type.start, let length = unsafe WARCHeader.number(bytes, last) else { return .malformed }
        header.type = type
        header.contentLength = length
        header.url = unsafe WARCHeader.trimmed(bytes, ByteRange(start: start, count: address - start))
        return .complete(header)
    }

    /// Whether the URL has this scheme, which is in lower case and has its colon.
    func hasScheme(_ bytes: UnsafeRawBufferPointer, _ scheme: StaticString) -> Bool {
        guard url.count >= scheme.utf8CodeUnitCount else { return false }
        return unsafe WARCHeader.equals(bytes, ByteRange(start: url.start, count: scheme.utf8CodeUnitCount), scheme)
    }

    private static func nextField(_ bytes: UnsafeRawBufferPointer, _ from: Int, _ end: Int) -> ByteRange? {
        var start = from
        while start < end, unsafe bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        var stop = start
        while stop < end, unsafe bytes[stop] != 0x20 && bytes[stop] != 0x09 { stop += 1 }
        return start < stop ? ByteRange(start: start, count: stop - start) : nil
    }

    /// Whether a field begins with a letter and has a colon after the letters of a scheme.
    private static func isScheme(_ bytes: UnsafeRawBufferPointer, _ field: ByteRange) -> Bool {
        for at in field.start..<min(field.end, field.start + 32) {
            let byte = unsafe bytes[at].asciiLowercased
            if byte == UInt8(ascii: ":") { return at > field.start }
            let isLetter = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            guard isLetter || (at > field.start && byte >= 0x2B && byte <= 0x39) else { return false }
        }
        return false
    }

    private static func isDate(_ bytes: UnsafeRawBufferPointer, _ field: ByteRange) -> Bool {
        field.count >= 8 && field.count <= 17
            && (unsafe bytes[field.start..<field.end].allSatisfy { $0 >= 0x30 && $0 <= 0x39 })
    }

    /// Whether a field may be an IP address; `-` and `0` stand for none.
    private static func isAddress(_ bytes: UnsafeRawBufferPointer, _ field: ByteRange) -> Bool {
        field.count <= 45
            && (unsafe bytes[field.start..<field.end]
                .allSatisfy { byte in
                    let lower = byte.asciiLowercased
                    return (lower >= 0x2D && lower <= 0x3A)
                        || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "f"))
                })
    }
}
