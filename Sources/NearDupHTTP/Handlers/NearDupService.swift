internal import CoreMetrics
internal import CrawlPipelines
internal import CrawlReading
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NearDuplicates
internal import Synchronization

/// Answers requests.
///
/// All it holds is immutable or guards itself: any number of requests are answered at the same time.
final class NearDupService: Sendable {
    let settings: ServiceSettings
    let index: ServedIndex
    let checkers: CheckerPool
    let metrics = ServiceMetrics()
    let memory: BodyMemory
    let logger: Logger
    let requests = Admissions()
    let batches = Admissions()
    let date = ResponseDate()
    let started = ContinuousClock.now
    /// False until the service listens, and again once it has been told to stop.
    let isReady = Atomic(false)

    init(_ settings: ServiceSettings, index: ServedIndex, logger: Logger) throws(PipelineError) {
        self.settings = settings
        self.index = index
        self.logger = logger
        memory = BodyMemory(limit: settings.limits.bodyMemory)
        var reading = settings.reading
        reading.maxRecordBytes = settings.limits.documentBytes
        reading.maxTextBytes = min(reading.maxTextBytes, settings.limits.documentBytes)
        checkers = try CheckerPool(parameters: index.parameters, reading: reading, rule: settings.rule)
    }

    /// Answers one request.
    ///
    /// - Throws: only what the connection throws: then there is nobody to answer.
    func respond(to request: Request) async throws -> Response {
        let start = ContinuousClock.now
        let exchange = Exchange(self, start: start)
        do {
            let response = try await route(request, exchange)
            exchange.answered(response.status)
            return response
        } catch {
            guard let problem = problem(of: error) else { throw error }
            return answer(problem, to: request, exchange)
        }
    }

    /// What a client may know of an error; what it may not is logged.
    ///
    /// - Returns: the answer; nil where the connection broke.
    func problem(of error: any Error) -> Problem? {
        switch error {
        case let problem as Problem: return problem
        case is ClientTooSlow: return .tooSlow
        case let error as IndexError:
            logger.error("index failed", metadata: ["error.description": "\(error)"])
            return Problem(error)
        case let error as PipelineError:
            logger.error("failed", metadata: ["error.description": "\(error)"])
            return Problem(.internalServerError, "failed", "the service's log says why")
        default: return nil
        }
    }

    private func answer(_ problem: Problem, to request: Request, _ exchange: Exchange) -> Response {
        exchange.answered(problem.status)
        logger.debug(
            "refused",
            metadata: [
                "method": "\(request.method.rawValue.prefix(16))", "path": "\(request.uri.path.prefix(256))",
                "status": "\(problem.status.code)", "code": "\(problem.code)",
            ]
        )
        return problem.response
    }

    /// What a request asks for.
    private func route(_ request: Request, _ exchange: Exchange) async throws -> Response {
        let path = request.uri.path
        switch path {
        case "/healthz":
            try allow([.get], request)
            return .text("ok\n")
        case "/readyz":
            try allow([.get], request)
            guard isReady.load(ordering: .relaxed) else {
                throw Problem(.serviceUnavailable, "not-ready", "the service is starting or stopping", retryAfter: 1)
            }
            return .text("ready\n")
        default: break
        }
        try admitOrigin(request.headers[.origin], authority: request.head.authority)
        if let file = PageFile.at(path) {
            try allow([.get], request)
            return file.response
        }
        exchange.admission = try admit()
        switch path {
        case "/openapi.json":
            try allow([.get], request)
            return .json(OpenAPI.document.utf8)
        case "/metrics":
            try allow([.get], request)
            try demand(.read, authorization: request.headers[.authorization])
            return .text(await exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        case "/v1/check":
            try allow([.post], request)
            try demand(.read, authorization: request.headers[.authorization])
            return try await check(request, exchange)
        case "/v1/documents":
            try allow([.get, .post, .delete], request)
            try demand(request.method == .get ? .read : .write, authorization: request.headers[.authorization])
            return try await documents(request, exchange)
        case "/v1/stats":
            try allow([.get], request)
            try demand(.read, authorization: request.headers[.authorization])
            _ = try RequestQuery(request.uri.query, allowed: [])
            return .json(statistics())
        default:
            throw Problem(
                .notFound,
                "no-such-path",
                "expected /v1/check, /v1/documents, /v1/stats, /metrics, /healthz, /readyz, /openapi.json or /"
            )
        }
    }

    private func allow(_ methods: [HTTPRequest.Method], _ request: Request) throws(Problem) {
        guard !methods.contains(request.method) else { return }
        let names = methods.map(\.rawValue).joined(separator: ", ")
        throw Problem(.methodNotAllowed, "wrong-method", "expected \(names)", allow: names)
    }

    /// Takes a place among the requests that are answered at the same time.
    private func admit() throws(Problem) -> Admission {
        if let admission = requests.admit(limit: settings.limits.requests) { return admission }
        metrics.refused.increment()
        throw Problem(
            .serviceUnavailable,
            "busy",
            "\(settings.limits.requests) requests are being answered; try again",
            retryAfter: 1
        )
    }

    /// Takes a place among the batches.
    func admitBatch() throws(Problem) -> Admission {
        if let admission = batches.admit(limit: settings.limits.batches) { return admission }
        metrics.refused.increment()
        throw Problem(
            .tooManyRequests,
            "too-many-batches",
            "\(settings.limits.batches) batches are being answered; send fewer at the same time",
            retryAfter: 1,
            closes: true
        )
    }
}

/// How many of a kind are under way.
final class Admissions: Sendable {
    fileprivate let held = Atomic(0)

    var count: Int { held.load(ordering: .relaxed) }

    /// A place, until it is forgotten; nil where all are taken.
    func admit(limit: Int) -> Admission? {
        guard held.add(1, ordering: .relaxed).oldValue < limit else {
            held.subtract(1, ordering: .relaxed)
            return nil
        }
        return Admission(self)
    }
}

/// A place, given back when nobody holds it any more.
final class Admission: Sendable {
    private let admissions: Admissions

    fileprivate init(_ admissions: Admissions) { self.admissions = admissions }

    deinit { admissions.held.subtract(1, ordering: .relaxed) }
}

/// One request and its answer, as far as they are counted.
final class Exchange: @unchecked Sendable {
    // Used by the request's own task, and then by the one that writes its body, which comes after.
    var operation = ServiceMetrics.Operation.other
    var admission: Admission?
    /// Whether it is counted when its body has been written.
    var isBatch = false
    private let service: NearDupService
    private let start: ContinuousClock.Instant

    init(_ service: NearDupService, start: ContinuousClock.Instant) {
        self.service = service
        self.start = start
    }

    func answered(_ status: HTTPResponse.Status) {
        if !isBatch { service.metrics.count(operation, status: status.code, since: start) }
    }

    func wroteBatch() { service.metrics.count(operation, status: 200, since: start) }
}

extension Response {
    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    static func json(_ bytes: some Sequence<UInt8>, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
