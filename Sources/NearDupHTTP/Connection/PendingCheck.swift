internal import CrawlPipelines
internal import NIOCore
internal import NIOHTTP1

/// A request for a check whose body is short, as far as it has come.
struct PendingCheck {
    let head: HTTPRequestHead
    let wishes: CheckWishes
    let start = ContinuousClock.now
    private(set) var body = ByteBuffer()
    /// What it holds of the memory for bodies.
    private var held = 0
    private let longest: Int

    /// Takes what is plain.
    ///
    /// - Returns: nil where there is anything to be said against the request, or to be waited for.
    init?(_ head: HTTPRequestHead, for service: NearDupService) {
        guard head.method == .POST, head.version == .http1_1, head.isKeepAlive,
            let query = Self.query(ofCheck: head.uri), let fields = Fields(head.headers)
        else { return nil }
        longest = min(ShortChecks.longest, service.settings.limits.documentBytes)
        guard fields.contentLength <= longest else { return nil }
        do throws(Problem) {
            try service.admitOrigin(fields.origin, authority: fields.host)
            try service.demand(.read, authorization: fields.authorization)
            wishes = try CheckWishes(
                contentType: fields.contentType,
                query: query.isEmpty ? nil : String(query),
                matchLimit: service.settings.matchLimit
            )
        } catch {
            return nil
        }
        guard wishes.kind != .lines else { return nil }
        self.head = head
    }

    /// What stands behind the `?`; nil where the request is for something else.
    private static func query(ofCheck uri: String) -> Substring? {
        let path = "/v1/check"
        if uri == path { return "" }
        guard uri.hasPrefix(path), !uri.utf8.contains(UInt8(ascii: "#")) else { return nil }
        let rest = uri.dropFirst(path.count)
        return rest.first == "?" ? rest.dropFirst() : nil
    }

    /// Adds a piece of the body; false where it is too long for here, or there is no memory for it.
    mutating func add(_ piece: ByteBuffer, _ memory: BodyMemory) -> Bool {
        let count = piece.readableBytes
        guard body.readableBytes + count <= longest, memory.take(count) else { return false }
        held += count
        // Mostly there is one piece, which is not copied.
        if body.readableBytes == 0 { body = piece } else { body.writeImmutableBuffer(piece) }
        return true
    }

    /// Gives back what it holds.
    func giveBack(_ memory: BodyMemory) { memory.give(back: held) }

    /// The header fields that matter, each at most once.
    private struct Fields {
        var host: String?
        var origin: String?
        var authorization: String?
        var contentType: String?
        var contentLength = 0

        /// - Returns: nil where one is there twice, or asks for what is not done here.
        init?(_ headers: HTTPHeaders) {
            for (name, value) in headers {
                // Of these lengths are the names that matter.
                switch name.utf8.count {
                case 4: guard Self.take(name, "host", value, &host) else { return nil }
                case 6:
                    guard !Self.isEqual(name, "expect"), Self.take(name, "origin", value, &origin) else { return nil }
                case 12: guard Self.take(name, "content-type", value, &contentType) else { return nil }
                case 13: guard Self.take(name, "authorization", value, &authorization) else { return nil }
                case 14:
                    if Self.isEqual(name, "content-length") { contentLength = Int(value) ?? .max }
                case 16: if Self.isEqual(name, "content-encoding") { return nil }
                default: break
                }
            }
        }

        /// Keeps the value of a field of this name; false where there is one already.
        private static func take(_ name: String, _ known: String, _ value: String, _ field: inout String?) -> Bool {
            guard isEqual(name, known) else { return true }
            guard field == nil else { return false }
            field = value
            return true
        }

        /// Whether a field's name is this one, in whatever case.
        private static func isEqual(_ name: String, _ known: String) -> Bool {
            name.utf8.elementsEqual(known.utf8) { $0 == $1 || $0 | 0x20 == $1 }
        }
    }
}

extension NearDupService {
    /// Answers a check that is whole.
    ///
    /// - Returns: nil where the service has no place for it, or it gives no answer.
    func answer(_ check: PendingCheck) -> ByteBuffer? {
        guard let admission = requests.admit(limit: settings.limits.requests) else { return nil }
        defer { withExtendedLifetime(admission) {} }
        let answer = try? checkers.use { held in
            checkShort(check.body, check.wishes, with: held) ? ByteBuffer(bytes: held.answer) : nil
        }
        guard let answer else { return nil }
        metrics.count(.check, status: 200, since: check.start)
        return answer
    }
}
