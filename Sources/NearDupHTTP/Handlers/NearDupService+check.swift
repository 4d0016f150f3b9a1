internal import CoreMetrics
internal import CrawlModel
internal import CrawlPipelines
internal import CrawlReading
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NearDuplicates

/// How a check is to be answered.
struct CheckWishes: Sendable {
    var kind: BodyKind
    var explains: Bool
    var limit: Int?
    var names: GivenNames

    /// What a request asks for.
    ///
    /// - Parameters:
    ///   - contentType: its header.
    ///   - query: what stands behind its `?`.
    ///   - matchLimit: the limit where the request names none.
    /// - Throws: ``Problem`` (415, 400).
    init(contentType: String?, query: String?, matchLimit: Int?) throws(Problem) {
        kind = try BodyKind(contentType: contentType, path: "/v1/check")
        let query = try RequestQuery(query, allowed: ["explain", "limit", "id", "url", "date"])
        explains = try query.flag("explain")
        limit = try query.count("limit") ?? matchLimit
        names = try query.names(kind, contentType: contentType)
    }
}

extension NearDupService {
    /// What answers say that documents come from: as `neardup check` says of standard input.
    static let sourceName = "-"

    /// `POST /v1/check`.
    func check(_ request: Request, _ exchange: Exchange) async throws -> Response {
        exchange.operation = .check
        let wishes = try CheckWishes(
            contentType: request.headers[.contentType],
            query: request.uri.query,
            matchLimit: settings.matchLimit
        )
        if wishes.kind == .lines { return try checkBatch(request, wishes, exchange) }
        let body = try await memory.collect(request, limit: settings.limits.documentBytes)
        defer { memory.give(back: body.held) }
        let records = try Self.records(body.bytes, wishes.kind)
        metrics.bodyBytes.increment(by: body.bytes.readableBytes)
        let (checked, answer) = try await check(records, wishes, tellsSkipped: false)
        if let skipped = checked.skipped.first { throw problem(skipped) }
        return .json(answer)
    }

    /// Checks a batch of records against the index as it is now.
    func check(
        _ records: RecordBatch,
        _ wishes: CheckWishes,
        tellsSkipped: Bool
    ) async throws -> (CheckedBatch, [UInt8]) {
        let (checked, answer) = try await checkers.use(forBytes: records.bytes.count) { checker in
            var answer: [UInt8] = []
            let checked = try self.check(records, wishes, tellsSkipped: tellsSkipped, with: checker, into: &answer)
            return (checked, answer)
        }
        metrics.count(checked)
        return (checked, answer)
    }

    /// Checks a short document on the calling thread, which waits for nothing.
    ///
    /// - Parameters:
    ///   - body: the document, whole.
    ///   - wishes: how it is to be answered.
    ///   - held: the checker, and what it is to fill: its answer above all.
    /// - Returns: whether there is one; where there is none, nothing was counted.
    func checkShort(_ body: ByteBuffer, _ wishes: CheckWishes, with held: HeldChecker) -> Bool {
        do {
            try Self.fill(&held.records, body, wishes.kind)
            held.answer.removeAll(keepingCapacity: true)
            let checked = try check(held.records, wishes, tellsSkipped: false, with: held.checker, into: &held.answer)
            guard checked.skipped.isEmpty else { return false }
            metrics.bodyBytes.increment(by: body.readableBytes)
            metrics.count(checked)
            return true
        } catch {
            // Whoever asks again, in the ordinary way, is told.
            return false
        }
    }

    private func check(
        _ records: borrowing RecordBatch,
        _ wishes: CheckWishes,
        tellsSkipped: Bool,
        with checker: DocumentChecker,
        into answer: inout [UInt8]
    ) throws(IndexError) -> CheckedBatch {
        try checker.check(
            records,
            as: wishes.names,
            against: index.snapshot,
            limit: wishes.limit,
            explains: wishes.explains,
            tellsSkipped: tellsSkipped,
            into: &answer
        )
    }

    /// A body as one record.
    ///
    /// - Throws: ``Problem`` (422) where it is empty.
    static func records(_ body: ByteBuffer, _ kind: BodyKind) throws(Problem) -> RecordBatch {
        var batch = RecordBatch(source: RecordSource(name: sourceName, format: kind.format))
        try fill(&batch, body, kind)
        return batch
    }

    /// Makes a body the one record of a batch, which keeps its storage.
    private static func fill(_ batch: inout RecordBatch, _ body: ByteBuffer, _ kind: BodyKind) throws(Problem) {
        guard body.readableBytes > 0 else {
            throw Problem(
                .unprocessableContent,
                "empty-body",
                "expected a document in the body, got nothing; with curl: --data-binary @FILE"
            )
        }
        batch.reset(source: RecordSource(name: sourceName, format: kind.format), sourceIndex: 0, sequence: 0)
        // The body's memory is read within the call.
        let range = unsafe body.withUnsafeReadableBytes { unsafe batch.bytes.append($0) }
        batch.records.append(RecordExtent(start: range.start, count: range.count, offset: 0))
        batch.end = .complete
    }

    /// What a record that gave no document is answered with.
    func problem(_ skipped: SkippedRecord) -> Problem {
        let fields = settings.reading
        let detail =
            switch skipped.code {
            case .missingText:
                "expected a string in field \"\(fields.textField)\", found no such field; send "
                    + "{\"\(fields.idField)\": …, \"\(fields.textField)\": …}, or text/plain"
            case .notAnObject:
                "expected one JSON object; send several as application/x-ndjson, one a line"
            case .recordTooLong: Problem.tooLarge(limit: settings.limits.documentBytes, isInflated: true).detail
            default: skipped.message
            }
        let status: HTTPResponse.Status =
            switch skipped.code {
            case .recordTooLong: .contentTooLarge
            case .invalidJSON: .badRequest
            default: .unprocessableContent
            }
        return Problem(status, skipped.code.rawValue, detail)
    }
}
