internal import CrawlModel
internal import HTTPTypes
internal import StreamCompression

/// What a request's body is, by its header.
enum BodyKind {
    /// One JSON object.
    case json
    /// JSON lines.
    case lines
    /// A plain text.
    case text
    /// A page.
    case html

    /// What the header says.
    ///
    /// - Parameters:
    ///   - contentType: the header; nil where there is none.
    ///   - path: what the request asks for, for the advice.
    /// - Throws: ``Problem`` (415) that says which option of curl is right.
    init(contentType: String?, path: String) throws(Problem) {
        let name = Self.mediaType(contentType)
        switch name {
        case "application/json", "text/json": self = .json
        case _ where Self.linesTypes.contains(name): self = .lines
        case "text/plain": self = .text
        case "text/html", "application/xhtml+xml": self = .html
        case "application/x-www-form-urlencoded":
            throw Problem(
                .unsupportedMediaType,
                "form-encoded-body",
                "curl says so of every -d and --data-binary unless told otherwise; say what the body is: "
                    + "curl -H 'content-type: application/json' --data-binary @document.json \(Self.place)\(path) "
                    + "(or text/plain, text/html, application/x-ndjson)"
            )
        case "multipart/form-data":
            throw Problem(
                .unsupportedMediaType,
                "form-data-body",
                "send the document itself, not a form: curl's --data-binary @FILE with "
                    + "-H 'content-type: text/html', in place of -F"
            )
        default:
            throw Problem(
                .unsupportedMediaType,
                name.isEmpty ? "no-content-type" : "unknown-content-type",
                "expected a content-type of application/json, application/x-ndjson, text/plain or text/html; "
                    + "with curl: -H 'content-type: text/plain' --data-binary @FILE"
            )
        }
    }

    /// How a record of it is read.
    var format: InputFormat {
        switch self {
        case .json, .lines: .jsonLines
        case .text: .text
        case .html: .html
        }
    }

    private static let linesTypes: Set = [
        "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
    ]

    /// Whether the header says that there are lines.
    static func isLines(contentType: String?) -> Bool { linesTypes.contains(mediaType(contentType)) }

    /// The header without its parameters, in lower case.
    private static func mediaType(_ contentType: String?) -> String {
        guard let header = contentType else { return "" }
        // Most have nothing to leave out and nothing in upper case; to find that out is a tenth of the work.
        let isPlain = header.utf8.allSatisfy { byte in
            byte > 0x20 && byte != UInt8(ascii: ";") && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        if isPlain { return header }
        return header.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    private static let place = "http://localhost:8080"

    /// The coding of the body; nil where it is not packed.
    ///
    /// - Throws: ``Problem`` (415) for a coding that isn't read.
    static func coding(_ headers: HTTPFields) throws(Problem) -> ContentCoding? {
        guard let name = headers[.contentEncoding]?.filter({ $0 != " " }), !name.isEmpty, name != "identity" else {
            return nil
        }
        guard let coding = ContentCoding(name: name) else {
            throw Problem(
                .unsupportedMediaType,
                "unknown-content-encoding",
                "expected a content-encoding of gzip, zstd, deflate or br, or none"
            )
        }
        return coding
    }

    /// Whether a text's header names another charset than UTF-8.
    static func charset(contentType: String?) -> String? {
        guard let header = contentType, header.utf8.contains(UInt8(ascii: ";")) else { return nil }
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == "charset" else { continue }
            return pair[1].filter { $0 != "\"" && $0 != " " }.lowercased()
        }
        return nil
    }
}
