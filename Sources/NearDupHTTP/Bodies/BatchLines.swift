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
        var lines = LineAssembler(
            name: NearDupService.sourceName,
            maxRecordBytes: limits.documentBytes,
            maxRecords: Self.records
        )
        var total = 0
        if let coding = try BodyKind.coding(request.headers) {
            var inflater = BodyInflater(
                coding,
                limit: limits.batchBytes,
                excess: .batchTooLarge(limit: limits.batchBytes)
            )
            for try await piece in request.body {
                // The piece's memory is read within the call.
                unsafe piece.withUnsafeReadableBytes { unsafe inflater.add($0) }
                // A piece may inflate a millionfold: no more of it is here at a time than one step gives.
                while try unsafe inflater.next({ unsafe lines.append($0) }) {
                    guard try await pass(&lines, to: body) else { return }
                }
            }
            try inflater.finish()
        } else {
            for try await piece in request.body {
                total += piece.readableBytes
                guard total <= limits.batchBytes else { throw Problem.batchTooLarge(limit: limits.batchBytes) }
                // As above.
                unsafe piece.withUnsafeReadableBytes { unsafe lines.append($0) }
                guard try await pass(&lines, to: body) else { return }
            }
        }
        _ = try await pass(&lines, isLast: true, to: body)
    }

    /// Lines checked by one thread at a time: their answers may be a hundred times as long.
    private static let records = 512

    /// Passes on what is whole; false where no more is wanted.
    private func pass(
        _ lines: inout LineAssembler,
        isLast: Bool = false,
        to body: (RecordBatch) async throws -> Bool
    ) async throws -> Bool {
        while let batch = lines.next(isLast: isLast) {
            guard try await body(batch) else { return false }
        }
        return true
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
        json.object("error") { json in
            json.field("code", code)
            json.field("message", detail)
        }
        json.endObject()
        json.endLine()
        return json.bytes
    }
}
