package import CrawlGeneration
internal import CrawlModel
package import CrawlPipelines
internal import CrawlReading
internal import NearDuplicates
internal import Synchronization

/// Checks a made-up crawl against its own index, and counts what was found of what was planted.
package struct QualityMeasurement {
    private let options: StageOptions

    /// Creates a measurement that reads, indexes and checks as stages do.
    package init(_ options: StageOptions) { self.options = options }

    /// Makes a crawl of so many pages, indexes and checks it.
    ///
    /// Takes some hundred bytes of memory a page for what is known of it.
    ///
    /// - Throws: ``PipelineError``.
    package func run(_ settings: GenerationSettings, pages: Int) throws(PipelineError) -> QualityFigures {
        let crawl = try MadeUpCrawl(
            settings,
            .pages(pages),
            in: options.temporary,
            threads: options.threads,
            truth: [.planted, .figures]
        )
        var once = options
        once.runs = 1
        once.reading = ReadingOptions()
        let indexed = try WholeStages(once).index(crawl.inputs)
        let tally = MatchTally(crawl.planted)
        var check = CheckPipeline()
        check.threads = options.threads
        _ = try check.run(
            crawl.inputs,
            against: WholeStages.snapshot(indexed.folder.path),
            formatter: tally,
            output: { _ in }
        )
        return QualityFigures(pages: crawl.pages, rows: tally.rows)
    }
}

/// Takes answers, and counts the right ones instead of writing them.
private final class MatchTally: CheckFormatter {
    private struct Origin: Sendable {
        var original: String
        var kind: DuplicateKind
        /// Whether the default rule relates the two.
        var fits: Bool
    }

    private let origins: [String: Origin]
    private let counted = Mutex<[DuplicateKind?: QualityFigures.Row]>([:])

    init(_ planted: [PlantedPair]) {
        var origins: [String: Origin] = [:]
        for pair in planted {
            if let kind = pair.kind {
                origins[pair.id] = Origin(original: pair.originalID, kind: kind, fits: Self.fits(pair.figures))
            }
        }
        self.origins = origins
    }

    /// In the order of the kinds.
    var rows: [QualityFigures.Row] {
        let counted = counted.withLock { $0 }
        return (DuplicateKind.allCases.map(Optional.some) + [nil]).compactMap { counted[$0] }
    }

    func append(_ document: CheckedDocument, to output: inout [UInt8]) {
        let id = document.batch.id(of: document.entry)
        let origin = origins[id]
        var row = QualityFigures.Row(kind: origin?.kind, pages: 1)
        for match in document.result.matches where match.id != id {
            row.matches += 1
            if article(of: match.id) == origin?.original ?? id { row.right += 1 }
            if match.id == origin?.original { row.found = 1 }
        }
        if origin?.fits == true { (row.fitting, row.fittingFound) = (1, row.found) }
        counted.withLock { $0[row.kind, default: QualityFigures.Row(kind: row.kind)].add(row) }
    }

    /// By the exact shares: the relations overlap so that three thresholds tell.
    private static func fits(_ figures: ShingleFigures?) -> Bool {
        guard let figures else { return false }
        let rule = MatchRule()
        let coverage = Double(figures.shared) / Double(max(figures.otherShingles, 1))
        return figures.jaccard >= rule.nearJaccard || figures.containment >= rule.containment
            || coverage >= rule.coverage
    }

    func append(_ problem: InputProblem, to output: inout [UInt8]) {}

    /// The id of the page whose article a page has; originals are never duplicates themselves.
    private func article(of id: String) -> String { origins[id]?.original ?? id }
}
