import Foundation
import Logging
import NearDupHTTP
import Synchronization
import TestSupport
import Testing

@Suite("What is told of the service")
struct ObservingTests {
    @Test("metrics have the form that Prometheus reads, and count what was done")
    func metrics() async throws {
        try await RunningService.run(documents: [("a", madeText(1))]) { service in
            for seed in [1, 1, 2] {
                _ = try await service.send("POST", "/v1/check", type: "text/plain", madeText(seed))
            }
            _ = try await service.send("POST", "/v1/documents?id=b", type: "text/plain", madeText(3))
            _ = try await service.send("GET", "/nowhere")
            let answer = try await service.send("GET", "/metrics")
            #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            var values: [String: Double] = [:]
            for line in answer.lines where !line.hasPrefix("#") {
                let end = try #require(line.lastIndex(of: " "))
                values[String(line[..<end])] = Double(line[line.index(after: end)...])
            }
            #expect(values["neardup_checks_total{verdict=\"exact\"}"] == 2)
            #expect(values["neardup_checks_total{verdict=\"unique\"}"] == 1)
            #expect(values["neardup_documents_changed_total{outcome=\"added\"}"] == 1)
            #expect(values["neardup_http_responses_total{status=\"4xx\"}"] == 1)
            #expect(values["neardup_index_documents"] == 2)
            #expect(values["neardup_check_seconds_count"] == 3)
            #expect(values["neardup_check_seconds_bucket{le=\"+Inf\"}"] == 3)
            #expect(values["neardup_http_request_seconds_count{operation=\"check\"}"] == 3)
            // One document was added, and is on disk.
            #expect((values["neardup_log_syncs_total"] ?? 0) >= 1)
            #expect((values["neardup_log_sync_seconds_total"] ?? 0) > 0)
            #expect((values["neardup_log_sync_longest_seconds"] ?? 0) > 0)
            #expect(values["neardup_live_documents_in_memory"] == 1)
            #expect(values["neardup_live_shards_waiting"] == 0)
            let types = answer.lines.filter { $0.hasPrefix("# TYPE ") }
            #expect(Set(types).count == types.count)
            #expect(answer.lines.count { $0.hasPrefix("# HELP ") } == types.count)
        }
    }

    @Test("nothing of a request gets into a log unescaped")
    func logs() throws {
        let lines = Mutex<[[UInt8]]>([])
        var logger = Logger(label: "x") { _ in
            JSONLogHandler(level: .debug) { line in lines.withLock { $0.append(line) } }
        }
        logger[metadataKey: "always"] = "yes"
        let evil = "a\"b\\\n{\"level\":\"error\"}\u{1B}[2J\u{7F}\u{9B}31m\r\u{0}"
        logger.info("\(evil)", metadata: ["path": "\(evil)"])
        logger.trace("left out")
        let written = lines.withLock { $0 }
        #expect(written.count == 1)
        let line = try #require(written.first)
        #expect(line.last == 0x0A)
        #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: String])
        #expect(object["level"] == "info")
        #expect(object["always"] == "yes")
        #expect(object["path"]?.hasPrefix("a\"b\\\n{") == true)
        #expect(object["time"]?.count == 24)
    }

    @Test("what OpenAPI describes is what there is")
    func description() async throws {
        try await RunningService.run { service in
            let answer = try await service.send("GET", "/openapi.json")
            let paths = try #require(answer.object["paths"] as? [String: [String: Any]])
            let all = ["get", "put", "post", "delete", "patch"]
            for (path, operations) in paths {
                for method in all {
                    let status = try await service.send(method.uppercased(), path).status
                    // What is there answers something else, since there is no body and no parameter.
                    #expect((status == 405) == (operations[method] == nil), "\(method) \(path): \(status)")
                    #expect(status != 404)
                }
                for (method, operation) in operations {
                    let described = (operation as? [String: Any])?["responses"] as? [String: Any]
                    let status = try await service.send(method.uppercased(), path).status
                    #expect(described?["\(status)"] != nil, "\(method) \(path): \(status)")
                }
            }
        }
    }

    @Test("the page and its files bring a policy that allows nothing else")
    func page() async throws {
        try await RunningService.run { service in
            for path in ["/", "/page.css", "/page.js", "/icon.svg"] {
                let answer = try await service.send("GET", path)
                #expect(answer.status == 200)
                #expect(answer.header("content-security-policy")?.hasPrefix("default-src 'none'") == true)
                #expect(answer.header("x-content-type-options") == "nosniff")
                for trace in ["http://", "https://", "//cdn", "@import", "innerHTML", "style=", "onclick"]
                where path != "/icon.svg" {
                    #expect(!answer.text.contains(trace), "\(path): \(trace)")
                }
            }
        }
    }
}
