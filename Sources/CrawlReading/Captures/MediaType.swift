import CrawlModel

/// The media type at the start of a Content-Type, without its parameters: where it lies.
struct MediaType {
    /// The type; empty where the value has none.
    let range: ByteRange

    /// Finds the type in a header's value.
    init(_ bytes: UnsafeRawBufferPointer, _ value: ByteRange) {
        var end = value.start
        while end < value.end, unsafe !Self.endsType(bytes[end]) { end += 1 }
        range = ByteRange(start: value.start, count: end - value.start)
    }

    /// Whether there is a type, such as `text/html`.
    func isStated(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe bytes[range.start..<range.end].contains(UInt8(ascii: "/"))
    }

    /// Whether it is `type`, which is in lower case.
    func equals(_ bytes: UnsafeRawBufferPointer, _ type: StaticString) -> Bool {
        unsafe WARCHeader.equals(bytes, range, type)
    }

    /// The value of the parameter `charset` in a header's value; empty where it has none.
    static func charset(_ bytes: UnsafeRawBufferPointer, _ value: ByteRange) -> ByteRange {
        let name: StaticString = "charset"
        var at = value.start
        while at + name.utf8CodeUnitCount < value.end {
            let candidate = ByteRange(start: at, count: name.utf8CodeUnitCount)
            at += 1
            guard unsafe WARCHeader.equals(bytes, candidate, name) else { continue }
            var start = candidate.end
            while start < value.end, unsafe bytes[start] == 0x20 { start += 1 }
            guard start < value.end, unsafe bytes[start] == UInt8(ascii: "=") else { continue }
            var end = start + 1
            while end < value.end, unsafe bytes[end] != UInt8(ascii: ";"), unsafe bytes[end] != UInt8(ascii: ",") {
                end += 1
            }
            return ByteRange(start: start + 1, count: end - start - 1)
        }
        return .empty
    }

    private static func endsType(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",")
    }
}
