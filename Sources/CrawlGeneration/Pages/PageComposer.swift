/// Makes the text of pages, one at a time; keeps the templates of hosts it met lately.
struct PageComposer: ~Copyable {
    /// A page whose text is made: what it is and where its parts lie in the text.
    struct Page {
        var plan: PagePlan
        /// The slot of its host's template.
        var slot: Int
        /// The title of the page with that of the site.
        var title: Range<Int>
        var heading: Range<Int>
        var byline: Range<Int>
        /// The first and the last byte of the article in the text, with heading and byline.
        var article: Range<Int>
    }

    let planner: PagePlanner
    /// The text of the page made last: lines, with no line end after the last.
    private(set) var text = ByteBuffer()
    /// Where the paragraphs of its article lie.
    private(set) var paragraphs: [Range<Int>] = []
    private var plans: [Article.Paragraph] = []
    private var templates: TemplateCache

    init(_ planner: PagePlanner) {
        self.planner = planner
        templates = TemplateCache()
    }

    /// Makes the text of a page.
    ///
    /// O(its length), and that of its host's template where that isn't kept.
    mutating func compose(_ plan: PagePlan) -> Page {
        let settings = planner.settings
        let slot = templates.slot(of: plan.host, planner)
        let home = planner.host(ofOriginal: plan.article)
        let article = Article(
            key: CrawlRandom.key(settings.seed, .article, plan.article),
            script: planner.script(ofHost: home),
            settings: settings,
            isStory: planner.isStory(plan.article)
        )
        text.removeAll()
        paragraphs.removeAll(keepingCapacity: true)
        article.appendTitle(to: &text)
        let titleCount = text.count
        templates.appendTitleEnd(slot, to: &text)
        let title = 0..<text.count
        endLine()
        templates.appendBefore(slot, to: &text)
        let start = text.count
        text.reserve(titleCount)
        for index in 0..<titleCount { text.append(text[index]) }
        let heading = start..<text.count
        endLine()
        let bylineStart = text.count
        article.appendByline(to: &text)
        let byline = bylineStart..<text.count
        endLine()
        article.paragraphs(of: plan, settings, into: &plans)
        var edits = Article.edits(of: plan, settings)
        for paragraph in plans {
            let start = text.count
            Article.append(paragraph, edits: &edits, to: &text)
            paragraphs.append(start..<text.count)
            endLine()
        }
        let end = text.count - 1
        templates.appendAfter(slot, to: &text)
        text.removeLast()
        return Page(plan: plan, slot: slot, title: title, heading: heading, byline: byline, article: start..<end)
    }

    /// The name of a page's host.
    func hostName(_ page: Page) -> [UInt8] { templates.name(page.slot) }

    /// How a page's host writes HTML.
    func encoding(_ page: Page) -> HTMLEncoding { templates.encoding(page.slot) }

    /// Appends the page made last as HTML.
    mutating func appendHTML(_ page: Page, to html: inout ByteBuffer) {
        templates.makeMarkup(page.slot, planner.settings)
        let encoding = templates.encoding(page.slot)
        templates.appendMarkup(page.slot, .start, to: &html)
        encoding.append(text, page.title, to: &html)
        templates.appendMarkup(page.slot, .beforeArticle, to: &html)
        html.append("<h1>")
        encoding.append(text, page.heading, to: &html)
        html.append("</h1>\n<p class=\"byline\">")
        encoding.append(text, page.byline, to: &html)
        html.append("</p>\n")
        var random = CrawlRandom(CrawlRandom.key(planner.settings.seed, .emphasis, page.plan.page))
        for (number, paragraph) in paragraphs.enumerated() {
            html.append("<p>")
            Self.appendParagraph(text, paragraph, encoding, &random, to: &html)
            html.append("</p>\n")
            if number % 4 == 2 { html.append("<figure><img src=\"/images/a.jpg\" width=640 alt=\"\"></figure>\n") }
        }
        templates.appendMarkup(page.slot, .afterArticle, to: &html)
    }

    /// Appends a paragraph with a link or some emphasis in its midst.
    private static func appendParagraph(
        _ text: borrowing ByteBuffer,
        _ range: Range<Int>,
        _ encoding: HTMLEncoding,
        _ random: inout CrawlRandom,
        to html: inout ByteBuffer
    ) {
        // From one space to the next, so that no word and no character is cut.
        var start = range.lowerBound + random.below(range.count)
        while start < range.upperBound, text[start] != 0x20 { start += 1 }
        var end = start + 1
        while end < range.upperBound, text[end] != 0x20 { end += 1 }
        guard end < range.upperBound else {
            encoding.append(text, range, to: &html)
            return
        }
        let isLink = random.below(2) == 0
        encoding.append(text, range.lowerBound..<start + 1, to: &html)
        html.append(isLink ? "<a href=\"/tag?a=1&amp;b=2\" rel=tag>" : "<em>")
        encoding.append(text, start + 1..<end, to: &html)
        html.append(isLink ? "</a>" : "</em>")
        encoding.append(text, end..<range.upperBound, to: &html)
    }

    private mutating func endLine() { text.append(UInt8(ascii: "\n")) }
}
