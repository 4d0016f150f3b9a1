/// The HTML around the articles of a host, in the host's encoding.
struct HostMarkup: ~Copyable {
    /// From the doctype to the title, which follows.
    private(set) var start = ByteBuffer(capacity: 512)
    /// From the end of the title to the article.
    private(set) var beforeArticle = ByteBuffer()
    /// From the end of the article to that of the page.
    private(set) var afterArticle = ByteBuffer()

    init(_ template: borrowing HostTemplate, _ settings: GenerationSettings) {
        var random = CrawlRandom(CrawlRandom.key(settings.seed, .hostMarkup, template.host))
        start.append("<!DOCTYPE html>\n<html lang=\"")
        start.append(template.script.languageTag)
        start.append(
            template.encoding.isLatin1
                ? "\">\n<head>\n<meta charset=\"iso-8859-1\">\n<title>"
                : "\">\n<head>\n<meta charset=\"utf-8\">\n<title>"
        )
        beforeArticle.append("</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        Self.appendStyle(settings.markupBytes / 4, &random, to: &beforeArticle)
        Self.appendCode(settings.markupBytes * random.within(25...75) / 100, &random, to: &beforeArticle)
        beforeArticle.append("</head>\n<body class=\"")
        Self.appendName(&random, to: &beforeArticle)
        beforeArticle.append("\">\n<noscript><img src=\"/pixel.gif?a=1&amp;b=2\" alt=\"\"></noscript>\n")
        Self.appendLines(template, 0..<template.linesBefore, &random, to: &beforeArticle)
        beforeArticle.append("<main>\n<article class=\"")
        Self.appendName(&random, to: &beforeArticle)
        beforeArticle.append("\">\n")
        afterArticle.append("</article>\n</main>\n")
        Self.appendLines(template, template.linesBefore..<template.lines.count, &random, to: &afterArticle)
        Self.appendCode(settings.markupBytes / 4, &random, to: &afterArticle)
        afterArticle.append("</body>\n</html>\n")
    }

    /// Appends lines, those of one place within the elements of that place.
    private static func appendLines(
        _ template: borrowing HostTemplate,
        _ range: Range<Int>,
        _ random: inout CrawlRandom,
        to html: inout ByteBuffer
    ) {
        var open: HostTemplate.Line.Place?
        for index in range {
            let line = template.lines[index]
            if open != line.place {
                if let open { html.append(end(of: open)) }
                appendStart(of: line.place, &random, to: &html)
                open = line.place
            }
            switch line.place {
            case .navigation, .sidebar, .footer:
                html.append("<li><a href=\"/")
                appendName(&random, to: &html)
                html.append("/\" title='&gt; ")
                appendName(&random, to: &html)
                html.append("'>")
                template.encoding.append(template.text, line.range, to: &html)
                html.append("</a></li>\n")
            case .sidebarTitle:
                html.append("<h3>")
                template.encoding.append(template.text, line.range, to: &html)
                html.append("</h3>\n")
            case .tagline, .notice, .imprint:
                html.append("<p>")
                template.encoding.append(template.text, line.range, to: &html)
                html.append("</p>\n")
            }
        }
        if let open { html.append(end(of: open)) }
    }

    private static func appendStart(
        of place: HostTemplate.Line.Place,
        _ random: inout CrawlRandom,
        to html: inout ByteBuffer
    ) {
        html.append("<!-- ")
        appendName(&random, to: &html)
        html.append(" <p>no text</p> -->\n<div class=\"")
        appendName(&random, to: &html)
        html.append(UInt8(ascii: " "))
        appendName(&random, to: &html)
        switch place {
        case .navigation: html.append("\"><nav><ul>\n")
        case .sidebar: html.append("\"><aside><ul>\n")
        case .footer: html.append("\"><footer><ul>\n")
        case .notice: html.append("\" id=\"cookies\" data-state='{\"shown\": true, \"a>b\": 1}'><div>\n")
        case .tagline, .imprint, .sidebarTitle: html.append("\"><div>\n")
        }
    }

    private static func end(of place: HostTemplate.Line.Place) -> StaticString {
        switch place {
        case .navigation: "</ul></nav></div>\n"
        case .sidebar: "</ul></aside></div>\n"
        case .footer: "</ul></footer></div>\n"
        case .tagline, .notice, .imprint, .sidebarTitle: "</div></div>\n"
        }
    }

    private static func appendStyle(_ bytes: Int, _ random: inout CrawlRandom, to html: inout ByteBuffer) {
        let goal = html.count + bytes
        html.append("<style>\n")
        while html.count < goal {
            html.append(UInt8(ascii: "."))
            appendName(&random, to: &html)
            html.append(" > .")
            appendName(&random, to: &html)
            html.append("{margin:")
            html.append(decimal: random.below(64))
            html.append("px;color:#")
            html.append(hexadecimal: random.next(), digits: 6)
            html.append("}\n")
        }
        html.append("</style>\n")
    }

    private static func appendCode(_ bytes: Int, _ random: inout CrawlRandom, to html: inout ByteBuffer) {
        let goal = html.count + bytes
        html.append("<script>\n(function () {\n")
        while html.count < goal {
            html.append("if (")
            appendName(&random, to: &html)
            html.append(" < ")
            html.append(decimal: random.below(1000))
            html.append(") ")
            appendName(&random, to: &html)
            html.append(".push(\"<p>")
            appendName(&random, to: &html)
            html.append(" & <b>\");\n")
        }
        html.append("})();\n</script>\n")
    }

    /// Appends a name as code and attributes have them.
    private static func appendName(_ random: inout CrawlRandom, to html: inout ByteBuffer) {
        Vocabulary.of(.latin).append(100 + random.below(2000), to: &html)
        html.removeLast()
    }
}
