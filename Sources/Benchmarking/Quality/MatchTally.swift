internal import CrawlGeneration
internal import CrawlModel
internal import CrawlPipelines
internal import NearDuplicates
internal import Synchronization

/// Takes answers, and counts the right ones instead of writing them.
final class MatchTally: CheckFormatter {
    private struct Origin: Sendable {
        var original: String
        var kind: DuplicateKind
        /// Whether the default rule relates the two.
        var fits: Bool
    }

    /// A match that is to be looked at.
    private struct Drawn: Sendable {
        var kind: DuplicateKind?
        var id: String
        var other: String
    }

    private struct State: Sendable {
        var rows: [DuplicateKind?: QualityFigures.Row] = [:]
        var drawn: [Drawn] = []
    }

    private let origins: [String: Origin]
    private let state = Mutex(State())

    init(_ planted: [PlantedPair]) {
        var origins: [String: Origin] = [:]
        for pair in planted {
            guard let kind = pair.kind else { continue }
            let fits = pair.figures.map(Self.fits) ?? false
            origins[pair.id] = Origin(original: pair.originalID, kind: kind, fits: fits)
        }
        self.origins = origins
    }

    func append(_ document: CheckedDocument, to output: inout [UInt8]) {
        let id = document.batch.id(of: document.entry)
        let origin = origins[id]
        var row = QualityFigures.Row(kind: origin?.kind, pages: 1)
        var drawn: [Drawn] = []
        for match in document.result.matches where match.id != id {
            row.matches += 1
            if article(of: match.id) == origin?.original ?? id { row.right += 1 }
            if match.id == origin?.original { row.found = 1 }
            if Self.isDrawn(id, match.id) { drawn.append(Drawn(kind: row.kind, id: id, other: match.id)) }
        }
        if origin?.fits == true { (row.fitting, row.fittingFound) = (1, row.found) }
        state.withLock { state in
            state.rows[row.kind, default: QualityFigures.Row(kind: row.kind)].add(row)
            state.drawn += drawn
        }
    }

    func append(_ problem: InputProblem, to output: inout [UInt8]) {}

    /// What was counted, in the order of the kinds; the drawn matches are looked at, which takes a millisecond each.
    func rows(of crawl: MadeUpCrawl) throws(GenerationSettingsError) -> [QualityFigures.Row] {
        var (rows, drawn) = state.withLock { ($0.rows, $0.drawn) }
        var generator = try CrawlGenerator(crawl.settings)
        var pages: [String: Int] = [:]
        for page in 0..<crawl.pages { pages[generator.id(ofPage: page)] = page }
        for match in drawn {
            guard let page = pages[match.id], let other = pages[match.other] else { continue }
            rows[match.kind]?.drawn += 1
            if Self.fits(generator.figures(page, other)) { rows[match.kind]?.drawnFitting += 1 }
        }
        return (DuplicateKind.allCases.map(Optional.some) + [nil]).compactMap { rows[$0] }
    }

    /// The id of the page whose article a page has; originals are never duplicates themselves.
    private func article(of id: String) -> String { origins[id]?.original ?? id }

    /// One in sixty-four, by the names alone, so that threads don't matter.
    private static func isDrawn(_ id: String, _ other: String) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in other.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash >> 58 == 0
    }

    /// By the exact shares: the relations overlap so that three thresholds tell.
    private static func fits(_ figures: ShingleFigures) -> Bool {
        let rule = MatchRule()
        let coverage = Double(figures.shared) / Double(max(figures.otherShingles, 1))
        return figures.jaccard >= rule.nearJaccard || figures.containment >= rule.containment
            || coverage >= rule.coverage
    }
}
