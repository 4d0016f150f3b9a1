/// What all pages of a host have in common: the text around their articles, and the markup around that.
struct HostTemplate: ~Copyable {
    /// A line of the template's text.
    struct Line {
        /// Where it stands on the page.
        enum Place: Int {
            case tagline, navigation, notice, sidebarTitle, sidebar, imprint, footer
        }

        var place: Place
        var range: Range<Int>
    }

    let host: Int
    let script: Script
    /// The host's name as in URLs.
    let name: [UInt8]
    /// The title of the site, which follows that of each page.
    let siteName: [UInt8]
    let encoding: HTMLEncoding
    /// The lines before the article, then those after it; each with a line end.
    private(set) var text = ByteBuffer(capacity: 4096)
    private(set) var lines: [Line] = []
    /// How many of the bytes, and of the lines, come before the article.
    private(set) var bytesBefore = 0
    private(set) var linesBefore = 0
    /// The HTML, made when it is first asked for.
    var markup: HostMarkup?

    /// Makes the template of a host; O(its length).
    init(_ host: Int, _ planner: PagePlanner) {
        let settings = planner.settings
        self.host = host
        script = planner.script(ofHost: host)
        var bytes = ByteBuffer(capacity: 256)
        PageAddress.appendHost(host, settings.seed, to: &bytes)
        name = bytes.bytes
        bytes.removeAll()
        var random = CrawlRandom(CrawlRandom.key(settings.seed, .hostTemplate, host))
        Prose.words(Vocabulary.of(script), count: 2, random: &random, to: &bytes)
        siteName = bytes.bytes
        encoding = HTMLEncoding(isLatin1: random.happens(settings.latin1Hosts), namesQuotes: random.below(4) == 0)
        let share = settings.templateShare.tenThousandths
        let bytesInAll = settings.meanTextBytes * share / 10_000 * random.within(75...125) / 100
        if bytesInAll > 0 { write(bytesInAll, settings.seed, &random) }
    }

    /// Appends the title of the site to that of a page.
    func appendTitleEnd(to text: inout ByteBuffer) {
        text.append(" | ")
        text.append(siteName)
    }

    private mutating func write(_ bytes: Int, _ seed: UInt64, _ random: inout CrawlRandom) {
        let noticeIsFirst = random.below(2) == 0
        if noticeIsFirst { appendNotice(bytes / 5, seed, &random) }
        appendWords(.tagline, 4...7, &random)
        appendLines(.navigation, 1...2, bytes / 4, &random)
        bytesBefore = text.count
        linesBefore = lines.count
        appendWords(.sidebarTitle, 2...3, &random)
        appendLines(.sidebar, 5...9, bytes / 4, &random)
        if !noticeIsFirst { appendNotice(bytes / 5, seed, &random) }
        appendParagraph(.imprint, bytes / 8, &random)
        appendLines(.footer, 1...3, bytes - text.count, &random)
    }

    /// Appends a cookie notice; a few of them serve all hosts of a script, as those of the makers of such notices do.
    private mutating func appendNotice(_ bytes: Int, _ seed: UInt64, _ random: inout CrawlRandom) {
        var common = CrawlRandom(CrawlRandom.key(seed, .commonNotice, random.below(4)))
        appendParagraph(.notice, bytes, &common)
    }

    private mutating func appendParagraph(_ place: Line.Place, _ bytes: Int, _ random: inout CrawlRandom) {
        let start = text.count
        var edits = EditSchedule.none
        Prose.paragraph(Vocabulary.of(script), bytes: bytes, random: &random, edits: &edits, to: &text)
        endLine(place, from: start)
    }

    private mutating func appendLines(
        _ place: Line.Place,
        _ words: ClosedRange<Int>,
        _ bytes: Int,
        _ random: inout CrawlRandom
    ) {
        let goal = text.count + bytes
        // At least one, and the last one half beyond the goal on average.
        repeat { appendWords(place, words, &random) } while text.count + 5 * words.upperBound < goal
    }

    private mutating func appendWords(_ place: Line.Place, _ words: ClosedRange<Int>, _ random: inout CrawlRandom) {
        let start = text.count
        Prose.words(Vocabulary.of(script), count: random.within(words), random: &random, to: &text)
        endLine(place, from: start)
    }

    private mutating func endLine(_ place: Line.Place, from start: Int) {
        lines.append(Line(place: place, range: start..<text.count))
        text.append(UInt8(ascii: "\n"))
    }
}
