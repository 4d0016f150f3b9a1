import Benchmarking
import CrawlGeneration

/// What a benchmark measured, as tables.
enum BenchTable {
    /// The lines of all tables there is anything for.
    static func lines(_ report: BenchmarkReport) -> [String] {
        let machine = report.machine
        var lines = [
            report.subject,
            "\(machine.day), \(machine.processor), \(Figures.count(machine.processors, "processor")), \(machine.system)",
        ]
        if !report.stages.isEmpty { lines += [""] + stages(report.stages) }
        if let quality = report.quality { lines += [""] + self.quality(quality) }
        if !report.latencies.isEmpty { lines += [""] + latencies(report.latencies) }
        if let cold = report.cold { lines += ["", self.cold(cold)] }
        if !report.growth.isEmpty { lines += [""] + growth(report.growth) }
        return lines
    }

    private static func stages(_ stages: [StageFigures]) -> [String] {
        var rows = [["stage", "threads", "MB/s", "of", "documents/s", "seconds", "memory", "bytes a document on disk"]]
        for stage in stages {
            rows.append([
                stage.stage.rawValue,
                "\(stage.threads)",
                figure(stage.megabytesPerSecond),
                stage.stage.countsText ? "text" : "input",
                stage.documents > 0 ? Figures.grouped(Int(stage.documentsPerSecond)) : "",
                Figures.decimals(stage.seconds.median, 3),
                stage.peakMemory.map { Figures.bytes($0) } ?? "",
                stage.diskBytes.map { figure(Double($0) / Double(max(stage.documents, 1))) } ?? "",
            ])
        }
        return aligned(rows, left: [0, 3])
    }

    private static func quality(_ quality: QualityFigures) -> [String] {
        var rows = [
            [
                "planted", "pages", "found", "recall", "fit the rule", "recall", "matches", "same article",
                "fit the rule",
            ]
        ]
        for row in quality.rows {
            rows.append([
                row.kind?.rawValue ?? "(originals)",
                Figures.grouped(row.pages),
                row.kind == nil ? "" : Figures.grouped(row.found),
                row.recall.map { Figures.decimals($0, 4) } ?? "",
                row.kind == nil ? "" : Figures.grouped(row.fitting),
                row.fittingRecall.map { Figures.decimals($0, 4) } ?? "",
                Figures.grouped(row.matches),
                row.precision.map { Figures.decimals($0, 4) } ?? "",
                row.rulePrecision.map { Figures.decimals($0, 4) } ?? "",
            ])
        }
        let matches = quality.rows.reduce(0) { $0 + $1.matches }
        rows.append([
            "all", Figures.grouped(quality.pages), Figures.grouped(quality.all.found),
            Figures.decimals(quality.recall, 4), Figures.grouped(quality.all.fitting),
            quality.all.fittingRecall.map { Figures.decimals($0, 4) } ?? "", Figures.grouped(matches),
            Figures.decimals(quality.precision, 4), quality.rulePrecision.map { Figures.decimals($0, 4) } ?? "",
        ])
        return aligned(rows, left: [0])
    }

    private static func latencies(_ latencies: [LatencyFigures]) -> [String] {
        var rows = [["single checks", "bytes each", "p50 µs", "p99 µs", "most µs", "sketch p50 µs", "matches each"]]
        for latency in latencies {
            let checks = max(latency.microseconds.values.count, 1)
            rows.append([
                latency.documents.rawValue,
                Figures.grouped(latency.meanBytes),
                figure(latency.microseconds.percentile(0.5)),
                figure(latency.microseconds.percentile(0.99)),
                figure(latency.microseconds.percentile(1)),
                figure(latency.sketchMicroseconds.percentile(0.5)),
                Figures.decimals(Double(latency.matches) / Double(checks), 2),
            ])
        }
        return aligned(rows, left: [0])
    }

    private static func cold(_ cold: ColdStart) -> String {
        "cold: \(figure(cold.open.median)) ms to open, \(figure(cold.firstCheck.median)) ms to the first answer, "
            + Figures.count(cold.majorFaults, "page fault") + " that read from the disk"
    }

    private static func growth(_ growth: [GrowthFigures]) -> [String] {
        var rows = [
            [
                "documents", "µs each", "bytes each", "memory", "unseen p50", "p99", "4 kB p50", "p99", "known p50",
                "p99 µs", "cold ms",
            ]
        ]
        for row in growth {
            let disk = Double(row.index.diskBytes ?? 0) / Double(max(row.index.documents, 1))
            var cells = [
                Figures.grouped(row.index.documents),
                Figures.decimals(row.microsecondsPerDocument, 2),
                figure(disk),
                row.index.peakMemory.map { Figures.bytes($0) } ?? "",
            ]
            for latency in row.latencies {
                cells += [0.5, 0.99].map { figure(latency.microseconds.percentile($0)) }
            }
            cells.append(row.cold.map { figure($0.open.median + $0.firstCheck.median) } ?? "")
            rows.append(cells)
        }
        return aligned(rows, left: [])
    }

    /// Three digits or so.
    private static func figure(_ value: Double) -> String {
        value >= 100 ? Figures.grouped(Int(value.rounded())) : Figures.decimals(value, value >= 10 ? 1 : 2)
    }

    /// Columns as wide as their widest cell, numbers to the right.
    private static func aligned(_ rows: [[String]], left: Set<Int>) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns)
            .map { column in
                rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
            }
        return rows.map { row in
            var line = row.enumerated()
                .map { column, cell in Figures.padded(cell, widths[column], right: !left.contains(column)) }
                .joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
