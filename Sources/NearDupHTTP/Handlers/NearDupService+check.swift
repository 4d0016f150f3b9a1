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
    var explains: Bool
    var limit: Int?
    var names: GivenNames
}

extension NearDupService {
    /// What answers say that documents come from: as `neardup check` says of standard input.
    static let sourceName = "-"

    /// `POST /v1/check`.
    func check(_ request: Request, _ exchange: Exchange) async throws -> Response {
        exchange.operation = .check
        let kind = try BodyKind(request.headers, path: "/v1/check")
        let query = try RequestQuery(request, allowed: ["explain", "limit", "id", "url", "date"])
        let wishes = CheckWishes(
            explains: try query.flag("explain"),
            limit: try query.count("limit") ?? settings.matchLimit,
            names: try query.names(kind, request)
        )
        if kind == .lines { return try checkBatch(request, wishes, exchange) }
        let body = try await memory.collect(request, limit: settings.limits.documentBytes)
        defer { memory.give(back: body.held) }
        let records = try Self.records(body.bytes, kind)
        metrics.bodyBytes.increment(by: body.bytes.readableBytes)
        let (checked, answer) = try await check(records, wishes, tellsSkipped: false)
        if let skipped = checked.skipped.first { throw problem(skipped) }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer))
        )
    }

    /// Checks a batch of records against the index as it is now.
    func check(
        _ records: RecordBatch,
        _ wishes: CheckWishes,
        tellsSkipped: Bool
    ) async throws -> (CheckedBatch, [UInt8]) {
        let snapshot = index.snapshot
        let (checked, answer, time) = try await checkers.use(forBytes: records.bytes.count) { checker in
            var answer: [UInt8] = []
            let start = ContinuousClock.now
            let checked = try checker.check(
                records,
                as: wishes.names,
                against: snapshot,
                limit: wishes.limit,
                explains: wishes.explains,
                tellsSkipped: tellsSkipped,
                into: &answer
            )
            return (checked, answer, (ContinuousClock.now - start).nanoseconds)
        }
        metrics.count(checked)
        if checked.documents > 0 {
            for _ in 0..<checked.documents { metrics.checkTime.recordNanoseconds(time / Int64(checked.documents)) }
        }
        return (checked, answer)
    }

    /// A body as one record.
    ///
    /// - Throws: ``Problem`` (422) where it is empty.
    static func records(_ body: ByteBuffer, _ kind: BodyKind) throws(Problem) -> RecordBatch {
        guard body.readableBytes > 0 else {
            throw Problem(
                .unprocessableContent,
                "empty-body",
                "expected a document in the body, got nothing; with curl: --data-binary @FILE"
            )
        }
        let format: InputFormat =
            switch kind {
            case .json, .lines: .jsonLines
            case .text: .text
            case .html: .html
            }
        var batch = RecordBatch(source: RecordSource(name: sourceName, format: format))
        // The body's memory is read within the call.
        let range = unsafe body.withUnsafeReadableBytes { unsafe batch.bytes.append($0) }
        batch.records = [RecordExtent(start: range.start, count: range.count, offset: 0)]
        batch.end = .complete
        return batch
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
