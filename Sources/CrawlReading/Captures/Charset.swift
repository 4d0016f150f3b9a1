import CPageText
import CrawlModel

/// A charset that is read, and how a body's is found out.
struct Charset: Equatable {
    /// The charset's place in the shim's table.
    let number: Int32

    static let utf8 = Charset(ND_CHARSET_UTF8)
    static let windows1252 = Charset(ND_CHARSET_WINDOWS_1252)
    static let utf16LittleEndian = Charset(ND_CHARSET_UTF16LE)
    static let utf16BigEndian = Charset(ND_CHARSET_UTF16BE)
    static let iso2022JP = Charset(ND_CHARSET_ISO_2022_JP)

    /// Decides what charset a body is in.
    ///
    /// The first that says something: a byte order mark; the header's label; what an HTML page declares in its first 4 KB.
    /// But what is well-formed UTF-8 is UTF-8 whatever they say: text of another charset with bytes beyond ASCII hardly
    /// ever is. What nothing is said of and isn't quite well-formed is UTF-8 where nine of ten sequences beyond ASCII are, else
    /// windows-1252.
    ///
    /// - Parameters:
    ///   - body: the whole body.
    ///   - label: the charset its header names; empty where it names none.
    ///   - isHTML: whether the body may name one itself.
    /// - Returns: the charset, and where the text begins behind a byte order mark.
    static func decide(
        _ body: UnsafeRawBufferPointer,
        label: UnsafeRawBufferPointer,
        isHTML: Bool
    ) -> (charset: Charset, start: Int) {
        if unsafe body.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if unsafe body.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if unsafe body.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        let named = unsafe Charset(label: label)
        let isWellFormed = unsafe UTF8Repair.isWellFormed(body)
        if isWellFormed, unsafe !isEscaped(body, named, isHTML) { return (.utf8, 0) }
        if let charset = unsafe named ?? (isHTML ? Charset(declaredBy: body) : nil) { return (charset, 0) }
        return (unsafe isMostlyUTF8(body) ? .utf8 : .windows1252, 0)
    }

    /// Whether bytes that are well-formed UTF-8 may mean other text: UTF-16 of ASCII, and escapes of ISO-2022-JP.
    private static func isEscaped(_ body: UnsafeRawBufferPointer, _ named: Charset?, _ isHTML: Bool) -> Bool {
        if named == .utf16LittleEndian || named == .utf16BigEndian { return unsafe body.prefix(1024).contains(0) }
        if let named { return named == .iso2022JP }
        // The escape character, before anything is looked for.
        guard isHTML, unsafe body.prefix(64 << 10).contains(0x1B) else { return false }
        return unsafe Charset(declaredBy: body) == .iso2022JP
    }

    private static func isMostlyUTF8(_ body: UnsafeRawBufferPointer) -> Bool {
        let counts = unsafe UTF8Repair.countSequences(body)
        return counts.wellFormed > 0 && counts.wellFormed >= 9 * counts.illFormed
    }

    private init?(label: UnsafeRawBufferPointer) {
        guard let start = label.baseAddress, label.count > 0 else { return nil }
        // The shim looks at the label's bytes and keeps no pointer.
        self.init(unsafe nd_charset_named(start.assumingMemoryBound(to: UInt8.self), label.count))
    }

    private init?(declaredBy body: UnsafeRawBufferPointer) {
        guard let start = body.baseAddress else { return nil }
        // As above, with the body.
        self.init(unsafe nd_charset_declared(start.assumingMemoryBound(to: UInt8.self), body.count))
    }

    private init?(_ number: nd_charset) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    private init(_ constant: Int) { number = Int32(constant) }
}
