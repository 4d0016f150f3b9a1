package import CrawlGeneration
package import CrawlPipelines
internal import CrawlReading

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
        do throws(GenerationSettingsError) {
            return QualityFigures(pages: crawl.pages, rows: try tally.rows(of: crawl))
        } catch {
            throw .output(message: error.description)
        }
    }
}
