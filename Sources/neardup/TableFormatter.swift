import CrawlModel
import CrawlPipelines
import NearDuplicates
import Sketching

/// Answers for people: a line a document, a line a match under it, and the shared passages where they were asked for.
struct TableFormatter: CheckFormatter {
    let explains: Bool
    let usesColour: Bool

    /// Bytes of a passage that are shown.
    private static let passageLimit = 1200
    /// Bytes shown on either side of it.
    private static let contextBytes = 60

    func append(_ document: CheckedDocument, to output: inout [UInt8]) {
        let verdict = Figures.padded(document.result.verdict.name, 10)
        line(
            "\(colour(verdict, of: document.result.verdict)) \(Console.printable(document.batch.id(of: document.entry)))",
            to: &output
        )
        for match in document.result.matches { append(match, of: document, to: &output) }
        if document.result.omitted > 0 {
            line("           and \(Figures.grouped(document.result.omitted)) more", to: &output)
        }
    }

    private func append(_ match: Match, of document: CheckedDocument, to output: inout [UInt8]) {
        let figures = [
            ("Jaccard", match.jaccard), ("containment", match.containment), ("coverage", match.coverage),
        ]
        .map { name, estimate in
            let error = explains ? "±\(Figures.decimals(estimate.standardError, 2))" : ""
            return "\(name) \(Figures.decimals(estimate.value, 2))\(error)"
        }
        let whole = match.whole.map {
            "  (whole texts: \(Figures.decimals($0.containment.value, 2)), \(Figures.decimals($0.coverage.value, 2)))"
        }
        let names = [match.id, match.url == match.id ? "" : match.url, match.date].filter { !$0.isEmpty }
        line(
            "  \(Figures.padded(match.relation.rawValue, 10)) \(figures.joined(separator: "  "))\(whole ?? "")  "
                + names.map(Console.printable).joined(separator: "  "),
            to: &output
        )
        guard explains, let text = document.text else { return }
        for passage in match.passages { append(passage, in: text, to: &output) }
    }

    private func append(_ passage: Passage, in text: TokenisedText, to output: inout [UInt8]) {
        line(
            "    \(Figures.count(passage.incoming.count, "token")): "
                + "\(passage.incoming.lowerBound) to \(passage.incoming.upperBound) here, "
                + "\(passage.indexed.lowerBound) to \(passage.indexed.upperBound) there",
            to: &output
        )
        let bytes = text.bytes(ofTokens: passage.incoming)
        let shown = bytes.lowerBound..<min(bytes.upperBound, bytes.lowerBound + Self.passageLimit)
        let before = quote(text, contextStart(text, before: shown.lowerBound)..<shown.lowerBound)
        let after =
            shown.upperBound == bytes.upperBound
            ? quote(text, shown.upperBound..<min(text.bytes.count, shown.upperBound + Self.contextBytes))
            : " … \(Figures.count(bytes.upperBound - shown.upperBound, "byte")) more"
        line("      \(dimmed(before))\(highlighted(quote(text, shown)))\(dimmed(after))", to: &output)
    }

    /// Where the context before a passage begins: at a word, where there is one to begin with.
    private func contextStart(_ text: TokenisedText, before place: Int) -> Int {
        let start = max(0, place - Self.contextBytes)
        guard start > 0 else { return 0 }
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
        return text.bytes[start..<place].firstIndex(where: isSpace).map { $0 + 1 } ?? start
    }

    /// A part of a text on one line.
    private func quote(_ text: TokenisedText, _ range: Range<Int>) -> String {
        var bytes = text.bytes[range]
        // Not to begin or end within a character.
        while let first = bytes.first, first & 0xC0 == 0x80 { bytes.removeFirst() }
        if let last = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }), bytes[last] >= 0xC0 {
            let length = bytes[last] >= 0xF0 ? 4 : bytes[last] >= 0xE0 ? 3 : 2
            if bytes.endIndex - last < length { bytes = bytes[..<last] }
        }
        // Runs of line ends and spaces become one space, so that the quotation stays on its line.
        var words = ""
        var wasSpace = false
        for character in String(decoding: bytes, as: UTF8.self) {
            let isSpace = character.isWhitespace
            if !isSpace { words.append(character) } else if !wasSpace { words.append(" ") }
            wasSpace = isSpace
        }
        return Console.printable(words)
    }

    /// Problems go to standard error, where a table is being read.
    func append(_ problem: InputProblem, to output: inout [UInt8]) {}

    private func line(_ text: String, to output: inout [UInt8]) {
        output.append(contentsOf: text.utf8)
        output.append(UInt8(ascii: "\n"))
    }

    private func colour(_ text: String, of verdict: Verdict) -> String {
        guard usesColour else { return text }
        let code =
            switch verdict {
            case .empty: "2"
            case .unique: "32"
            case .boilerplate: "2"
            case .duplicate(.exact), .duplicate(.near): "31;1"
            case .duplicate: "33;1"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private func highlighted(_ text: String) -> String { usesColour ? "\u{1B}[7m\(text)\u{1B}[0m" : "[[\(text)]]" }

    private func dimmed(_ text: String) -> String { usesColour ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
