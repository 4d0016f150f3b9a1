import StreamCompression
import TestSupport
import Testing

@testable import NearDupHTTP

@Suite("Limits")
struct LimitsTests {
    private func settings(_ change: (inout ServiceLimits) -> Void) -> ServiceSettings {
        var settings = ServiceSettings()
        change(&settings.limits)
        return settings
    }

    @Test("a document over its limit is refused, packed or not, and the service goes on")
    func documents() async throws {
        try await RunningService.run(settings: settings { $0.documentBytes = 4096 }) { service in
            let large = String(repeating: "word ", count: 1000)
            func send(_ coding: String?, _ bytes: [UInt8]) async throws -> (Int, String?) {
                let answer = try await service.send(
                    "POST",
                    "/v1/check",
                    type: "text/plain",
                    headers: coding.map { [("content-encoding", $0)] } ?? [],
                    bytes
                )
                return (answer.status, answer.code)
            }
            #expect(try await send(nil, Array(large.utf8)) == (413, "body-too-large"))
            #expect(try await send("zstd", packed(Array(large.utf8), .zstd)) == (413, "body-too-large"))
            #expect(try await send("gzip", packed(Array(large.utf8), .gzip)) == (413, "body-too-large"))
            #expect(try await send("gzip", packed(Array("a few words".utf8), .gzip)).0 == 200)
            #expect(try await send("gzip", Array(packed(Array("words".utf8), .gzip).dropLast(3))).0 == 400)
            #expect(try await send("gzip", Array("not packed".utf8)) == (400, "damaged-body"))
            #expect(try await send("zstd", []) == (400, "damaged-body"))
            let bomb = try packed([UInt8](repeating: 0x20, count: 64 << 20), .zstd)
            #expect(bomb.count < 64 << 10)
            #expect(try await send("zstd", bomb) == (413, "body-too-large"))
            let lines = "{\"text\":\"\(large)\"}\n{\"text\":\"short\"}\n"
            let answer = try await service.send("POST", "/v1/check", type: "application/x-ndjson", lines)
            #expect(answer.objects.count == 2)
            #expect((answer.objects[0]["error"] as? [String: Any])?["code"] as? String == "record-too-long")
            #expect(answer.objects[1]["verdict"] as? String == "unique")
        }
    }

    @Test("a batch over its limit ends with an error")
    func batches() async throws {
        try await RunningService.run(settings: settings { $0.batchBytes = 100_000 }) { service in
            let lines = String(repeating: "{\"text\":\"a few words\"}\n", count: 10_000)
            let answer = try await service.send(
                "POST",
                "/v1/check",
                type: "application/x-ndjson",
                headers: [("content-encoding", "zstd")],
                packed(Array(lines.utf8), .zstd)
            )
            let last = try #require(answer.objects.last?["error"] as? [String: Any])
            #expect(last["code"] as? String == "batch-too-large")
        }
    }

    @Test("what a few bytes inflate to comes in pieces of 64 KiB")
    func inflation() throws {
        // 64 MiB of zeros, in 60 bytes or so.
        let packedZeros = try packed([UInt8](repeating: 0, count: 64 << 20), .zstd)
        let excess = Problem.batchTooLarge(limit: 1 << 30)
        var inflater = BodyInflater(.zstd, limit: 1 << 30, excess: excess)
        unsafe packedZeros.withUnsafeBytes { unsafe inflater.add($0) }
        var (total, most) = (0, 0)
        var isMore = true
        while isMore {
            isMore = try unsafe inflater.next { bytes in
                total += bytes.count
                most = max(most, bytes.count)
            }
        }
        try inflater.finish()
        #expect(total == 64 << 20 && most <= 64 << 10)
    }

    @Test("over the numbers of requests and batches it says when to try again")
    func busy() async throws {
        try await RunningService.run(settings: settings { $0.requests = 0 }) { service in
            let answer = try await service.send("POST", "/v1/check", type: "text/plain", "x")
            #expect((answer.status, answer.code) == (503, "busy"))
            #expect(answer.header("retry-after") == "1")
            #expect(try await service.send("GET", "/healthz").status == 200)
        }
        try await RunningService.run(settings: settings { $0.batches = 0 }) { service in
            let answer = try await service.send("POST", "/v1/check", type: "application/x-ndjson", "{\"text\":\"x\"}")
            #expect((answer.status, answer.code) == (429, "too-many-batches"))
            #expect(answer.header("retry-after") == "1")
        }
        try await RunningService.run(settings: settings { $0.bodyMemory = 10 }) { service in
            // One may always be held, however large; nobody else then.
            let answer = try await service.send("POST", "/v1/check", type: "text/plain", madeText(1))
            #expect(answer.status == 200)
        }
    }

    @Test("clients that are slow, say nothing or talk nonsense are told or left, and others answered")
    func slowClients() async throws {
        let limits = settings {
            $0.headSeconds = 0.4
            $0.stallSeconds = 0.4
            $0.idleSeconds = 0.4
        }
        try await RunningService.run(settings: limits) { service in
            let silent = try (0..<100).map { _ in try RawConnection(port: service.port) }
            let halfHeads = try (0..<50)
                .map { _ in
                    let connection = try RawConnection(port: service.port)
                    connection.send("POST /v1/check HTTP/1.1\r\nhost: local")
                    return connection
                }
            var generator = SeededGenerator(seed: 5)
            for _ in 0..<200 {
                let connection = try RawConnection(port: service.port)
                connection.send((0..<64).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
            }
            #expect(try await service.send("POST", "/v1/check", type: "text/plain", "a few words").status == 200)
            var answer = ""
            // On a machine that is busy for so long, one may be left before its head was read.
            for _ in 0..<20 where answer.isEmpty {
                let halfBody = try RawConnection(port: service.port)
                halfBody.send(
                    "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nhal"
                )
                answer = await halfBody.read()
            }
            #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
            #expect(answer.contains("\"code\":\"too-slow\""))
            for connection in halfHeads + silent {
                let nothing = await connection.read()
                #expect(nothing == "")
            }
            #expect(try await service.send("GET", "/healthz").status == 200)
        }
    }

    @Test("a client that waits to be told to go on is told, or refused before it sends")
    func expectations() async throws {
        try await RunningService.run(settings: settings { $0.documentBytes = 4096 }) { service in
            func head(_ count: Int) -> String {
                "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\n"
                    + "expect: 100-continue\r\ncontent-length: \(count)\r\n\r\n"
            }
            let connection = try RawConnection(port: service.port)
            connection.send(head(5))
            let goOn = await connection.read(until: "\r\n\r\n")
            #expect(goOn.hasPrefix("HTTP/1.1 100 "))
            connection.send("hello")
            let checked = await connection.read(until: "}")
            #expect(checked.contains("HTTP/1.1 200 "))
            let large = try RawConnection(port: service.port)
            large.send(head(5000))
            let refused = await large.read()
            #expect(refused.hasPrefix("HTTP/1.1 413 "))
        }
    }
}
