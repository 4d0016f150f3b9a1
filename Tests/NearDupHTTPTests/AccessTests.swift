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
            func expect(
                _ status: Int,
                _ method: String,
                _ path: String,
                _ token: String?,
                _ body: String? = nil
            ) async throws {
                let answer = try await service.send(
                    method,
                    path,
                    type: "text/plain",
                    headers: token.map { [("authorization", $0)] } ?? [],
                    body.map { Array($0.utf8) }
                )
                #expect(answer.status == status, "\(method) \(path) with \(token ?? "no token")")
            }
            for path in ["/healthz", "/readyz", "/", "/page.css", "/page.js", "/openapi.json"] {
                try await expect(200, "GET", path, nil)
            }
            let wrong: [String?] = [nil, "Bearer x", "Bearer ", "Basic eDp5", "Bearer \(Self.reading)x", Self.reading]
            for token in wrong {
                try await expect(401, "POST", "/v1/check", token, "words")
                try await expect(401, "GET", "/v1/stats", token)
                try await expect(401, "GET", "/metrics", token)
                try await expect(401, "DELETE", "/v1/documents?id=x", token)
            }
            try await expect(200, "POST", "/v1/check", "Bearer \(Self.reading)", "words")
            try await expect(200, "GET", "/v1/stats", "bearer \(Self.reading)")
            try await expect(403, "POST", "/v1/documents?id=a", "Bearer \(Self.reading)", "words")
            try await expect(201, "POST", "/v1/documents?id=a", "Bearer \(Self.writing)", "words")
            try await expect(200, "GET", "/v1/documents?id=a", "Bearer \(Self.reading)")
            try await expect(403, "DELETE", "/v1/documents?id=a", "Bearer \(Self.reading)")
            try await expect(200, "DELETE", "/v1/documents?id=a", "Bearer \(Self.writing)")
        }
    }

    @Test("a refusal that doesn't wait for the body says that it ends the connection")
    func refusalBeforeBody() async throws {
        var settings = ServiceSettings()
        settings.tokens = try AccessTokens(file: "read \(Self.reading)\n")
        try await RunningService.run(settings: settings) { service in
            let connection = try RawConnection(port: service.port)
            connection.send("POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\n")
            let answer = await connection.read()
            #expect(answer.hasPrefix("HTTP/1.1 401"), "\(answer)")
            #expect(answer.lowercased().contains("connection: close\r\n"), "\(answer)")
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
            func isAllowed(_ headers: [(String, String)]) async throws -> Bool {
                let body = Array("a word".utf8)
                let answer = try await service.send(
                    "POST",
                    "/v1/documents?id=a",
                    type: "text/plain",
                    headers: headers,
                    body
                )
                return answer.status != 403
            }
            let own = "http://127.0.0.1:\(service.port)"
            let cases: [([(String, String)], Bool)] = [
                ([("origin", own)], true),
                ([("origin", "http://evil.example")], false),
                ([("origin", "null")], false),
                ([("host", "evil.example")], false),
                ([("host", "evil.example:\(service.port)"), ("origin", own)], false),
                ([("host", "dup.example")], true),
                ([("host", "localhost:\(service.port)")], true),
            ]
            for (headers, expected) in cases {
                let found = try await isAllowed(headers)
                #expect(found == expected, "\(headers)")
            }
        }
    }
}
