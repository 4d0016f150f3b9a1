extension CrawlGenerator {
    /// Appends the page made last.
    mutating func append(_ page: PageComposer.Page, as format: GeneratedFormat) {
        setURL(page)
        switch format {
        case .jsonLines: appendJSONLine(page)
        case .wet: appendConversion(page)
        case .warc: appendCapture(page)
        }
    }

    private mutating func appendJSONLine(_ page: PageComposer.Page) {
        output.append("{\"id\":\"")
        PageAddress.appendID(.identity, settings.seed, page.plan.page, to: &output)
        // URLs and dates have nothing to escape.
        output.append("\",\"url\":\"")
        output.append(url)
        output.append("\",\"date\":\"")
        PageAddress.appendDate(settings.seed, page.plan.page, to: &output)
        output.append("\",\"text\":\"")
        Self.escape(composer, to: &output)
        output.append("\"}\n")
    }

    private static func escape(_ composer: borrowing PageComposer, to output: inout ByteBuffer) {
        output.append(escaping: composer.text, 0..<composer.text.count)
    }

    private mutating func appendConversion(_ page: PageComposer.Page) {
        appendRecordStart("conversion", .identity, page.plan.page)
        output.append("Content-Type: text/plain\r\nContent-Length: ")
        output.append(decimal: composer.text.count)
        output.append("\r\n\r\n")
        Self.copy(composer, to: &output)
        output.append("\r\n\r\n")
    }

    private static func copy(_ composer: borrowing PageComposer, to output: inout ByteBuffer) {
        output.append(composer.text)
    }

    /// Appends what all records of a page have in common.
    mutating func appendRecordStart(_ type: StaticString, _ purpose: CrawlRandom.Purpose, _ page: Int) {
        output.append("WARC/1.0\r\nWARC-Type: ")
        output.append(type)
        output.append("\r\nWARC-Target-URI: ")
        output.append(url)
        output.append("\r\nWARC-Date: ")
        PageAddress.appendDate(settings.seed, page, to: &output)
        output.append("\r\nWARC-Record-ID: <")
        PageAddress.appendID(purpose, settings.seed, page, to: &output)
        output.append(">\r\n")
    }
}
