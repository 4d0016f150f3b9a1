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
        let bytes = Array(url.utf8.prefix(4096))
        guard let slashes = bytes.firstIndex(of: UInt8(ascii: "/")), slashes + 1 < bytes.count,
            bytes[slashes + 1] == UInt8(ascii: "/"),
            slashes == 0 || bytes[slashes - 1] == UInt8(ascii: ":")
        else { return nil }
        var authority = bytes[(slashes + 2)...].prefix { !$0.isAuthorityEnd }
        if let user = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(user + 1)...] }
        if authority.first == UInt8(ascii: "["), let close = authority.firstIndex(of: UInt8(ascii: "]")) {
            authority = authority[...close]
        } else if let colon = authority.firstIndex(of: UInt8(ascii: ":")) {
            authority = authority[..<colon]
        }
        if authority.last == UInt8(ascii: ".") { authority = authority.dropLast() }
        return authority.isEmpty ? nil : String(decoding: authority, as: UTF8.self).lowercased()
    }
}

extension UInt8 {
    fileprivate var isAuthorityEnd: Bool {
        self == UInt8(ascii: "/") || self == UInt8(ascii: "?") || self == UInt8(ascii: "#")
            || self == UInt8(ascii: "\\")
            || self <= 0x20
    }
}
