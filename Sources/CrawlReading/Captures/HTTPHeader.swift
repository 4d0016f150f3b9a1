import CrawlModel
import StreamCompression

/// The status line and headers of a stored HTTP response: what of them decides how its body is read.
struct HTTPHeader {
    /// The header's length in bytes, with the blank line that ends it.
    var length = 0
    /// The status; nil where the line has no number.
    var status: Int?
    var contentType = ByteRange.empty
    /// The codings of the body, in the order they are to be undone.
    var codings: [ContentCoding] = []
    var isChunked = false
    /// A coding that isn't read; empty where there is none.
    var unreadCoding = ByteRange.empty

    /// A longer one is none.
    static let maxLength = 256 << 10

    /// Reads the header that begins with the content.
    ///
    /// Lines may end with LF alone, be folded, or have no colon.
    ///
    /// - Returns: the header; nil where the content has no status line and so is all body.
    /// - Complexity: O(length of the header).
    static func read(_ bytes: UnsafeRawBufferPointer, _ content: ByteRange) -> HTTPHeader? {
        guard content.count >= 5,
            unsafe WARCHeader.equals(bytes, ByteRange(start: content.start, count: 5), "http/")
        else { return nil }
        var header = HTTPHeader()
        var at = content.start
        let most = min(content.end, content.start + maxLength)
        var field = ByteRange.empty
        while at < most {
            var end = at
            while end < most, unsafe bytes[end] != 0x0A { end += 1 }
            var line = ByteRange(start: at, count: end - at)
            if line.count > 0, unsafe bytes[line.end - 1] == 0x0D { line.count -= 1 }
            let isFirst = at == content.start
            // A header without its blank line, of a body that is markup.
            if !isFirst, line.count > 0, unsafe bytes[line.start] == UInt8(ascii: "<") { break }
            at = min(end + 1, content.end)
            if line.isEmpty { break }
            if isFirst {
                header.status = unsafe statusCode(bytes, line)
            } else if unsafe bytes[line.start] == 0x20 || bytes[line.start] == 0x09 {
                field.count = field.isEmpty ? 0 : line.end - field.start
            } else {
                unsafe header.take(bytes, field)
                field = line
            }
        }
        unsafe header.take(bytes, field)
        header.length = at - content.start
        // What was applied last is undone first.
        header.codings.reverse()
        return header
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, _ field: ByteRange) {
        guard let colon = unsafe bytes[field.start..<field.end].firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = unsafe WARCHeader.trimmed(bytes, ByteRange(start: field.start, count: colon - field.start))
        let value = unsafe WARCHeader.trimmed(bytes, ByteRange(start: colon + 1, count: field.end - colon - 1))
        switch name.count {
        case 12:
            // Of several, the last that says anything, as browsers have it.
            if !value.isEmpty, unsafe WARCHeader.equals(bytes, name, "content-type") { contentType = value }
        case 16:
            if unsafe WARCHeader.equals(bytes, name, "content-encoding") { unsafe takeCodings(bytes, value) }
        case 17:
            if unsafe WARCHeader.equals(bytes, name, "transfer-encoding") { unsafe takeCodings(bytes, value) }
        default: break
        }
    }

    /// Takes a list of codings, in the order they were applied.
    private mutating func takeCodings(_ bytes: UnsafeRawBufferPointer, _ value: ByteRange) {
        var at = value.start
        while at < value.end {
            var end = at
            while end < value.end, unsafe bytes[end] != UInt8(ascii: ",") { end += 1 }
            let name = unsafe WARCHeader.trimmed(bytes, ByteRange(start: at, count: end - at))
            at = end + 1
            guard name.count > 0 else { continue }
            if unsafe WARCHeader.equals(bytes, name, "chunked") {
                isChunked = true
                continue
            }
            let word = unsafe String(decoding: bytes[name.start..<name.start + min(name.count, 16)], as: UTF8.self)
            if let coding = ContentCoding(name: word) {
                // Nobody packs a body more often; a list without end is no reason to try.
                if codings.count < 4 { codings.append(coding) }
            } else if word.lowercased() != "identity", word.lowercased() != "none" {
                unreadCoding = name
            }
        }
    }

    private static func statusCode(_ bytes: UnsafeRawBufferPointer, _ line: ByteRange) -> Int? {
        var at = line.start
        while at < line.end, unsafe bytes[at] != 0x20 { at += 1 }
        while at < line.end, unsafe bytes[at] == 0x20 { at += 1 }
        var end = at
        while end < line.end, end - at < 4, unsafe bytes[end] >= 0x30, unsafe bytes[end] <= 0x39 { end += 1 }
        return end - at == 3 ? unsafe WARCHeader.number(bytes, ByteRange(start: at, count: 3)) : nil
    }
}
