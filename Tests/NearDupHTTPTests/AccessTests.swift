import LiveIndex
import Logging
import NearDupHTTP
import TestSupport
import Testing

@Suite("Who may do what")
struct AccessTests {
    private static let reading = "reading-token-0123456789"
    private static let writing = "writing-token-0123456789"

    @Test("tokens allow what they are for")
    func tokens() async throws {
        var settings = ServiceSettings()
        settings.tokens = try AccessTokens(file: "# ours\n\nread \(Self.reading)\nwrite\t\(Self.writing)\n")
        try await RunningService.run(settings: settings) { service in
            func status(_ method: String, _ path: String, _ token: String?, _ body: String? = nil) async throws -> Int {
                try await service.send(
                    method,
                    path,
                    type: "text/plain",
                    headers: token.map { [("authorization", $0)] } ?? [],
                    body.map { Array($0.utf8) }
                )
                .status
            }
            for path in ["/healthz", "/readyz", "/", "/page.css", "/page.js", "/openapi.json"] {
                #expect(try await status("GET", path, nil) == 200)
            }
            let wrong: [String?] = [nil, "Bearer x", "Bearer ", "Basic eDp5", "Bearer \(Self.reading)x", Self.reading]
            for token in wrong {
                #expect(try await status("POST", "/v1/check", token, "words") == 401)
                #expect(try await status("GET", "/v1/stats", token) == 401)
                #expect(try await status("GET", "/metrics", token) == 401)
                #expect(try await status("DELETE", "/v1/documents?id=x", token) == 401)
            }
            #expect(try await status("POST", "/v1/check", "Bearer \(Self.reading)", "words") == 200)
            #expect(try await status("GET", "/v1/stats", "bearer \(Self.reading)") == 200)
            #expect(try await status("POST", "/v1/documents?id=a", "Bearer \(Self.reading)", "words") == 403)
            #expect(try await status("POST", "/v1/documents?id=a", "Bearer \(Self.writing)", "words") == 201)
            #expect(try await status("GET", "/v1/documents?id=a", "Bearer \(Self.reading)") == 200)
            #expect(try await status("DELETE", "/v1/documents?id=a", "Bearer \(Self.reading)") == 403)
            #expect(try await status("DELETE", "/v1/documents?id=a", "Bearer \(Self.writing)") == 200)
        }
    }

    @Test("a file of tokens that can't be followed is refused, without a token in the message")
    func tokenFiles() {
        for (text, number) in [("", 1), ("read short", 1), ("# x\nboth \(Self.reading)", 2), ("read a b", 1)] {
            let error = #expect(throws: TokenFileError.self) { try AccessTokens(file: text) }
            #expect(error?.line == number)
            #expect(error?.description.contains(Self.reading) == false)
        }
    }

    @Test("without tokens it listens on this machine alone")
    func loopback() async throws {
        for host in ["0.0.0.0", "::", "example.org", "127.0.0.1.example.org"] {
            var settings = ServiceSettings()
            settings.host = host
            let folder = try TemporaryFolder()
            let live = try await LiveIndex.open(path: folder.file("index"))
            let error = await #expect(throws: ServingError.self) {
                try await Serving.run(ServedIndex(live), settings: settings, logger: Logger(label: "test"))
            }
            #expect(error?.description.contains("--tokens") == true)
            try await live.close()
        }
    }

    @Test("a browser can't be made to send what another site's page wants")
    func otherSites() async throws {
        var settings = ServiceSettings()
        settings.allowedHosts = ["dup.example"]
        try await RunningService.run(settings: settings) { service in
            func status(_ headers: [(String, String)]) async throws -> Int {
                try await service.send("POST", "/v1/documents?id=a", type: "text/plain", headers: headers, [0x78]).status
            }
            let own = "http://127.0.0.1:\(service.port)"
            #expect(try await status([("origin", own)]) < 300)
            #expect(try await status([("origin", "http://evil.example")]) == 403)
            #expect(try await status([("origin", "null")]) == 403)
            #expect(try await status([("host", "evil.example")]) == 403)
            #expect(try await status([("host", "evil.example:\(service.port)"), ("origin", own)]) == 403)
            #expect(try await status([("host", "dup.example")]) < 300)
            #expect(try await status([("host", "localhost:\(service.port)")]) < 300)
        }
    }
}
