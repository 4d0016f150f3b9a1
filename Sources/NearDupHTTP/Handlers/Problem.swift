internal import CrawlPipelines
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NearDuplicates

/// Why a request is not answered as it wishes: `application/problem+json`, which says what to do.
struct Problem: Error {
    var status: HTTPResponse.Status
    /// For programs.
    var code: String
    /// For people: what was expected, what was found, what to do.
    var detail: String
    /// Seconds after which to try again.
    var retryAfter: Int?
    var allow: String?
    /// Whether nothing more is read from the connection.
    var closes = false

    init(
        _ status: HTTPResponse.Status,
        _ code: String,
        _ detail: String,
        retryAfter: Int? = nil,
        allow: String? = nil,
        closes: Bool = false
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
        self.allow = allow
        self.closes = closes
    }

    /// The index failed: what it says names paths of this machine, and is for the log.
    init(_ error: IndexError) {
        switch error {
        case .storage:
            self.init(
                HTTPResponse.Status(code: 503),
                "index-failed",
                "the index could not be read or written; the service's log says why; to try again is safe",
                retryAfter: 5
            )
        default:
            self.init(
                .internalServerError,
                "index-failed",
                "the index could not be searched; the service's log says why, `neardup verify` says more"
            )
        }
    }

    var response: Response {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "about:blank")
        json.field("title", status.reasonPhrase)
        json.field("status", status.code)
        json.field("code", code)
        json.field("detail", detail)
        json.endObject()
        json.endLine()
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
        if let allow { headers[.allow] = allow }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"neardup\"" }
        if closes { headers[.connection] = "close" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
