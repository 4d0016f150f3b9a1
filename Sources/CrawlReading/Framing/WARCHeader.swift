import CrawlModel

/// The header of a WARC record: where in the record's bytes the values lie that are asked for.
struct WARCHeader {
    /// The header's length in bytes, with the blank line that ends it.
    var length = 0
    /// The length of the block after the header, in bytes.
    var contentLength: Int?
    var type = ByteRange.empty
    var contentType = ByteRange.empty
    var recordID = ByteRange.empty
    var targetURI = ByteRange.empty
    var date = ByteRange.empty
    /// The media type of the content as a crawler recognised it.
    var identifiedType = ByteRange.empty
    /// The record it belongs to.
    var concurrentTo = ByteRange.empty

    /// The longest header.
    static let maxLength = 64 << 10

    /// What reading a header gave.
    enum Outcome {
        case complete(WARCHeader)
        /// The bytes end within the header.
        case needsMore
        /// It is none, or none that can be relied on.
        case malformed(String)
    }

    /// Reads the header that begins at `start`.
    ///
    /// O(its length).
    static func read(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Outcome {
        var header = WARCHeader()
        var at = start
        var isFirst = true
        while true {
            guard let end = unsafe lineEnd(bytes, at) else {
                return bytes.count - start > maxLength
                    ? .malformed("its header is over \(maxLength) bytes") : .needsMore
            }
            guard end - start < maxLength else { return .malformed("its header is over \(maxLength) bytes") }
            var line = ByteRange(start: at, count: end - at)
            if line.count > 0, unsafe bytes[line.end - 1] == 0x0D { line.count -= 1 }
            at = end + 1
            if line.isEmpty { break }
            if isFirst {
                guard unsafe isVersion(bytes, line) else { return .malformed("expected a line like WARC/1.0") }
            } else if let malformed = unsafe header.take(bytes, line) {
                return .malformed(malformed)
            }
            isFirst = false
        }
        guard !isFirst else { return .malformed("expected a line like WARC/1.0") }
        guard header.contentLength != nil else { return .malformed("it has no Content-Length") }
        header.length = at - start
        return .complete(header)
    }

    /// Takes one line; returns what is wrong with it.
    private mutating func take(_ bytes: UnsafeRawBufferPointer, _ line: ByteRange) -> String? {
        guard let colon = unsafe bytes[line.start..<line.end].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = ByteRange(start: line.start, count: colon - line.start)
        let value = unsafe Self.trimmed(bytes, ByteRange(start: colon + 1, count: line.end - colon - 1))
        // The shortest name asked for has 9 bytes; most others are told apart by their length.
        switch name.count {
        case 9:
            if unsafe Self.equals(bytes, name, "warc-type") { type = value }
            if unsafe Self.equals(bytes, name, "warc-date") { date = value }
        case 12:
            if unsafe Self.equals(bytes, name, "content-type") { contentType = value }
        case 14:
            if unsafe Self.equals(bytes, name, "warc-record-id") { recordID = value }
            if unsafe Self.equals(bytes, name, "content-length") {
                guard let length = unsafe Self.number(bytes, value) else {
                    return "its Content-Length is no number of bytes"
                }
                guard contentLength == nil || contentLength == length else { return "it has two Content-Lengths" }
                contentLength = length
            }
        case 15:
            if unsafe Self.equals(bytes, name, "warc-target-uri") { targetURI = value }
        case 18:
            if concurrentTo.isEmpty, unsafe Self.equals(bytes, name, "warc-concurrent-to") { concurrentTo = value }
        case 28:
            if unsafe Self.equals(bytes, name, "warc-identified-payload-type") { identifiedType = value }
        default: break
        }
        return nil
    }

    private static func isVersion(_ bytes: UnsafeRawBufferPointer, _ line: ByteRange) -> Bool {
        guard line.count >= 6, line.count <= 32, unsafe equals(bytes, ByteRange(start: line.start, count: 5), "warc/")
        else { return false }
        let digit = unsafe bytes[line.start + 5]
        return digit >= 0x30 && digit <= 0x39
    }

    /// A range without the blanks around it, and without the angle brackets WARC/1.0 puts around URIs.
    static func unbracketed(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> ByteRange {
        guard range.count >= 2, unsafe bytes[range.start] == UInt8(ascii: "<"),
            unsafe bytes[range.end - 1] == UInt8(ascii: ">")
        else { return range }
        return ByteRange(start: range.start + 1, count: range.count - 2)
    }

    /// Whether a range holds `word` in any case; `word` is in lower case.
    static func equals(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            // `index` is below the word's length.
            guard unsafe bytes[range.start + index].asciiLowercased == word.utf8Start[index] else { return false }
        }
        return true
    }

    static func trimmed(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> ByteRange {
        var range = range
        while range.count > 0, unsafe bytes[range.end - 1].isJSONSpace { range.count -= 1 }
        while range.count > 0, unsafe bytes[range.start].isJSONSpace {
            range.start += 1
            range.count -= 1
        }
        return range
    }

    /// A number of at most 18 digits, so that no sum with it overflows.
    static func number(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> Int? {
        guard range.count >= 1, range.count <= 18 else { return nil }
        var value = 0
        for index in range.start..<range.end {
            let digit = unsafe bytes[index]
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, _ from: Int) -> Int? {
        // No line is looked at beyond the longest header.
        let end = min(bytes.count, from + maxLength + 1)
        var at = from
        while at < end {
            if unsafe bytes[at] == 0x0A { return at }
            at += 1
        }
        return nil
    }
}
