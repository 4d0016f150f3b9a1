import CrawlModel
import CrawlPipelines
import NearDuplicates
import Shingling

/// What a comparison of two documents found, for people and for machines.
struct PairReport {
    private let documents: [Document]
    private let comparison: ExactComparison
    /// Where the tokens of each document lie in its text, in bytes.
    private let ranges: [[Range<Int>]]

    init(_ first: Document, _ second: Document, _ comparison: ExactComparison) {
        documents = [first, second]
        self.comparison = comparison
        ranges = documents.map { TextShingler.tokenRanges(of: $0.text) }
    }

    private var relation: String { comparison.relation?.rawValue ?? "unrelated" }

    /// The figures, and the passages side by side.
    func lines(_ view: SideBySide) -> [String] {
        var lines = [
            "\(Figures.padded(relation, 10)) Jaccard \(Figures.decimals(comparison.jaccard, 4))  "
                + "containment \(Figures.decimals(comparison.containment, 4))  "
                + "coverage \(Figures.decimals(comparison.coverage, 4))  "
                + "(\(Figures.count(comparison.sharedShingles, "shared shingle")))"
        ]
        for (name, document, side) in [
            ("a", documents[0], comparison.incoming), ("b", documents[1], comparison.indexed),
        ] {
            let names = [document.id, document.url == document.id ? nil : document.url, document.date].compactMap { $0 }
            lines.append(
                "  \(name): \(Figures.count(side.tokens, "token")), \(Figures.count(side.shingles, "shingle"))  "
                    + names.map(Console.printable).joined(separator: "  ")
            )
        }
        if comparison.passages.isEmpty { return lines + ["no shared passage"] }
        let shared = comparison.passages.map(\.incoming.count).reduce(0, +)
        lines.append("\(Figures.count(comparison.passages.count, "shared passage")), \(Figures.count(shared, "token"))")
        for passage in comparison.passages {
            lines.append("")
            lines.append(
                view.heading(
                    "a: tokens \(passage.incoming.lowerBound) to \(passage.incoming.upperBound)",
                    "b: tokens \(passage.indexed.lowerBound) to \(passage.indexed.upperBound)"
                )
            )
            lines += view.rows(quote(0, passage.incoming), quote(1, passage.indexed))
        }
        return lines
    }

    /// A run of tokens with what stands around it.
    private func quote(_ side: Int, _ tokens: Range<Int>) -> SideBySide.Quotation {
        let bytes = bytes(side, tokens)
        return SideBySide.Quotation(documents[side].text, bytes)
    }

    private func bytes(_ side: Int, _ tokens: Range<Int>) -> Range<Int> {
        ranges[side][tokens.lowerBound].lowerBound..<ranges[side][tokens.upperBound - 1].upperBound
    }

    /// One object: the documents, the figures, and the passages in tokens and in bytes of the texts.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        append("a", documents[0], comparison.incoming, to: &json)
        append("b", documents[1], comparison.indexed, to: &json)
        json.field("relation", relation)
        json.field("jaccard", comparison.jaccard)
        json.field("containment", comparison.containment)
        json.field("coverage", comparison.coverage)
        json.field("shared_shingles", comparison.sharedShingles)
        json.array("passages", comparison.passages) { json, passage in
            for (side, name, tokens) in [(0, "a", passage.incoming), (1, "b", passage.indexed)] {
                let bytes = bytes(side, tokens)
                json.field("\(name)_start", tokens.lowerBound)
                json.field("\(name)_end", tokens.upperBound)
                json.field("\(name)_byte_start", bytes.lowerBound)
                json.field("\(name)_byte_end", bytes.upperBound)
            }
        }
        json.endObject()
        json.endLine()
        return json.bytes
    }

    private func append(
        _ name: String,
        _ document: Document,
        _ side: ExactComparison.Side,
        to json: inout JSONWriter
    ) {
        json.object(name) { json in
            json.field("id", document.id)
            if let url = document.url { json.field("url", url) }
            if let date = document.date { json.field("date", date) }
            json.field("tokens", side.tokens)
            json.field("shingles", side.shingles)
        }
    }
}
