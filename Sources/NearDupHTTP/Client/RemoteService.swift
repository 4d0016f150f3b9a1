internal import AsyncHTTPClient
package import CrawlPipelines
internal import NIOCore
internal import NIOHTTP1

/// A service elsewhere, and how to be patient with it.
package struct RemoteService: Sendable {
    /// Where it is, without a slash at the end.
    package let address: String
    private let token: String?
    private let patience: Patience

    /// How often a request is sent again, and how long after.
    package struct Patience: Sendable {
        /// Times that a request is sent at most.
        package var attempts = 10
        /// Seconds before it is sent for the second time; each later pause is twice as long.
        package var firstPause = 0.2
        /// No pause is longer, unless the service asks for it.
        package var longestPause = 10.0
        /// Seconds that an answer may take.
        package var timeout = 120.0

        /// Creates the default patience: about a minute.
        package init() {}
    }

    /// Names a service.
    ///
    /// - Parameters:
    ///   - address: its URL, `http://` or `https://`.
    ///   - token: an access token; nil for none.
    ///   - patience: how often requests are sent again.
    /// - Throws: ``RemoteError/badAddress(_:)``.
    package init(
        address: String,
        token: String? = nil,
        patience: Patience = Patience()
    ) throws(RemoteError) {
        var address = address
        while address.hasSuffix("/") { address.removeLast() }
        guard address.hasPrefix("http://") || address.hasPrefix("https://"),
            !address.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace })
        else { throw .badAddress(address) }
        self.address = address
        self.token = token
        self.patience = patience
    }

    /// Sends lines and gives the lines that answer them.
    ///
    /// A request that was not answered is sent again, whole. What it adds is not added twice: the service leaves documents
    /// alone that it has under the same id.
    ///
    /// - Parameters:
    ///   - path: what is asked for, with the query.
    ///   - lines: a JSON object a line.
    /// - Returns: the lines of the answer.
    /// - Throws: ``RemoteError``.
    func send(_ path: String, lines: [UInt8]) async throws(RemoteError) -> [UInt8] {
        var pause = patience.firstPause
        var attempt = 1
        while true {
            let wait: Double
            do {
                return try await attemptOnce(path, lines)
            } catch {
                guard attempt < patience.attempts, let asked = error.retryAfter else { throw error }
                // Not all at the same time: others may have been refused with this one.
                wait = max(asked, pause * Double.random(in: 0.5...1.5))
            }
            try? await Task.sleep(for: .seconds(wait))
            pause = min(2 * pause, patience.longestPause)
            attempt += 1
        }
    }

    /// One for the process, never shut down.
    ///
    /// It does not try to connect again by itself: how patient to be is decided here.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    private func attemptOnce(_ path: String, _ lines: [UInt8]) async throws(RemoteError) -> [UInt8] {
        var request = HTTPClientRequest(url: address + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-ndjson")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        request.body = .bytes(ByteBuffer(bytes: lines))
        let status: Int
        let retryAfter: Double?
        let body: ByteBuffer
        do {
            let response = try await Self.client.execute(
                request,
                timeout: .nanoseconds(Int64(patience.timeout * 1e9))
            )
            status = Int(response.status.code)
            retryAfter = response.headers.first(name: "retry-after").flatMap { Double($0) }
            body = try await response.body.collect(upTo: 1 << 30)
        } catch {
            throw .unreachable(address: address, message: "\(error)")
        }
        let bytes = Array(body.readableBytesView)
        if status == 200 { return bytes }
        throw .refused(
            address: address,
            status: status,
            message: String(decoding: bytes.prefix(2000), as: UTF8.self),
            retryAfter: retryAfter
        )
    }
}

/// Why a service elsewhere did not do what it was asked.
package enum RemoteError: Error, Sendable {
    /// This is no address of a service.
    case badAddress(String)
    /// It could not be reached, or broke off.
    case unreachable(address: String, message: String)
    /// It refused.
    case refused(address: String, status: Int, message: String, retryAfter: Double?)
    /// It answered something else than was asked.
    case unexpected(address: String, message: String)
    /// What was to be sent could not be read, or the answers not written.
    case pipeline(PipelineError)

    /// Seconds after which it may help to ask again; nil where it won't.
    var retryAfter: Double? {
        switch self {
        case .unreachable: 0
        case .refused(_, let status, _, let after): [408, 429, 502, 503, 504].contains(status) ? (after ?? 0) : nil
        case .badAddress, .unexpected, .pipeline: nil
        }
    }
}

extension RemoteError: CustomStringConvertible {
    /// What was expected, what was found, and what to do.
    package var description: String {
        switch self {
        case .badAddress(let address): "\(address): expected the address of a service, such as http://localhost:8080"
        case .unreachable(let address, let message):
            "\(address): the service does not answer (\(message)); is `neardup serve` running there?"
        case .refused(let address, let status, let message, _):
            "\(address): the service refused with status \(status): \(message.filter { $0 != "\n" })"
        case .unexpected(let address, let message): "\(address): \(message); is this a service of neardup?"
        case .pipeline(let error): error.description
        }
    }
}
