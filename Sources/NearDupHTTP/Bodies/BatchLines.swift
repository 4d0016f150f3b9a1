internal import CrawlModel
internal import CrawlPipelines
internal import CrawlReading
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import StreamCompression

/// Reads the lines of a batch from a request as they come, unpacked.
struct BatchLines {
    let request: Request
    let limits: ServiceLimits

    /// Reads to the end.
    ///
    /// - Parameter body: gets whole lines; false where no more are wanted.
    /// - Throws: ``Problem``; what reading from the connection throws.
    func read(_ body: (RecordBatch) async throws -> Bool) async throws {
        var lines = LineAssembler(name: NearDupService.sourceName, maxRecordBytes: limits.documentBytes)
        var total = 0
        if let coding = try BodyKind.coding(request.headers) {
            var inflater = BodyInflater(coding, limit: limits.batchBytes)
            for try await piece in request.body {
                // A piece may inflate a thousandfold: what it gives is taken in stretches.
                for start in stride(from: 0, to: piece.readableBytes, by: Self.packedStretch) {
                    let stretch = piece.getSlice(
                        at: piece.readerIndex + start,
                        length: min(Self.packedStretch, piece.readableBytes - start)
                    )
                    guard let stretch else { break }
                    // The piece's memory is read within the call.
                    try unsafe stretch.withUnsafeReadableBytes { (packed) throws(Problem) in
                        try unsafe inflater.inflate(packed) { (bytes) throws(Problem) in unsafe lines.append(bytes) }
                    }
                    guard try await pass(lines.next(isLast: false), to: body) else { return }
                }
            }
            try inflater.finish()
        } else {
            for try await piece in request.body {
                total += piece.readableBytes
                guard total <= limits.batchBytes else { throw Problem.batchTooLarge(limit: limits.batchBytes) }
                // As above.
                unsafe piece.withUnsafeReadableBytes { unsafe lines.append($0) }
                guard try await pass(lines.next(isLast: false), to: body) else { return }
            }
        }
        _ = try await pass(lines.next(isLast: true), to: body)
    }

    private static let packedStretch = 4 << 10

    private func pass(_ batch: RecordBatch?, to body: (RecordBatch) async throws -> Bool) async throws -> Bool {
        guard let batch else { return true }
        return try await body(batch)
    }
}

extension Problem {
    /// A batch over its limit.
    static func batchTooLarge(limit: Int) -> Problem {
        Problem(
            .contentTooLarge,
            "batch-too-large",
            "expected at most \(limit) bytes of lines in a batch; send the rest as another, or raise --max-batch",
            closes: true
        )
    }

    /// The problem as a line among answers, in the place of those that don't come any more.
    var line: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("source", NearDupService.sourceName)
        json.key("error")
        json.beginObject()
        json.field("code", code)
        json.field("message", detail)
        json.endObject()
        json.endObject()
        json.endLine()
        return json.bytes
    }
}
