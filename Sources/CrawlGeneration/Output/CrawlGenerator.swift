/// Makes the pages of a crawl, any of them on its own, as bytes of a format or as values.
///
/// Page *i* follows from the settings and *i* alone, so that pages can be made in any order and on any number of threads,
/// each with a generator of its own. Memory holds the templates of at most 1,024 hosts and one page besides what is
/// returned.
public struct CrawlGenerator: ~Copyable {
    /// The settings.
    public var settings: GenerationSettings { composer.planner.settings }

    var composer: PageComposer
    /// The record that is being written, and its body.
    var output = ByteBuffer()
    var body = ByteBuffer()
    var url = ByteBuffer(capacity: 256)

    /// Creates a generator.
    ///
    /// - Parameter settings: what the crawl is like.
    /// - Throws: ``GenerationSettingsError`` where a setting can't be followed.
    public init(_ settings: GenerationSettings) throws(GenerationSettingsError) {
        try settings.validate()
        composer = PageComposer(PagePlanner(settings))
    }

    /// What a file of a format begins with: the `warcinfo` record, or nothing.
    public static func preamble(_ format: GeneratedFormat) -> [UInt8] {
        guard format != .jsonLines else { return [] }
        let content = "software: generate-crawl\r\nformat: WARC File Format 1.0\r\ndescription: made-up pages\r\n"
        let id = "00000000-0000-4000-8000-00000000000\(format == .wet ? 1 : 2)"
        let head =
            "WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:\(id)>\r\n"
            + "Content-Type: application/warc-fields\r\nContent-Length: \(content.utf8.count)\r\n\r\n"
        return Array((head + content + "\r\n\r\n").utf8)
    }

    /// Makes consecutive pages; O(bytes).
    ///
    /// - Parameters:
    ///   - pages: the numbers of the pages, from 0 on.
    ///   - format: what they are written as.
    ///   - truth: what is told of their pairs.
    /// - Returns: the pages, and the pairs whose later page is among them.
    public mutating func block(
        _ pages: Range<Int>,
        as format: GeneratedFormat,
        truth: TruthOptions = []
    ) -> GeneratedBlock {
        precondition(pages.lowerBound >= 0, "pages are counted from 0")
        output.removeAll()
        var block = GeneratedBlock(
            pages: pages,
            bytes: [],
            ends: [],
            planted: [],
            plantedCounts: [],
            unrelated: [],
            unrelatedCounts: []
        )
        block.ends.reserveCapacity(pages.count)
        for number in pages {
            let plan = composer.planner.plan(number)
            append(composer.compose(plan), as: format)
            block.ends.append(output.count)
            if truth.contains(.planted), plan.kind != nil {
                block.planted.append(pair(plan, composer.planner.plan(plan.article), truth))
            }
            if truth.contains(.unrelated), let other = composer.planner.unrelated(to: plan) {
                block.unrelated.append(pair(plan, other, truth))
            }
            block.plantedCounts.append(block.planted.count)
            block.unrelatedCounts.append(block.unrelated.count)
        }
        block.bytes = output.bytes
        return block
    }

    /// A page as a value of its own; O(its length).
    public mutating func page(at number: Int) -> GeneratedPage {
        precondition(number >= 0, "pages are counted from 0")
        let plan = composer.planner.plan(number)
        let page = composer.compose(plan)
        setURL(page)
        var date = ByteBuffer(capacity: 32)
        PageAddress.appendDate(settings.seed, number, to: &date)
        return GeneratedPage(
            number: number,
            id: id(number),
            url: String(decoding: url.bytes, as: UTF8.self),
            date: String(decoding: date.bytes, as: UTF8.self),
            text: String(decoding: composer.text.bytes, as: UTF8.self),
            article: page.article,
            original: plan.original,
            kind: plan.kind
        )
    }

    /// Keeps the URL of a page for the records that name it.
    mutating func setURL(_ page: PageComposer.Page) {
        url.removeAll()
        PageAddress.appendURL(page.plan, settings.seed, host: composer.hostName(page), to: &url)
    }

    /// The id of a page.
    package func id(ofPage number: Int) -> String { id(number) }

    /// How two pages relate, exactly; O(n log n) in their lengths.
    package mutating func figures(_ page: Int, _ other: Int) -> ShingleFigures {
        let shingles = shingles(composer.planner.plan(page))
        return ShingleFigures(shingles, self.shingles(composer.planner.plan(other)))
    }

    private mutating func shingles(_ plan: PagePlan) -> [UInt64] {
        _ = composer.compose(plan)
        return GeneratedShingles.set(of: composer.text)
    }

    private func id(_ number: Int) -> String {
        var bytes = ByteBuffer(capacity: 64)
        PageAddress.appendID(.identity, settings.seed, number, to: &bytes)
        return String(decoding: bytes.bytes, as: UTF8.self)
    }

    /// A pair; its figures take the place of the page made last.
    private mutating func pair(_ plan: PagePlan, _ other: PagePlan, _ truth: TruthOptions) -> PlantedPair {
        var figures: ShingleFigures?
        if truth.contains(.figures) {
            let shingles = shingles(plan)
            figures = ShingleFigures(shingles, self.shingles(other))
        }
        return PlantedPair(id: id(plan.page), originalID: id(other.page), kind: plan.kind, figures: figures)
    }
}

// Everything it holds belongs to it alone; templates are never handed out. So it may move from one thread to another.
extension CrawlGenerator: @unchecked Sendable {}
