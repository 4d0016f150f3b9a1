import CrawlPipelines
import CrawlReading
import StreamCompression
import TestSupport
import Testing

/// Bodies that inflate to far more than a batch has bytes are worked on a few at a time.
struct PackedBodiesTests {
    private func response(_ page: Page) throws -> [UInt8] {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\n"
        let http = try Array(head.utf8) + packed(page.text, .gzip, size: .max)
        let header = [
            "WARC/1.0", "WARC-Type: response", "WARC-Record-ID: <\(page.id)>",
            "WARC-Target-URI: https://example.org/\(page.id)",
            "Content-Type: application/http; msgtype=response", "Content-Length: \(http.count)", "", "",
        ]
        return Array(header.joined(separator: "\r\n").utf8) + http + Array("\r\n\r\n".utf8)
    }

    @Test("The answers are those of the same texts as JSON lines, and skipped records stand in their places")
    func sameAnswers() throws {
        let folder = try TemporaryFolder()
        // Some 400 kB each, so that eleven of them fill what is worked on at a time.
        let pages = madeUpPages(14, seed: 5)
            .map {
                Page(
                    id: $0.id,
                    text: String(repeating: $0.text + " and so on ", count: 400_000 / ($0.text.utf8.count + 12))
                )
            }
        let lines = try folder.write(pages.map(jsonLine).joined(), to: "pages.jsonl")
        var warc: [UInt8] = []
        for (number, page) in pages.enumerated() {
            warc += try response(page)
            if number % 5 == 2 { warc += Array("no record\r\n\r\n".utf8) }
        }
        let captures = try folder.write(warc, to: "pages.warc")
        #expect(warc.count < 1 << 20, "all in one batch")
        let inOneBatch: (inout CheckPipeline) -> Void = { $0.reading.batchBytes = 1 << 20 }
        var findings: [[String]] = []
        for dump in [lines, captures] {
            let place = dump + ".index"
            #expect(try index([dump], into: place) { $0.reading.batchBytes = 1 << 20 }.reading.documents == 14)
            #expect(try check([lines], against: place, inOneBatch).lines.count == 14)
            let checked = try check([captures], against: place, inOneBatch)
            #expect(
                checked.objects.map { $0["error"] != nil }.enumerated().filter(\.element).map(\.offset) == [3, 9, 15]
            )
            findings.append(checked.objects.filter { $0["error"] == nil }.map { "\($0["verdict"] ?? "")" })
            #expect(checked.summary.verdicts.unique == 0)
        }
        #expect(findings[0] == findings[1] && findings[0].count == 14)
    }
}
