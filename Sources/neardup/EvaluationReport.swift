import CrawlPipelines
import MatchEvaluation

/// An evaluation for people, and for machines.
struct EvaluationReport {
    private let evaluation: Evaluation

    init(_ evaluation: Evaluation) { self.evaluation = evaluation }

    var lines: [String] {
        var lines = [
            "documents   \(Figures.grouped(evaluation.documents))",
            "precision   \(line(evaluation.precision, "pairs found"))",
            "recall      \(line(evaluation.recall, "labelled pairs"))",
            "F1          \(evaluation.f1.map { Figures.decimals($0, 4) } ?? "-")",
        ]
        if evaluation.negatives.total > 0 {
            lines.append("negatives   \(line(evaluation.negatives, "labelled as none"))")
        }
        if let error = evaluation.jaccardError {
            lines.append(
                "Jaccard     off by \(Figures.decimals(error.value, 4)) (root mean square, "
                    + "\(Figures.count(error.pairs, "pair")))"
            )
        }
        if evaluation.unchecked > 0 {
            lines.append("left out    \(Figures.count(evaluation.unchecked, "labelled pair")) of documents not checked")
        }
        lines += table(
            "precision by relation",
            "found",
            FoundMatches.relations.compactMap { name in
                evaluation.precisionByRelation[name].map { (name, $0) }
            }
        )
        lines += table("recall by kind", "labelled", evaluation.recallByKind.sorted { $0.key < $1.key })
        lines += table("recall by Jaccard", "labelled", bands)
        return lines
    }

    /// The bands that hold pairs, highest first.
    private var bands: [(String, Evaluation.Share)] {
        evaluation.recallByJaccard.indices.reversed()
            .filter { evaluation.recallByJaccard[$0].total > 0 }
            .map { ("\(Self.bound($0)) to \(Self.bound($0 + 1))", evaluation.recallByJaccard[$0]) }
    }

    private static func bound(_ tenths: Int) -> String { Figures.decimals(Double(tenths) / 10, 1) }

    private func line(_ share: Evaluation.Share, _ what: String) -> String {
        "\(value(share)) (\(Figures.grouped(share.found)) of \(Figures.grouped(share.total)) \(what))"
    }

    private func value(_ share: Evaluation.Share) -> String { share.value.map { Figures.decimals($0, 4) } ?? "-" }

    private func table(_ title: String, _ of: String, _ rows: [(String, Evaluation.Share)]) -> [String] {
        if rows.isEmpty { return [] }
        let width = max(24, rows.map { $0.0.count }.max() ?? 0)
        return [
            "",
            "\(Figures.padded(title, width)) \(Figures.padded("share", 8, right: true)) \(Figures.padded(of, 12, right: true))",
        ]
            + rows.map { name, share in
                "\(Figures.padded("  " + Console.printable(name), width)) \(Figures.padded(value(share), 8, right: true)) "
                    + Figures.padded(Figures.grouped(share.total), 12, right: true)
            }
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("documents", evaluation.documents)
        append("precision", evaluation.precision, to: &json)
        append("recall", evaluation.recall, to: &json)
        if let f1 = evaluation.f1 { json.field("f1", f1) }
        if evaluation.negatives.total > 0 { append("negatives", evaluation.negatives, to: &json) }
        if let error = evaluation.jaccardError {
            json.field("jaccard_rms_error", error.value)
            json.field("jaccard_pairs", error.pairs)
        }
        json.field("left_out", evaluation.unchecked)
        append("precision_by_relation", evaluation.precisionByRelation.sorted { $0.key < $1.key }, to: &json)
        append("recall_by_kind", evaluation.recallByKind.sorted { $0.key < $1.key }, to: &json)
        append("recall_by_jaccard", bands, to: &json)
        json.endObject()
        json.endLine()
        return json.bytes
    }

    private func append(_ name: String, _ rows: [(key: String, value: Evaluation.Share)], to json: inout JSONWriter) {
        json.key(name)
        json.beginObject()
        for row in rows { append(row.key, row.value, to: &json) }
        json.endObject()
    }

    /// Appends `"name":{"share":…,"found":…,"total":…}`.
    private func append(_ name: String, _ share: Evaluation.Share, to json: inout JSONWriter) {
        json.key(name)
        json.beginObject()
        if let value = share.value { json.field("share", value) }
        json.field("found", share.found)
        json.field("total", share.total)
        json.endObject()
    }
}
