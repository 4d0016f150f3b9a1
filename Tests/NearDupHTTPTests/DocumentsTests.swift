import NearDupHTTP
import TestSupport
import Testing

@Suite("/v1/documents")
struct DocumentsTests {
    private let text = madeText(1)

    @Test("adds, tells, replaces and removes documents")
    func oneByOne() async throws {
        try await RunningService.run { service in
            let document = line(["id": "urn:a b", "text": text, "url": "http://a/", "date": "2026-01-02"])
            let added = try await service.send("POST", "/v1/documents", type: "application/json", document)
            #expect((added.status, added.text) == (201, "{\"id\":\"urn:a b\",\"outcome\":\"added\"}\n"))
            let again = try await service.send("POST", "/v1/documents", type: "application/json", document)
            #expect((again.status, again.object["outcome"] as? String) == (200, "unchanged"))
            let known = try await service.send("GET", "/v1/documents?id=urn%3Aa+b")
            #expect(known.object["url"] as? String == "http://a/")
            #expect(known.object["date"] as? String == "2026-01-02")
            let found = try await service.send("POST", "/v1/check", type: "text/plain", text)
            #expect(found.object["verdict"] as? String == "exact")
            let other = line(["id": "urn:a b", "text": madeText(2)])
            let replaced = try await service.send("POST", "/v1/documents", type: "application/json", other)
            #expect((replaced.status, replaced.object["outcome"] as? String) == (200, "replaced"))
            let gone = try await service.send("POST", "/v1/check", type: "text/plain", text)
            #expect(gone.object["verdict"] as? String == "unique")
            let removed = try await service.send("DELETE", "/v1/documents?id=urn%3Aa%20b&id=none")
            #expect(removed.text == "{\"removed\":1,\"not_found\":1}\n")
            #expect(try await service.send("DELETE", "/v1/documents?id=urn%3Aa%20b").status == 404)
            #expect(try await service.send("GET", "/v1/documents?id=urn%3Aa%20b").status == 404)
            #expect(try await service.send("GET", "/v1/documents").status == 400)
            let stats = try await service.send("GET", "/v1/stats")
            #expect(stats.object["documents"] as? Int == 0)
        }
    }

    @Test("adds only what is unique, where asked")
    func unique() async throws {
        try await RunningService.run { service in
            func add(_ id: String, _ text: String) async throws -> RunningService.Answer {
                try await service.send("POST", "/v1/documents?if=unique&id=\(id)", type: "text/plain", text)
            }
            #expect(try await add("a", text).status == 201)
            let second = try await add("b", text + " and some more")
            #expect(second.status == 200)
            #expect(second.object["outcome"] as? String == "duplicate")
            let matches = try #require(second.object["matches"] as? [[String: Any]])
            #expect(matches.first?["id"] as? String == "a")
            #expect(try await add("c", madeText(9)).status == 201)
            let none = try await add("d", " … ")
            #expect((none.status, none.code) == (422, "no-token"))
            let nameless = try await service.send("POST", "/v1/documents", type: "text/html", "<p>x</p>")
            #expect((nameless.status, nameless.code) == (422, "no-id"))
            let odd = try await service.send("POST", "/v1/documents?if=new&id=x", type: "text/plain", "x")
            #expect((odd.status, odd.code) == (400, "bad-parameter"))
        }
    }

    @Test("of equal documents that come at the same time one is added")
    func atTheSameTime() async throws {
        try await RunningService.run { service in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for id in 0..<24 {
                    group.addTask {
                        try await service.send("POST", "/v1/documents?if=unique&id=\(id)", type: "text/plain", text)
                            .status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 1)
            #expect(statuses.count { $0 == 200 } == 23)
            #expect(try await service.send("GET", "/v1/stats").object["documents"] as? Int == 1)
        }
    }

    @Test("adds the lines of a batch in order, and says what became of each")
    func batch() async throws {
        try await RunningService.run { service in
            var lines: [String] = []
            for seed in 0..<300 { lines.append(line(["id": "d\(seed)", "text": madeText(seed % 200)])) }
            lines.insert("nonsense", at: 7)
            lines.append(line(["id": "d0", "text": madeText(999)]))
            lines.append(line(["id": "e", "text": ""]))
            let input = lines.joined(separator: "\n")
            let answer = try await service.send(
                "POST",
                "/v1/documents?if=unique",
                type: "application/x-ndjson",
                input
            )
            let objects = answer.objects
            #expect(objects.count == lines.count)
            let outcomes = objects.map { $0["outcome"] as? String ?? "error" }
            #expect(outcomes[7] == "error")
            #expect(outcomes.count { $0 == "added" } == 201)
            #expect(outcomes.count { $0 == "duplicate" } == 100)
            #expect(outcomes.suffix(2) == ["added", "empty"])
            let stats = try await service.send("GET", "/v1/stats")
            #expect(stats.object["documents"] as? Int == 200, "d0 was replaced")
            let again = try await service.send("POST", "/v1/documents", type: "application/x-ndjson", lines[20])
            #expect(again.objects.first?["outcome"] as? String == "unchanged")
        }
    }
}
