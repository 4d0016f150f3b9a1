package import CrawlGeneration
package import CrawlPipelines

/// What one index of a series of growing ones takes.
package struct GrowthFigures: Sendable, Hashable {
    /// The index run.
    package var index: StageFigures
    /// Single checks.
    package var latencies: [LatencyFigures]
    /// From nothing to the first answer; nil where it can't be measured.
    package var cold: ColdStart?

    /// Microseconds of indexing a document.
    package var microsecondsPerDocument: Double {
        1e6 * index.seconds.median / Double(max(index.documents, 1))
    }
}

/// Indexes made-up crawls of growing numbers of short documents, and checks single ones against each.
package struct GrowthMeasurement {
    private let options: StageOptions
    /// What the documents are like.
    package var settings: GenerationSettings
    /// Single checks of each sort.
    package var checks = 5000
    /// The mean length of the longer documents that are checked besides.
    private static let longerBytes = 4096
    /// How often the cold start is measured.
    private static let coldStarts = 5

    /// Creates a measurement: documents of some 400 bytes, a hundred a host.
    package init(_ options: StageOptions, seed: UInt64) {
        self.options = options
        settings = GenerationSettings(seed: seed)
        settings.meanTextBytes = 400
        // As in a crawl: more documents come from more hosts.
        settings.hosts = .pagesEach(100)
    }

    /// Measures an index of so many documents.
    ///
    /// - Throws: ``PipelineError``.
    package func measure(documents: Int) throws(PipelineError) -> GrowthFigures {
        let indexed = try makeIndex(documents)
        let path = indexed.folder.path
        var unseen = settings
        unseen.seed &+= 1
        var longer = unseen
        longer.meanTextBytes = Self.longerBytes
        var latency = LatencyMeasurement(path)
        latency.checks = checks
        return GrowthFigures(
            index: indexed.figures,
            latencies: [
                try latency.measure(unseen, pages: 0..<2 * checks, as: .unseen),
                try latency.measure(longer, pages: 0..<2 * checks, as: .unseen),
                try latency.measure(settings, pages: 0..<documents, as: .known),
            ],
            cold: try ColdStartMeasurement.run(path, texts: Self.texts(longer, Self.coldStarts))
        )
    }

    /// The crawl is removed before anything else is made, for it is the largest file.
    private func makeIndex(_ documents: Int) throws(PipelineError) -> WholeStages.Indexed {
        let crawl = try MadeUpCrawl(settings, .pages(documents), in: options.temporary, threads: options.threads)
        return try WholeStages(options).index(crawl.inputs)
    }

    /// Texts of some pages; settings that are not valid give none.
    package static func texts(_ settings: GenerationSettings, _ count: Int) -> [String] {
        guard var generator = try? CrawlGenerator(settings) else { return [] }
        return (0..<count).map { generator.page(at: 1_000_000 + $0).text }
    }
}
