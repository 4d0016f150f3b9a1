internal import CrawlPipelines
internal import HTTPTypes

/// What stands behind the `?` of a request.
struct RequestQuery {
    private var values: [(name: String, value: String)] = []

    /// Reads the parameters that a request may have.
    ///
    /// - Parameters:
    ///   - query: what stands there; nil where there is none.
    ///   - allowed: their names.
    /// - Throws: ``Problem`` (400) for any other.
    init(_ query: String?, allowed: [String]) throws(Problem) {
        guard let query else { return }
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(pair[0])
            guard allowed.contains(name) else {
                throw Problem(
                    .badRequest,
                    "unknown-parameter",
                    "expected "
                        + (allowed.isEmpty ? "no parameters" : "one of \(allowed.joined(separator: ", "))")
                        + ", got \"\(name.prefix(64))\""
                )
            }
            values.append((name, pair.count > 1 ? Self.decoded(pair[1]) : ""))
        }
    }

    /// All values of a parameter.
    func all(_ name: String) -> [String] { values.filter { $0.name == name }.map(\.value) }

    private func last(_ name: String) -> String? { values.last { $0.name == name }?.value }

    /// The last value of a parameter, unless it is empty.
    func string(_ name: String) -> String? { last(name).flatMap { $0.isEmpty ? nil : $0 } }

    /// Whether a parameter is set: `?explain`, `?explain=true`, `?explain=1`.
    func flag(_ name: String) throws(Problem) -> Bool {
        guard let value = last(name) else { return false }
        switch value {
        case "", "true", "1": return true
        case "false", "0": return false
        default: throw Problem(.badRequest, "bad-parameter", "\(name): expected true or false")
        }
    }

    /// A number of at least 0.
    func count(_ name: String) throws(Problem) -> Int? {
        guard let value = last(name) else { return nil }
        guard let count = Int(value), count >= 0 else {
            throw Problem(.badRequest, "bad-parameter", "\(name): expected a whole number of 0 or more")
        }
        return count
    }

    /// What the document is called, from `id`, `url` and `date`, and the charset of its body.
    func names(_ kind: BodyKind, contentType: String?) throws(Problem) -> GivenNames {
        var names = GivenNames()
        names.id = string("id")
        names.url = string("url")
        names.date = string("date")
        let given = [names.id, names.url, names.date].compactMap(\.self)
        if kind == .lines, !given.isEmpty {
            throw Problem(.badRequest, "bad-parameter", "id, url, date: these are fields of the lines of a batch")
        }
        if given.contains(where: { $0.utf8.count > 64 << 10 }) {
            throw Problem(.badRequest, "bad-parameter", "id, url, date: expected at most 65536 bytes")
        }
        if let charset = BodyKind.charset(contentType: contentType), charset != "utf-8", charset != "utf8" {
            names.charset = Array(charset.utf8.prefix(64))
        }
        return names
    }

    /// Undoes percent-encoding, and `+` for a space, as curl and forms write it.
    static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let high = Self.digit(source[index + 1]), let low = Self.digit(source[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(source[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : source[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
