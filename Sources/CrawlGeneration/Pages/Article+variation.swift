extension Article {
    /// The paragraphs of a page: the article's as they are, or as its kind of duplicate has them.
    ///
    /// - Parameters:
    ///   - plan: the page; its article is this one.
    ///   - settings: the crawl's settings.
    ///   - paragraphs: what is filled; its storage is used again.
    func paragraphs(of plan: PagePlan, _ settings: GenerationSettings, into paragraphs: inout [Paragraph]) {
        paragraphs.removeAll(keepingCapacity: true)
        let key = CrawlRandom.key(settings.seed, .variation, plan.page)
        var random = CrawlRandom(key)
        var numbers = 0..<paragraphCount
        if plan.kind == .excerpt {
            let count = (3 * paragraphCount + 9) / 10
            let start = random.within(0...(paragraphCount - count))
            numbers = start..<start + count
        }
        for number in numbers { paragraphs.append(paragraph(number)) }
        switch plan.kind {
        case .inserted?:
            var added = Article(key: CrawlRandom.part(key, 0), script: script, settings: settings).paragraph(0)
            added.bytes = meanBytes
            paragraphs.insert(added, at: random.within(1...paragraphCount - 1))
        case .appended?:
            let other = Article(key: CrawlRandom.part(key, 0), script: script, settings: settings)
            for number in 0..<other.paragraphCount { paragraphs.append(other.paragraph(number)) }
        case .reordered?: Self.reorder(&paragraphs, &random)
        case .exact?, .edited?, .template?, .excerpt?, .story?, nil: break
        }
    }

    /// The edits of a page.
    static func edits(of plan: PagePlan, _ settings: GenerationSettings) -> EditSchedule {
        guard plan.kind == .edited else { return .none }
        return .edits(CrawlRandom.key(settings.seed, .variation, plan.page))
    }

    /// Shuffles paragraphs; never leaves all of them where they were.
    private static func reorder(_ paragraphs: inout [Paragraph], _ random: inout CrawlRandom) {
        let first = paragraphs[0].key
        for index in stride(from: paragraphs.count - 1, to: 0, by: -1) {
            paragraphs.swapAt(index, random.below(index + 1))
        }
        if paragraphs[0].key == first { paragraphs.swapAt(0, paragraphs.count - 1) }
    }
}
