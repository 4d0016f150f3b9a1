import CrawlModel

/// What the first bytes of an input, inflated, say it holds.
enum ContentRecognition {
    /// How many bytes are looked at.
    static let prefixLength = 1024

    /// Bytes that say nothing about the content: a UTF-8 byte order mark.
    static func markLength(_ prefix: some Collection<UInt8>) -> Int {
        prefix.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Recognises the format.
    ///
    /// - Parameters:
    ///   - prefix: the first ``prefixLength`` bytes, or all there are, without a UTF-8 byte order mark.
    ///   - name: the input's name: it decides where the content could be either text or damaged JSON lines.
    ///   - format: what the user says it is; then only what can't be that is refused.
    /// - Returns: the format.
    /// - Throws: the name of a content that isn't read.
    static func format(
        of prefix: ArraySlice<UInt8>,
        name: String,
        override format: InputFormat?
    ) throws(CrawlInputError) -> InputFormat {
        if let encoding = refusedEncoding(prefix) {
            throw .init(
                code: .unsupportedEncoding,
                source: name,
                offset: 0,
                message: "the content is \(encoding); expected UTF-8: convert it, for example with iconv"
            )
        }
        if let format { return format }
        if prefix.starts(with: "WARC/".utf8) { return .warc }
        if prefix.starts(with: "filedesc://".utf8) { return .arc }
        // Before what is refused, none of which begins so.
        if isJSONLines(prefix) { return .jsonLines }
        if let content = refusedContent(prefix) { throw refusal(content, name) }
        if hasJSONLinesName(name) { return .jsonLines }
        guard !prefix.contains(0) else { throw refusal("binary content (it has NUL bytes) is", name) }
        return BodySniffing.isHTML(prefix) || hasName(name, [".html", ".htm", ".xhtml"]) ? .html : .text
    }

    private static func refusal(_ content: String, _ name: String) -> CrawlInputError {
        CrawlInputError(
            code: .unsupportedFormat,
            source: name,
            offset: 0,
            message:
                "\(content) not read; expected JSON lines, text, HTML, WARC or ARC (--format says which, where this is wrong)"
        )
    }

    private static func isJSONLines(_ prefix: ArraySlice<UInt8>) -> Bool {
        var rest = prefix.drop(while: \.isJSONSpace)
        guard rest.popFirst() == UInt8(ascii: "{") else { return false }
        rest = rest.drop(while: \.isJSONSpace)
        return rest.isEmpty || rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "}")
    }

    private static func hasJSONLinesName(_ name: String) -> Bool { hasName(name, [".jsonl", ".ndjson"]) }

    /// Whether a name ends in one of these ways, with or without a compression's ending.
    private static func hasName(_ name: String, _ endings: [String]) -> Bool {
        var name = name.lowercased()
        for packed in [".gz", ".zst", ".zstd"] where name.hasSuffix(packed) {
            name.removeLast(packed.count)
            break
        }
        return endings.contains { name.hasSuffix($0) }
    }

    private static func refusedEncoding(_ prefix: ArraySlice<UInt8>) -> String? {
        if prefix.starts(with: [0xFF, 0xFE, 0x00, 0x00]) || prefix.starts(with: [0x00, 0x00, 0xFE, 0xFF]) {
            return "UTF-32"
        }
        if prefix.starts(with: [0xFF, 0xFE]) || prefix.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        return nil
    }

    private static func refusedContent(_ prefix: ArraySlice<UInt8>) -> String? {
        for (magic, content) in refusedMagics where prefix.starts(with: magic.utf8) { return content }
        let start = prefix.drop(while: \.isJSONSpace)
        if isCaptureIndex(prefix) { return "an index of captures (CDX) names pages and has none of their text; it is" }
        if start.first == UInt8(ascii: "["),
            start.dropFirst().drop(while: \.isJSONSpace).first == UInt8(ascii: "{")
        {
            return "a JSON array is no JSON lines and is"
        }
        return nil
    }

    /// Whether the content begins as CDX (`CDX N b a`, after a blank) or CDXJ does (a reversed host, 14 digits, an object).
    private static func isCaptureIndex(_ prefix: ArraySlice<UInt8>) -> Bool {
        if prefix.dropFirst().starts(with: "CDX ".utf8) { return true }
        let fields = prefix.prefix { $0 != 0x0A }.split(separator: 0x20, maxSplits: 2)
        guard fields.count == 3, fields[0].contains(UInt8(ascii: ")")), fields[1].count == 14 else { return false }
        return fields[1].allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    private static let refusedMagics = [
        ("%PDF-", "PDF files are"), ("PAR1", "Parquet files are"),
        ("ARROW1", "Arrow files are"), ("Obj\u{1}", "Avro files are"),
    ]
}

extension UInt8 {
    /// Whether JSON allows the byte between tokens.
    var isJSONSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }

    /// The letter in lower case, where it is an ASCII letter.
    var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
