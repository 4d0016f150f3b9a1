/// How a host writes text as HTML.
struct HTMLEncoding: Hashable {
    /// Whether the bytes are ISO-8859-1, and not UTF-8.
    var isLatin1: Bool
    /// Whether quotation marks are named entities though the charset has them.
    var namesQuotes: Bool

    /// Appends some text, escaped.
    func append(_ text: borrowing ByteBuffer, _ range: Range<Int>, to html: inout ByteBuffer) {
        var at = range.lowerBound
        while at < range.upperBound {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "&"): html.append("&amp;")
            case UInt8(ascii: "<"): html.append("&lt;")
            case UInt8(ascii: ">"): html.append("&gt;")
            case UInt8(ascii: "\"") where namesQuotes: html.append("&quot;")
            case 0x80... where isLatin1 || namesQuotes:
                at += appendScalar(text, at, to: &html)
                continue
            default: html.append(byte)
            }
            at += 1
        }
    }

    /// Appends the character that begins at `at`, which is not ASCII; returns how many bytes it has.
    private func appendScalar(_ text: borrowing ByteBuffer, _ at: Int, to html: inout ByteBuffer) -> Int {
        let lead = text[at]
        let count = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var scalar = Int(lead) & (0xFF >> (count + 1))
        for place in 1..<count { scalar = scalar << 6 | Int(text[at + place] & 0x3F) }
        switch scalar {
        case 0x201C: html.append("&ldquo;")
        case 0x201D: html.append("&rdquo;")
        case 0xA0...0xFF where isLatin1: html.append(UInt8(scalar))
        case _ where isLatin1:
            html.append("&#")
            html.append(decimal: scalar)
            html.append(UInt8(ascii: ";"))
        default: html.append(text, at..<at + count)
        }
        return count
    }
}
