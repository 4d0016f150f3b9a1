import AsyncHTTPClient
import CrawlModel
import Foundation
import LiveIndex
import Logging
import NIOCore
import NIOHTTP1
import NearDupHTTP
import NearDuplicates
import StreamCompression
import TestSupport

/// A service of its own in this process, on a free port of this machine, over an index in a temporary folder.
struct RunningService: Sendable {
    let port: Int
    let path: String

    /// An answer.
    struct Answer {
        var status: Int
        var headers: [(String, String)]
        var bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var lines: [Substring] { text.split(separator: "\n") }
        var object: [String: Any] { Self.object(text) }
        var objects: [[String: Any]] { lines.map { Self.object(String($0)) } }
        var code: String? { object["code"] as? String }

        func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name }?.1 }

        static func object(_ text: String) -> [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:]
        }
    }

    /// Runs a service while `body` runs.
    static func run<Result: Sendable>(
        settings: ServiceSettings = ServiceSettings(),
        documents: [(id: String, text: String)] = [],
        _ body: @Sendable (RunningService) async throws -> Result
    ) async throws -> Result {
        let folder = try TemporaryFolder()
        let path = folder.file("index")
        if !documents.isEmpty {
            let writer = try IndexWriter(path: path)
            for document in documents { try writer.add(.init(id: document.id, text: document.text)) }
            try writer.commit()
            writer.close()
        }
        let index = ServedIndex(try await LiveIndex.open(path: path))
        var settings = settings
        settings.port = 0
        settings.limits.shutdownSeconds = 3
        let logger = Logger(label: "test") { _ in JSONLogHandler(level: .critical) }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let (stops, stop) = AsyncStream.makeStream(of: Void.self)
        let task = Task { [settings] in
            defer { port.finish() }
            try await Serving.run(index, settings: settings, logger: logger, until: { for await _ in stops {} }) {
                port.yield($0)
            }
        }
        var first = ports.makeAsyncIterator()
        guard let found = await first.next() else {
            try await task.value
            throw NotListening()
        }
        defer { withExtendedLifetime(folder) {} }
        do {
            let result = try await body(RunningService(port: found, path: path))
            stop.finish()
            try await task.value
            return result
        } catch {
            stop.finish()
            _ = await task.result
            throw error
        }
    }

    struct NotListening: Error {}

    /// Sends a request and reads the whole answer.
    func send(
        _ method: String,
        _ path: String,
        type: String? = nil,
        headers: [(String, String)] = [],
        _ body: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        if let type { request.headers.add(name: "content-type", value: type) }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 28)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers.map { ($0.name, $0.value) },
            bytes: Array(bytes.readableBytesView)
        )
    }

    /// Sends a text.
    func send(_ method: String, _ path: String, type: String, _ body: String) async throws -> Answer {
        try await send(method, path, type: type, Array(body.utf8))
    }
}

/// Texts made of words that no other text has.
func madeText(_ seed: Int, words: Int = 200) -> String {
    var generator = SeededGenerator(seed: UInt64(seed))
    return (0..<words).map { _ in "w\(generator.next() % 1_000_000)" }.joined(separator: " ")
}

/// A JSON object on one line.
func line(_ fields: [String: String]) -> String {
    let data = try! JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
}

/// Packed bytes.
func packed(_ bytes: [UInt8], _ kind: CompressionKind) throws -> [UInt8] {
    var encoder = try StreamEncoder(kind: kind)
    var packed: [UInt8] = []
    try encoder.appendMember(bytes, to: &packed)
    return packed
}
