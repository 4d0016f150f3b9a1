internal import CoreMetrics
internal import CrawlModel
internal import CrawlPipelines
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NearDuplicates

extension NearDupService {
    /// A batch's answers are held back by the slowest of so many bytes of lines.
    private static let bytesUnderWay = 4 << 20

    /// `POST /v1/check` with lines: answers stream back in order while lines still come.
    func checkBatch(_ request: Request, _ wishes: CheckWishes, _ exchange: Exchange) throws(Problem) -> Response {
        exchange.operation = .checkBatch
        let pipe = BatchPipe<Task<[UInt8], any Error>>(
            elements: 2 * settings.limits.threads + 2,
            weight: Self.bytesUnderWay
        )
        return try streaming(request, exchange) { request in
            try await BatchLines(request: request, limits: self.settings.limits)
                .read { records in
                    self.metrics.bodyBytes.increment(by: Int(records.inflatedBytes))
                    let work = Task { try await self.check(records, wishes, tellsSkipped: true).1 }
                    return await pipe.push(work, weight: records.bytes.count)
                }
        } finish: {
            pipe.finish()
        } next: {
            try await pipe.next()?.value
        }
    }

    /// A response whose body is written while the request's is read.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - exchange: the request and its answer.
    ///   - read: reads the request to its end.
    ///   - finish: called when nothing more comes.
    ///   - next: gives what is to be written next; nil at the end.
    /// - Returns: a response that streams.
    /// - Throws: ``Problem`` where there are too many batches already.
    func streaming(
        _ request: Request,
        _ exchange: Exchange,
        read: @escaping @Sendable (Request) async throws -> Void,
        finish: @escaping @Sendable () -> Void,
        next: @escaping @Sendable () async throws -> [UInt8]?
    ) throws(Problem) -> Response {
        let admission = try admitBatch()
        _ = try BodyKind.coding(request.headers)
        exchange.isBatch = true
        let body = ResponseBody { writer in
            defer { withExtendedLifetime((admission, exchange)) {} }
            let problem = try await withThrowingTaskGroup(of: Problem?.self, returning: Problem?.self) { group in
                group.addTask {
                    defer { finish() }
                    do {
                        try await read(request)
                        return nil
                    } catch {
                        return self.ending(error)
                    }
                }
                do {
                    while let bytes = try await next() {
                        if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                    }
                } catch let error as IndexError {
                    finish()
                    group.cancelAll()
                    return self.ending(error)
                }
                return try await group.next() ?? nil
            }
            if let problem { try await writer.write(ByteBuffer(bytes: problem.line)) }
            exchange.wroteBatch()
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }

    /// Why a batch ends before its end.
    private func ending(_ error: any Error) -> Problem {
        // Where the connection broke, most likely nobody reads this.
        problem(of: error) ?? Problem(.badRequest, "body-cut-off", "the batch did not come to its end")
    }
}
