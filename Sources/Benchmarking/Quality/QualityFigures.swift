package import CrawlGeneration

/// How many planted duplicates were found, and how many matches were right.
package struct QualityFigures: Sendable, Hashable {
    /// What was found of one kind.
    package struct Row: Sendable, Hashable {
        /// How the pages were made of their originals; nil for pages that are no duplicates.
        package var kind: DuplicateKind?
        /// Pages of the kind.
        package var pages = 0
        /// Those whose original is among their matches.
        package var found = 0
        /// Pages that the default rule relates to their original by the exact figures of both.
        package var fitting = 0
        /// Those of them whose original is among their matches.
        package var fittingFound = 0
        /// Matches of them all, without those with themselves.
        package var matches = 0
        /// Matches with pages of the same article.
        package var right = 0
        /// Matches that were drawn to be looked at, one in sixty-four.
        package var drawn = 0
        /// Those of them that the default rule holds for by the exact figures.
        package var drawnFitting = 0

        /// The share of the pages whose original was found; nil where there is nothing to find.
        package var recall: Double? { kind == nil || pages == 0 ? nil : Double(found) / Double(pages) }
        /// The same of the pages that fit the rule; nil where there is none.
        package var fittingRecall: Double? { fitting == 0 ? nil : Double(fittingFound) / Double(fitting) }
        /// The share of the matches that are right; nil where there is none.
        package var precision: Double? { matches == 0 ? nil : Double(right) / Double(matches) }

        /// The share of the matches that the rule holds for by the exact figures; nil where none was drawn.
        package var rulePrecision: Double? { drawn == 0 ? nil : Double(drawnFitting) / Double(drawn) }

        mutating func add(_ other: Row) {
            pages += other.pages
            found += other.found
            fitting += other.fitting
            fittingFound += other.fittingFound
            matches += other.matches
            right += other.right
            drawn += other.drawn
            drawnFitting += other.drawnFitting
        }
    }

    /// Pages in the crawl.
    package var pages: Int
    /// A row for each kind that was planted, then one for the pages that are no duplicates.
    package var rows: [Row]

    /// All planted kinds together.
    package var all: Row {
        rows.reduce(into: Row()) { sum, row in if row.kind != nil { sum.add(row) } }
    }

    /// The share of planted duplicates whose original was found.
    package var recall: Double { Double(all.found) / Double(max(all.pages, 1)) }

    /// The share of the drawn matches, of originals too, that the rule holds for by the exact figures.
    package var rulePrecision: Double? {
        rows.reduce(into: Row()) { $0.add($1) }.rulePrecision
    }

    /// The share of all matches, of originals too, that are right.
    package var precision: Double {
        let sum = rows.reduce(into: Row()) { $0.add($1) }
        return Double(sum.right) / Double(max(sum.matches, 1))
    }
}
