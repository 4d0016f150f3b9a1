/// One document as a value of its own: the friendly form, for library users and for output.
///
/// The pipelines pass ``DocumentBatch`` on instead, which allocates nothing for a document.
public struct Document: Sendable, Hashable {
    /// The id, as the record gives it, or made from source and offset.
    public var id: String
    /// The text.
    public var text: String
    /// The page's address.
    public var url: String?
    /// The date, as written.
    public var date: String?
    /// Where the record lies; nil for a document that comes from no file.
    public var location: RecordLocation?
    /// Whether the text was over its limit and was cut.
    public var textWasCut: Bool

    /// Creates a document.
    public init(
        id: String,
        text: String,
        url: String? = nil,
        date: String? = nil,
        location: RecordLocation? = nil,
        textWasCut: Bool = false
    ) {
        self.id = id
        self.text = text
        self.url = url
        self.date = date
        self.location = location
        self.textWasCut = textWasCut
    }

    /// The host of ``url``, in lower case.
    public var host: String? { url.flatMap(URLHost.host(of:)) }
}

/// Finds the host in a URL.
package enum URLHost {
    /// The host of `url` in lower case, without user, port and final dot; nil where there is none.
    ///
    /// O(length).
    package static func host(of url: String) -> String? {
        let bytes = Array(url.utf8.prefix(limit))
        guard let range = range(in: bytes.span) else { return nil }
        return String(decoding: bytes[range], as: UTF8.self).lowercased()
    }

    /// A host further back in a URL than this is none.
    private static let limit = 4096

    /// Where the host lies in the bytes of a URL, without user, port and final dot; nil where there is none.
    ///
    /// O(length).
    package static func range(in url: Span<UInt8>) -> Range<Int>? {
        let count = min(url.count, limit)
        guard let slashes = (0..<count).first(where: { url[$0] == UInt8(ascii: "/") }), slashes + 1 < count,
            url[slashes + 1] == UInt8(ascii: "/"), slashes == 0 || url[slashes - 1] == UInt8(ascii: ":")
        else { return nil }
        var start = slashes + 2
        var end = start
        while end < count, !url[end].isAuthorityEnd { end += 1 }
        if let user = (start..<end).last(where: { url[$0] == UInt8(ascii: "@") }) { start = user + 1 }
        let isAddress = start < end && url[start] == UInt8(ascii: "[")
        if isAddress, let close = (start..<end).first(where: { url[$0] == UInt8(ascii: "]") }) {
            end = close + 1
        } else if let colon = (start..<end).first(where: { url[$0] == UInt8(ascii: ":") }) {
            end = colon
        }
        if start < end, url[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return start < end ? start..<end : nil
    }
}

extension UInt8 {
    fileprivate var isAuthorityEnd: Bool {
        self == UInt8(ascii: "/") || self == UInt8(ascii: "?") || self == UInt8(ascii: "#")
            || self == UInt8(ascii: "\\")
            || self <= 0x20
    }
}
