import CrawlPipelines
import CrawlReading
import NearDupHTTP
import NearDuplicates
import StreamCompression
import TestSupport
import Testing

@Suite("POST /v1/check")
struct CheckTests {
    private static let indexed = (0..<20).map { (id: "doc-\($0)", text: madeText($0)) }

    /// Lines that are duplicates, new, empty, malformed, blank and without id.
    private static func lines() -> String {
        var lines: [String] = []
        for seed in 0..<40 {
            lines.append(line(["id": "in-\(seed)", "text": madeText(seed), "url": "http://new.example/\(seed)"]))
        }
        lines.insert("not json", at: 3)
        lines.insert("", at: 5)
        lines.insert("{\"id\":1,\"body\":\"x\"}", at: 9)
        lines.insert("{\"text\":\"\(madeText(4)) and \\u00e9 more\"}", at: 11)
        lines.insert(line(["id": "empty", "text": "…"]), at: 12)
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the command says of the same lines.
    private func expected(_ input: String, explains: Bool, in service: RunningService) throws -> String {
        let folder = try TemporaryFolder()
        var pipeline = CheckPipeline()
        pipeline.explains = explains
        var output: [UInt8] = []
        _ = try pipeline.run(
            [CrawlInput(path: try folder.write(input, to: "in.jsonl"))],
            against: IndexSnapshot(path: service.path),
            formatter: JSONLinesFormatter(explains: explains),
            output: { output += $0 }
        )
        // The command names the file where the service says `-`.
        return String(decoding: output, as: UTF8.self).replacing(folder.file("in.jsonl"), with: "-")
    }

    @Test("answers lines as the command does, in order, however they come", arguments: [false, true])
    func lines(explains: Bool) async throws {
        try await RunningService.run(documents: Self.indexed) { service in
            let input = Self.lines()
            let expected = try expected(input, explains: explains, in: service)
            let path = explains ? "/v1/check?explain=true" : "/v1/check"
            let whole = try await service.send("POST", path, type: "application/x-ndjson", input)
            #expect(whole.status == 200)
            #expect(whole.header("content-type") == "application/x-ndjson")
            #expect(whole.text == expected)
            let packed = try await service.send(
                "POST",
                path,
                type: "application/x-ndjson",
                headers: [("content-encoding", "zstd")],
                try packed(Array(input.utf8), .zstd)
            )
            #expect(packed.text == expected)
        }
    }

    @Test("answers a document as a line of lines")
    func document() async throws {
        try await RunningService.run(documents: Self.indexed) { service in
            for seed in [0, 3, 77] {
                let document = line(["id": "x", "text": madeText(seed)])
                let one = try await service.send("POST", "/v1/check", type: "application/json", document)
                let many = try await service.send("POST", "/v1/check", type: "application/x-ndjson", document)
                #expect(one.status == 200)
                #expect(one.bytes == many.bytes)
                #expect(one.object["verdict"] as? String == (seed < 20 ? "exact" : "unique"))
            }
            let spread = "{\n \"id\": 7,\n \"text\": \"\(madeText(2))\"\n}\n"
            let answer = try await service.send("POST", "/v1/check", type: "application/json", spread)
            #expect(answer.object["id"] as? String == "7")
            #expect(answer.object["verdict"] as? String == "exact")
        }
    }

    @Test("reads texts and pages, in any charset")
    func textsAndPages() async throws {
        try await RunningService.run(documents: [("a", "déjà " + madeText(1))]) { service in
            let text = "déjà " + madeText(1)
            func verdict(_ type: String, _ bytes: [UInt8]) async throws -> String? {
                try await service.send("POST", "/v1/check?id=n", type: type, bytes).object["verdict"] as? String
            }
            let latin = text.unicodeScalars.map { UInt8($0.value) }
            let page = "<html><body><p>\(text)</p><script>x</script></body></html>"
            #expect(try await verdict("text/plain", Array(text.utf8)) == "exact")
            #expect(try await verdict("text/plain; charset=utf-8", Array(text.utf8)) == "exact")
            #expect(try await verdict("text/plain; charset=iso-8859-1", latin) == "exact")
            #expect(try await verdict("text/html", Array(page.utf8)) == "exact")
            let latinPage = page.unicodeScalars.map { UInt8($0.value) }
            #expect(try await verdict("text/html; charset=latin1", latinPage) == "exact")
            let named = try await service.send("POST", "/v1/check?id=a%26b+c&url=http://x/", type: "text/plain", text)
            #expect(named.object["id"] as? String == "a&b c")
            #expect(named.object["url"] as? String == "http://x/")
        }
    }

    @Test("tells passages where asked, and no more matches than asked")
    func wishes() async throws {
        let text = madeText(5)
        try await RunningService.run(documents: [("a", text), ("b", text), ("c", text)]) { service in
            let source = "new words at first " + text
            let answer = try await service.send("POST", "/v1/check?explain&limit=2", type: "text/plain", source)
            let matches = try #require(answer.object["matches"] as? [[String: Any]])
            #expect(matches.count == 2)
            #expect(answer.object["omitted"] as? Int == 1)
            let passage = try #require((matches[0]["passages"] as? [[String: Any]])?.first)
            let start = try #require(passage["byte_start"] as? Int)
            let end = try #require(passage["byte_end"] as? Int)
            #expect(text.contains(String(decoding: Array(source.utf8)[start..<end], as: UTF8.self)))
        }
    }

    @Test("says what is wrong with a request, and what to do")
    func refusals() async throws {
        try await RunningService.run { service in
            func code(_ type: String?, _ body: String, _ path: String = "/v1/check") async throws -> (Int, String?) {
                let answer = try await service.send("POST", path, type: type, Array(body.utf8))
                #expect(answer.header("content-type") == "application/problem+json")
                #expect(answer.object["status"] as? Int == answer.status)
                #expect((answer.object["detail"] as? String)?.isEmpty == false)
                return (answer.status, answer.code)
            }
            #expect(try await code("application/x-www-form-urlencoded", "x") == (415, "form-encoded-body"))
            #expect(try await code("multipart/form-data; boundary=x", "x") == (415, "form-data-body"))
            #expect(try await code("application/pdf", "x") == (415, "unknown-content-type"))
            #expect(try await code(nil, "x") == (415, "no-content-type"))
            #expect(try await code("application/json", "{") == (400, "invalid-json"))
            #expect(try await code("application/json", "[]") == (422, "not-an-object"))
            #expect(try await code("application/json", "{\"body\":\"x\"}") == (422, "missing-text"))
            #expect(try await code("text/plain", "") == (422, "empty-body"))
            #expect(try await code("text/plain", "x", "/v1/check?explian=true") == (400, "unknown-parameter"))
            #expect(try await code("text/plain", "x", "/v1/check?limit=-1") == (400, "bad-parameter"))
            #expect(try await code("text/plain", "x", "/v1/check?explain=maybe") == (400, "bad-parameter"))
            #expect(try await code("text/plain", "x", "/v2/check") == (404, "no-such-path"))
            #expect(try await code("text/plain", "x", "/v1/stats") == (405, "wrong-method"))
            // Lines name themselves.
            for name in ["id", "url", "date"] {
                for path in ["/v1/check", "/v1/documents"] {
                    let answer = try await code("application/x-ndjson", "{\"text\":\"x\"}", "\(path)?\(name)=x")
                    #expect(answer == (400, "bad-parameter"))
                }
            }
            let form = try await service.send("POST", "/v1/check", type: "application/x-www-form-urlencoded", "x")
            #expect((form.object["detail"] as? String)?.contains("curl -H 'content-type: application/json'") == true)
            let wrong = try await service.send("PUT", "/v1/documents")
            #expect(wrong.header("allow") == "GET, POST, DELETE")
            let coding = try await service.send(
                "POST",
                "/v1/check",
                type: "text/plain",
                headers: [("content-encoding", "lzma")],
                []
            )
            #expect((coding.status, coding.code) == (415, "unknown-content-encoding"))
        }
    }

    @Test("answers each line as soon as it has come")
    func bothWays() async throws {
        try await RunningService.run(documents: Self.indexed) { service in
            let connection = try RawConnection(port: service.port)
            connection.send(
                "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\n"
                    + "transfer-encoding: chunked\r\n\r\n"
            )
            for seed in 0..<5 {
                let document = line(["id": "live-\(seed)", "text": madeText(seed)]) + "\n"
                connection.send(String(document.utf8.count, radix: 16) + "\r\n" + document + "\r\n")
                let answer = await connection.read(until: "\"live-\(seed)\"")
                #expect(answer.contains("\"verdict\":\"exact\""))
            }
            connection.send("0\r\n\r\n")
            let answer = await connection.read(until: "0\r\n\r\n")
            #expect(answer.hasSuffix("0\r\n\r\n"))
        }
    }
}
