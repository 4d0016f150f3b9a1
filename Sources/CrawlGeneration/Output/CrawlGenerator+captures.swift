// Captures: requests, responses, and now and then a record that is no page.

extension CrawlGenerator {
    mutating func appendCapture(_ page: PageComposer.Page) {
        let number = page.plan.page
        if settings.hasRequests { appendRequest(page) }
        var random = CrawlRandom(CrawlRandom.key(settings.seed, .transfer, number))
        body.removeAll()
        let isLatin1 = composer.encoding(page).isLatin1
        body.append("HTTP/1.1 200 OK\r\nServer: made-up\r\nContent-Type: text/html; charset=")
        body.append(isLatin1 ? "ISO-8859-1\r\n" : "UTF-8\r\n")
        if random.happens(settings.chunked) {
            var html = ByteBuffer()
            composer.appendHTML(page, to: &html)
            body.append("Transfer-Encoding: chunked\r\n\r\n")
            Self.appendChunks(html, random.within(1000...9000), to: &body)
        } else {
            var html = ByteBuffer()
            composer.appendHTML(page, to: &html)
            body.append("Content-Length: ")
            body.append(decimal: html.count)
            body.append("\r\n\r\n")
            body.append(html)
        }
        appendRecordStart("response", .identity, number)
        appendBody("Content-Type: application/http; msgtype=response\r\nWARC-Identified-Payload-Type: text/html\r\n")
        appendOtherRecord(number)
    }

    private static func appendChunks(_ html: borrowing ByteBuffer, _ size: Int, to body: inout ByteBuffer) {
        var at = 0
        while at < html.count {
            let end = min(at + size, html.count)
            body.append(String(end - at, radix: 16))
            body.append("\r\n")
            body.append(html, at..<end)
            body.append("\r\n")
            at = end
        }
        body.append("0\r\n\r\n")
    }

    private mutating func appendRequest(_ page: PageComposer.Page) {
        body.removeAll()
        body.append("GET ")
        // What follows `https://` and the host.
        let name = composer.hostName(page)
        body.append(url, 8 + name.count..<url.count)
        body.append(" HTTP/1.1\r\nHost: ")
        body.append(name)
        body.append("\r\nUser-Agent: generate-crawl\r\nAccept: text/html\r\n\r\n")
        appendRecordStart("request", .request, page.plan.page)
        output.append("WARC-Concurrent-To: <")
        PageAddress.appendID(.identity, settings.seed, page.plan.page, to: &output)
        output.append(">\r\n")
        appendBody("Content-Type: application/http; msgtype=request\r\n")
    }

    /// Appends an image, a redirect or a missing page after some of the pages.
    private mutating func appendOtherRecord(_ number: Int) {
        var random = CrawlRandom(CrawlRandom.key(settings.seed, .otherRecord, number))
        guard random.happens(settings.otherRecords) else { return }
        body.removeAll()
        let kind = random.below(3)
        url.append(kind == 0 ? ".png" : kind == 1 ? "?old=1" : "?missing=1")
        switch kind {
        case 0:
            let size = random.within(200...4000)
            body.append("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: ")
            body.append(decimal: size + 8)
            body.append("\r\n\r\n")
            // The signature of a PNG file, and nothing that a reader could show.
            body.append([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            for _ in 0..<size { body.append(UInt8(truncatingIfNeeded: random.next())) }
        case 1:
            body.append("HTTP/1.1 301 Moved Permanently\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
        default:
            let page: StaticString =
                "<html><head><title>404</title></head><body><p>There is no such page.</p></body></html>"
            body.append("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: ")
            body.append(decimal: page.utf8CodeUnitCount)
            body.append("\r\n\r\n")
            body.append(page)
        }
        appendRecordStart("response", .otherRecord, number)
        appendBody("Content-Type: application/http; msgtype=response\r\n")
    }

    /// Appends the rest of a record: its own header lines, its length, and `body`.
    private mutating func appendBody(_ header: StaticString) {
        output.append(header)
        output.append("Content-Length: ")
        output.append(decimal: body.count)
        output.append("\r\n\r\n")
        output.append(body)
        output.append("\r\n\r\n")
    }
}
