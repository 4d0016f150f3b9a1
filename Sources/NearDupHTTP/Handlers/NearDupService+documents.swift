internal import CoreMetrics
internal import CrawlModel
internal import CrawlPipelines
internal import CrawlReading
internal import HTTPTypes
internal import Hummingbird
internal import LiveIndex
internal import NIOCore
internal import NearDuplicates
internal import ShardFormat

extension NearDupService {
    /// `/v1/documents`.
    func documents(_ request: Request, _ exchange: Exchange) async throws -> Response {
        switch request.method {
        case .post: return try await add(request, exchange)
        case .delete: return try await remove(request, exchange)
        default:
            exchange.operation = .get
            return try document(request)
        }
    }

    /// `POST /v1/documents`: adds one document, or the lines of a batch.
    private func add(_ request: Request, _ exchange: Exchange) async throws -> Response {
        exchange.operation = .add
        let contentType = request.headers[.contentType]
        let kind = try BodyKind(contentType: contentType, path: "/v1/documents")
        let query = try RequestQuery(request.uri.query, allowed: ["if", "id", "url", "date"])
        let names = try query.names(kind, contentType: contentType)
        let condition = query.string("if")
        guard condition == nil || condition == "unique" else {
            throw Problem(.badRequest, "bad-parameter", "if: expected unique")
        }
        let rule = condition == nil ? nil : settings.rule
        if kind == .lines { return try addBatch(request, ifUniqueBy: rule, exchange) }
        let body = try await memory.collect(request, limit: settings.limits.documentBytes)
        defer { memory.give(back: body.held) }
        let records = try Self.records(body.bytes, kind)
        metrics.bodyBytes.increment(by: body.bytes.readableBytes)
        let batch = try await checkers.use(forBytes: body.bytes.readableBytes) { $0.sketch(records, as: names) }
        let documents = batch.documents
        if let skipped = documents.skipped.first { throw problem(skipped) }
        guard let entry = documents.entries.first, !entry.idWasMade, kind == .json || names.id != nil else {
            throw Problem(
                .unprocessableContent,
                "no-id",
                kind == .json
                    ? "expected an id in field \"\(settings.reading.idField)\", or in the request's ?id=…"
                    : "expected the document's id in the request's ?id=… (?url= and ?date= may follow)"
            )
        }
        let outcome = try await add([batch], ifUniqueBy: rule)[0]
        guard outcome != .empty else {
            throw Problem(
                .unprocessableContent,
                "no-token",
                "the document has no word, or fewer than the index takes, and was not added"
            )
        }
        var answer: [UInt8] = []
        Self.append(outcome, entry, of: documents, to: &answer)
        return .json(answer, status: outcome == .added ? .created : .ok)
    }

    private func add(
        _ batches: [SketchedBatch],
        ifUniqueBy rule: MatchRule?
    ) async throws(IndexError) -> [AddedOutcome] {
        let start = ContinuousClock.now
        let outcomes = try await index.add(batches.flatMap(\.sketches), ifUniqueBy: rule)
        metrics.changeTime.recordNanoseconds((ContinuousClock.now - start).nanoseconds)
        for outcome in outcomes { metrics.count(outcome.name) }
        return outcomes
    }

    /// Batches that wait are added together: they share what it costs to have them on disk.
    private static let batchesTogether = 64
    private static let bytesWaiting = 8 << 20

    private func addBatch(
        _ request: Request,
        ifUniqueBy rule: MatchRule?,
        _ exchange: Exchange
    ) throws(Problem) -> Response {
        exchange.operation = .addBatch
        let pipe = BatchPipe<SketchedBatch>(elements: Self.batchesTogether, weight: Self.bytesWaiting)
        return try streaming(request, exchange) { request in
            try await BatchLines(request: request, limits: self.settings.limits)
                .read { records in
                    self.metrics.bodyBytes.increment(by: Int(records.inflatedBytes))
                    let documents = try await self.checkers.use(forBytes: records.bytes.count) { $0.sketch(records) }
                    return await pipe.push(documents, weight: records.bytes.count)
                }
        } finish: {
            pipe.finish()
        } next: {
            let batches = await pipe.next(atMost: Self.batchesTogether)
            guard !batches.isEmpty else { return nil }
            return try await self.lines(adding: batches, ifUniqueBy: rule)
        }
    }

    /// Adds batches and says of each line what became of it.
    private func lines(adding batches: [SketchedBatch], ifUniqueBy rule: MatchRule?) async throws -> [UInt8] {
        let formatter = JSONLinesFormatter()
        let outcomes = try await add(batches, ifUniqueBy: rule)
        var answer: [UInt8] = []
        var next = 0
        for batch in batches.map(\.documents) {
            var told = 0
            for entry in batch.entries {
                while told < batch.skipped.count, batch.skipped[told].location.offset < entry.recordOffset {
                    formatter.append(.skipped(batch.skipped[told]), to: &answer)
                    told += 1
                }
                Self.append(outcomes[next], entry, of: batch, to: &answer)
                next += 1
            }
            for skipped in batch.skipped[told...] { formatter.append(.skipped(skipped), to: &answer) }
        }
        return answer
    }

    /// `{"id":…,"outcome":…}`, with the answer of a check before the outcome where it is a duplicate.
    private static func append(
        _ outcome: AddedOutcome,
        _ entry: DocumentEntry,
        of batch: DocumentBatch,
        to answer: inout [UInt8]
    ) {
        if case .duplicate(let result) = outcome {
            JSONLinesFormatter().append(CheckedDocument(batch: batch, entry: entry, result: result), to: &answer)
            // The object's end and the line's make room for one field more.
            answer.removeLast(2)
            answer.append(contentsOf: ",\"outcome\":\"duplicate\"}\n".utf8)
            return
        }
        var json = JSONWriter(continuing: &answer)
        json.beginObject()
        json.field("id", utf8: batch.fields[entry.id])
        json.field("outcome", outcome.name)
        json.endObject()
        json.endLine()
        json.finish(&answer)
    }

    /// `DELETE /v1/documents?id=…`.
    private func remove(_ request: Request, _ exchange: Exchange) async throws -> Response {
        exchange.operation = .remove
        let ids = try ids(request)
        let start = ContinuousClock.now
        let removed = try await index.remove(ids: ids)
        metrics.changeTime.recordNanoseconds((ContinuousClock.now - start).nanoseconds)
        metrics.count("removed", removed.removed)
        metrics.count("not_found", removed.notFound)
        guard removed.removed > 0 else { throw Self.notFound }
        var json = JSONWriter()
        json.beginObject()
        json.field("removed", removed.removed)
        json.field("not_found", removed.notFound)
        json.endObject()
        json.endLine()
        return .json(json.bytes)
    }

    /// `GET /v1/documents?id=…`.
    private func document(_ request: Request) throws -> Response {
        let ids = try ids(request)
        guard ids.count == 1 else { throw Problem(.badRequest, "bad-parameter", "expected one ?id=…") }
        let id = Array(ids[0].utf8)
        let snapshot = index.snapshot
        do throws(ShardError) {
            for segment in snapshot.searched.reversed() {
                let cursor = segment.makeCursor()
                guard let number = try cursor.document(withID: id.span, hash: IdentifierHash.hash(id.span)) else {
                    continue
                }
                let identity = try cursor.identity(of: number)
                var counts: [UInt32] = []
                try cursor.fingerprintCounts(of: [number], into: &counts)
                var json = JSONWriter()
                json.beginObject()
                json.field("id", identity.id)
                if !identity.url.isEmpty { json.field("url", identity.url) }
                if !identity.date.isEmpty { json.field("date", identity.date) }
                json.field("fingerprints", Int(counts.first ?? 0))
                json.endObject()
                json.endLine()
                return .json(json.bytes)
            }
        } catch {
            throw IndexError(error)
        }
        throw Self.notFound
    }

    private func ids(_ request: Request) throws(Problem) -> [String] {
        let ids = try RequestQuery(request.uri.query, allowed: ["id"]).all("id").filter { !$0.isEmpty }
        guard !ids.isEmpty, ids.count <= 1000 else {
            throw Problem(
                .badRequest,
                "no-id",
                "expected ?id=… with the document's id, percent-encoded; curl: -G --data-urlencode 'id=…'"
            )
        }
        return ids
    }

    private static let notFound = Problem(.notFound, "no-such-document", "the index has no document of this id")
}

extension AddedOutcome {
    /// What it is called in answers.
    var name: String {
        switch self {
        case .added: "added"
        case .replaced: "replaced"
        case .unchanged: "unchanged"
        case .empty: "empty"
        case .boilerplate: "boilerplate"
        case .duplicate: "duplicate"
        }
    }
}
