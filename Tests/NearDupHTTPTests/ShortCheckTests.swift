import LiveIndex
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NearDuplicates
import TestSupport
import Testing

@testable import NearDupHTTP

@Suite("Short checks")
struct ShortCheckTests {
    private static let indexed = (0..<10).map { (id: "doc-\($0)", text: madeText($0)) }

    /// A service over an index in memory alone, and a connection to its handler.
    private func connected(
        _ settings: ServiceSettings = ServiceSettings(),
        _ body: (HandlerConnection) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let index = ServedIndex(try await LiveIndex.open(path: folder.file("index")))
        let logger = Logger(label: "test") { _ in JSONLogHandler(level: .critical) }
        let service = try NearDupService(settings, index: index, logger: logger)
        try inConnection(to: service, body)
        #expect(service.memory.heldBytes == 0)
        #expect(service.requests.count == 0)
        try await index.close()
    }

    private func with(_ change: (inout ServiceSettings) -> Void) -> ServiceSettings {
        var settings = ServiceSettings()
        change(&settings)
        return settings
    }

    private func inConnection(to service: NearDupService, _ body: (HandlerConnection) throws -> Void) throws {
        let connection = HandlerConnection(service)
        try body(connection)
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    private static func head(
        _ uri: String = "/v1/check",
        _ method: HTTPMethod = .POST,
        version: HTTPVersion = .http1_1,
        type: String = "text/plain",
        _ fields: [(String, String)] = []
    ) -> HTTPRequestHead {
        let all = [("Host", "localhost:8080"), ("Content-Type", type)] + fields
        return HTTPRequestHead(version: version, method: method, uri: uri, headers: HTTPHeaders(all))
    }

    private static let answer = "{\"id\":\"-\",\"source\":\"-\",\"verdict\":\"unique\",\"matches\":[]}\n"

    @Test("a plain check is answered where it comes in, in however many pieces")
    func pieces() async throws {
        try await connected { connection in
            var generator = SeededGenerator(seed: 3)
            for _ in 0..<50 {
                var text = Substring(madeText(Int(generator.next() % 1000)))
                connection.send(.head(Self.head()))
                while !text.isEmpty {
                    let piece = text.prefix(Int(generator.next() % 2000) + 1)
                    text = text.dropFirst(piece.count)
                    connection.send(String(piece))
                    if generator.next() % 2 == 0 { connection.endOfRead() }
                }
                #expect(connection.answer() == nil)
                connection.send(.end(nil))
                connection.endOfRead()
                #expect(connection.answer() == Self.answer)
                #expect(connection.passed() == [])
            }
        }
    }

    /// Requests that are not for the handler, or against which something is to be said.
    private static let others: [(HTTPRequestHead, String)] = [
        (head("/v1/check", .GET), ""),
        (head("/v1/documents?id=x"), "a text"),
        (head("/v1/checks"), "a text"),
        (head("http://localhost/v1/check"), "a text"),
        (head("/v1/check?limit=1#part"), "a text"),
        (head("/v1/check?limit=few"), "a text"),
        (head("/v1/check?what=1"), "a text"),
        (head(version: .http1_0), "a text"),
        (head(type: "application/x-ndjson"), "{\"text\":\"a text\"}"),
        (head(type: "application/x-www-form-urlencoded"), "a text"),
        (head(type: "application/json"), "{\"text\":"),
        (head(type: "application/json"), "{\"body\":\"a text\"}"),
        (head(), ""),
        (head([("Connection", "close")]), "a text"),
        (head([("Content-Encoding", "gzip")]), "a text"),
        (head([("Content-Length", "1000000")]), "a text"),
        (head([("EXPECT", "100-continue")]), "a text"),
        (head([("content-type", "text/plain")]), "a text"),
        (head([("Host", "localhost")]), "a text"),
        (head([("Origin", "http://elsewhere.example")]), "a text"),
    ]

    private static func head(_ fields: [(String, String)]) -> HTTPRequestHead {
        head("/v1/check", .POST, fields)
    }

    private static func parts(_ head: HTTPRequestHead, _ text: String) -> [HTTPServerRequestPart] {
        [.head(head), .body(ByteBuffer(string: text)), .end(nil)]
    }

    @Test("what is not plain goes on as it came", arguments: others.indices)
    func notPlain(_ index: Int) async throws {
        let (head, text) = Self.others[index]
        try await connected { connection in
            connection.send(head, text)
            let parts = Self.parts(head, text).filter { $0 != .body(ByteBuffer()) }
            #expect(connection.passed().filter { $0 != .body(ByteBuffer()) } == parts)
            #expect(connection.answer() == nil)
        }
    }

    @Test("a long body goes on, and so does one for which there is no place, memory or right")
    func limits() async throws {
        let long = String(repeating: "word ", count: 20_000)
        try await connected { connection in
            connection.send(.head(Self.head()))
            connection.send(long)
            connection.send(.end(nil))
            #expect(connection.passed() == Self.parts(Self.head(), long))
        }
        try await connected { connection in
            connection.send(.head(Self.head()))
            for piece in [long.prefix(60_000), long.dropFirst(60_000)] {
                connection.send(String(piece))
                connection.endOfRead()
            }
            connection.send(.end(nil))
            let passed = connection.passed()
            #expect(passed.count == 4)
            #expect(passed.first == .head(Self.head()) && passed.last == .end(nil))
        }
        try await connected(with { $0.limits.requests = 0 }) { connection in
            connection.send(Self.head(), "a text")
            #expect(connection.passed() == Self.parts(Self.head(), "a text"))
        }
        try await connected(with { $0.limits.documentBytes = 5 }) { connection in
            connection.send(Self.head(), "a text")
            #expect(connection.passed() == Self.parts(Self.head(), "a text"))
        }
        try await connected(with { $0.limits.bodyMemory = 10 }) { connection in
            #expect(connection.service.memory.take(10))
            connection.send(Self.head(), "a text")
            #expect(connection.passed() == Self.parts(Self.head(), "a text"))
            connection.service.memory.give(back: 10)
        }
        let token = String(repeating: "t", count: 32)
        let tokens = try AccessTokens(file: "read \(token)")
        try await connected(with { $0.tokens = tokens }) { connection in
            connection.send(Self.head(), "a text")
            #expect(connection.passed() == Self.parts(Self.head(), "a text"))
        }
        try await connected(with { $0.tokens = tokens }) { connection in
            connection.send(Self.head([("authorization", "Bearer \(token)")]), "a text")
            #expect(connection.passed() == [])
            #expect(connection.answer() == Self.answer)
        }
    }

    @Test("answers come in the order of the requests, and a client has one at a time")
    func order() async throws {
        try await connected { connection in
            let get = Self.head("/healthz", .GET)
            connection.send(.head(get))
            connection.send(.end(nil))
            connection.send(Self.head(), "a text")
            #expect(connection.passed() == [.head(get), .end(nil)] + Self.parts(Self.head(), "a text"))
            for _ in 0..<2 {
                connection.send(Self.head(), "a text")
                #expect(connection.passed() == Self.parts(Self.head(), "a text"))
                // The answers to all but one of those that went on.
                connection.answerOther()
            }
            for _ in 0..<2 {
                connection.answerOther()
            }
            connection.send(.head(Self.head()))
            connection.send("a text")
            connection.send(.end(nil))
            connection.send(Self.head(), "a text")
            #expect(connection.answer() == Self.answer)
            #expect(connection.answer() == nil)
            #expect(connection.passed() == Self.parts(Self.head(), "a text"))
        }
    }

    @Test("what happens in the middle of a body finds the request where it belongs")
    func interrupted() async throws {
        struct Failure: Error {}
        try await connected { connection in
            connection.send(.head(Self.head()))
            connection.send("a te")
            #expect(connection.service.memory.heldBytes == 4)
            connection.channel.pipeline.fireErrorCaught(Failure())
            #expect(throws: Failure.self) { try connection.channel.throwIfErrorCaught() }
            let passed = connection.passed()
            #expect(passed == [.head(Self.head()), .body(ByteBuffer(string: "a te"))])
        }
        try await connected { connection in
            connection.send(.head(Self.head()))
            connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            let passed = connection.passed()
            #expect(passed == [.head(Self.head())])
            connection.send("a text")
            connection.send(.end(nil))
            let rest = connection.passed()
            #expect(rest == [.body(ByteBuffer(string: "a text")), .end(nil)])
        }
        try await connected { connection in
            connection.send(Self.head(), "a text")
            connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            #expect(connection.events.count == 0)
            #expect(connection.answer() == Self.answer)
            #expect(connection.events.count == 2)
        }
        try await connected { connection in
            connection.send(.head(Self.head()))
            connection.send("a te")
        }
    }

    @Test("the ordinary way gives the same answers, refusals and headers")
    func ordinaryWay() async throws {
        let page = "<html><body><p>\(madeText(3))</p></body></html>"
        let requests: [(path: String, type: String, body: String)] = [
            ("", "application/json", line(["id": "a", "text": madeText(1), "url": "http://a.example/"])),
            ("", "application/json", line(["text": madeText(2) + " more"])),
            ("?explain=true", "application/json", line(["id": "b", "text": madeText(4) + " " + madeText(77)])),
            ("?limit=0", "application/json; charset=utf-8", line(["id": "c", "text": madeText(5)])),
            ("?explain&id=d%20e&url=u&date=2026", "text/plain", madeText(6)),
            ("?id=", "Text/Plain; charset=latin1", madeText(7)),
            ("", "text/html", page),
            ("", "text/plain", "…"),
            ("", "text/plain", ""),
            ("", "application/json", "{\"text\":1}"),
            ("", "application/json", "[]"),
            ("", "application/json", "{\"text\":"),
            ("?limit=-1", "application/json", "{}"),
            ("?explain=perhaps", "application/json", "{}"),
            ("?colour=red", "application/json", "{}"),
            ("", "image/png", "…"),
        ]
        try await RunningService.run(documents: Self.indexed) { service in
            for request in requests {
                let path = "/v1/check\(request.path)"
                let body = Array(request.body.utf8)
                let short = try await service.send("POST", path, type: request.type, headers: [], body)
                // Says that the body is not packed, which makes no other difference.
                let ordinary = try await service.send(
                    "POST",
                    path,
                    type: request.type,
                    headers: [("content-encoding", "identity")],
                    body
                )
                #expect(short.status == ordinary.status, "\(request)")
                #expect(short.text == ordinary.text, "\(request)")
                // A refusal also ends the connection where the body's end has not come by then, which is chance.
                let names = [short, ordinary]
                    .map { answer in
                        Set(answer.headers.map { $0.0.lowercased() })
                            .subtracting(answer.status < 400 ? [] : ["connection"])
                    }
                #expect(names[0] == names[1], "\(request)")
                let types = (short.header("content-type"), ordinary.header("content-type"))
                #expect(types.0 == types.1, "\(request)")
                #expect(short.header("date")?.hasSuffix(" GMT") == true)
            }
        }
    }

    @Test("requests sent at once are answered in order, also where nothing comes after them")
    func pipelined() async throws {
        try await RunningService.run(documents: Self.indexed) { service in
            let connection = try RawConnection(port: service.port)
            func check(_ id: String) -> String {
                let body = line(["id": id, "text": madeText(2)])
                return "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                    + "content-length: \(body.utf8.count)\r\n\r\n\(body)"
            }
            let health = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
            connection.send(check("a") + check("b") + health + check("c") + check("d") + health + check("e"))
            connection.finishSending()
            let all = await connection.read()
            let found = all.split(separator: "\r\n")
                .compactMap { part -> String? in
                    if part.hasPrefix("ok\n") { return "ok" }
                    return part.hasPrefix("{\"id\":\"") ? String(part.dropFirst(7).prefix(1)) : nil
                }
            #expect(found == ["a", "b", "ok", "c", "d", "ok", "e"], "\(all)")
        }
    }
}
