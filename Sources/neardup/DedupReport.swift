import CrawlPipelines
import NearDuplicates

/// What a run of `dedup` says at its end.
enum DedupReport {
    /// How many clusters and hosts are told; summary.json has more.
    private static let listed = 3

    static func lines(_ outcome: DedupPipeline.Outcome, isDryRun: Bool) -> [String] {
        var lines: [String] = []
        if let summary = outcome.summary {
            lines.append(kept(summary))
            lines.append(
                "\(Figures.count(summary.clusters, "cluster")); dropped records have "
                    + "\(Figures.bytes(Int(clamping: summary.savedBytes))) of "
                    + "\(Figures.bytes(Int(clamping: summary.recordBytes)))"
            )
            if summary.boilerplateOnly > 0 {
                lines.append("\(Figures.count(summary.boilerplateOnly, "document")) of boilerplate and nothing else")
            }
            if !summary.largestClusters.isEmpty {
                let named = summary.largestClusters.prefix(listed)
                    .map { "\(Figures.grouped($0.size)) (\(Console.printable($0.id)))" }
                lines.append("largest clusters: " + named.joined(separator: ", "))
            }
            if !summary.duplicatedHosts.isEmpty {
                let named = summary.duplicatedHosts.prefix(listed)
                    .map { "\(Console.printable($0.name)) \(Figures.grouped($0.dropped))" }
                lines.append("hosts with most dropped: " + named.joined(separator: ", "))
            }
            if !isDryRun, outcome.files > 0 {
                let bytes = Figures.bytes(Int(clamping: outcome.writtenBytes))
                lines.append("wrote \(Figures.count(outcome.files, "file")), \(bytes)")
            }
        }
        if outcome.withoutText > 0 {
            let count = Figures.count(outcome.withoutText, "document")
            lines.append("\(count) without text, or with too little, kept as they are")
        }
        if outcome.malformed > 0 { lines.append("\(Figures.count(outcome.malformed, "malformed record")) left out") }
        lines += ReadingReport.lines(outcome.reading)
        return lines
    }

    private static func kept(_ summary: DedupSummary) -> String {
        var parts = Relation.allCases.compactMap { relation in
            summary.byRelation[relation].map { "\(Figures.grouped($0)) \(relation.rawValue)" }
        }
        if summary.known > 0 { parts.append("\(Figures.grouped(summary.known)) known") }
        let dropped = parts.isEmpty ? "none dropped" : "dropped " + parts.joined(separator: ", ")
        return "kept \(Figures.grouped(summary.kept)) of \(Figures.count(summary.documents, "document")); \(dropped)"
    }
}

/// Tells how far a run of several phases is.
struct PhaseProgress {
    private let isQuiet: Bool
    private var phase: DedupPipeline.Phase?
    private var progress: Progress

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        progress = Progress(isQuiet: isQuiet)
    }

    /// Tells, if it is time to; of a new phase at once.
    mutating func tell(_ told: DedupPipeline.Progress) {
        if told.phase != phase {
            finish()
            phase = told.phase
            progress = Progress(isQuiet: isQuiet)
            if !isQuiet { Console.error(Self.description(told.phase)) }
        }
        progress.tell(told.reading, of: told.plannedBytes)
    }

    /// Takes the bar away.
    mutating func finish() { progress.finish() }

    private static func description(_ phase: DedupPipeline.Phase) -> String {
        switch phase {
        case .sketch: "sketching"
        case .known: "checking against the other index"
        case .order: "ordering"
        case .near: "finding near copies"
        case .learn: "learning boilerplate"
        case .shingles: "reading again for exact figures"
        case .cluster: "comparing"
        case .write: "writing"
        }
    }
}
