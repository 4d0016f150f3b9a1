/// An article: everything about it follows from its key.
struct Article {
    /// A paragraph of some article.
    struct Paragraph {
        var key: UInt64
        var bytes: Int
        var script: Script
    }

    let key: UInt64
    let script: Script
    let paragraphCount: Int
    let meanBytes: Int

    /// The article of a page, or one that a duplicate adds.
    ///
    /// - Parameters:
    ///   - key: what everything about it follows from.
    ///   - script: what it is written in.
    ///   - settings: the crawl's settings.
    ///   - isStory: whether many hosts run it; such an article is long, so that it is most of each of their pages.
    init(key: UInt64, script: Script, settings: GenerationSettings, isStory: Bool = false) {
        self.key = key
        self.script = script
        var random = CrawlRandom(key)
        let share = 10_000 - settings.templateShare.tenThousandths
        // The title, twice, and the byline are about 150 bytes.
        let mean = max(settings.meanTextBytes * share / 10_000 - 150, 100)
        let bytes = max(LengthTable.length(mean: mean, &random), isStory ? 2 * mean : 100)
        paragraphCount = max(3, bytes / random.within(300...600))
        meanBytes = bytes / paragraphCount
    }

    /// One of its paragraphs.
    func paragraph(_ number: Int) -> Paragraph {
        let key = CrawlRandom.part(key, number)
        var random = CrawlRandom(CrawlRandom.part(key, -1))
        return Paragraph(key: key, bytes: meanBytes * random.within(60...140) / 100, script: script)
    }

    /// Appends its title.
    func appendTitle(to text: inout ByteBuffer) {
        var random = CrawlRandom(CrawlRandom.part(key, -2))
        // An ideographic word is a third as long as others.
        let count = random.within(script.hasSpaces ? 5...10 : 8...14)
        Prose.words(Vocabulary.of(script), count: count, random: &random, to: &text)
    }

    /// Appends its author and a date.
    func appendByline(to text: inout ByteBuffer) {
        var random = CrawlRandom(CrawlRandom.part(key, -3))
        let vocabulary = Vocabulary.of(script)
        for _ in 0..<2 {
            Prose.words(vocabulary, count: 1, random: &random, to: &text)
            text.append(UInt8(ascii: " "))
        }
        text.removeLast()
        text.append(", ")
        text.append(decimal: random.within(1...28))
        text.append(UInt8(ascii: "."))
        text.append(decimal: random.within(1...12))
        text.append(".2025")
    }

    /// Appends a paragraph's text.
    static func append(_ paragraph: Paragraph, edits: inout EditSchedule, to text: inout ByteBuffer) {
        var random = CrawlRandom(paragraph.key)
        Prose.paragraph(
            Vocabulary.of(paragraph.script),
            bytes: paragraph.bytes,
            random: &random,
            edits: &edits,
            to: &text
        )
    }
}
