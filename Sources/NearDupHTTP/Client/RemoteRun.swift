internal import CrawlModel
package import CrawlPipelines
package import CrawlReading
internal import NearDuplicates

/// Streams the documents of inputs to a service elsewhere.
///
/// Inputs are read and parsed here; documents go in batches, and a batch that was not answered goes again.
package struct RemoteRun: Sendable {
    /// What the service is to do with the documents.
    package enum Purpose: Sendable {
        /// To check them: its answers are written, in order.
        case check(explains: Bool, limit: Int?)
        /// To add them.
        case add
    }

    /// What a run did.
    package struct Summary: Sendable {
        /// Documents sent and answered.
        package var documents = 0
        /// How many got which verdict, or came out how.
        package var outcomes: [String: Int] = [:]
        /// Records that gave no document.
        package var skippedRecords = 0
        /// Inputs that could not be read, or not to their end.
        package var failedInputs = 0

        /// How many are duplicates of what is indexed; of checks alone.
        package var duplicates: Int {
            Relation.allCases.reduce(0) { $0 + (outcomes[$1.rawValue] ?? 0) }
        }

        /// Creates a summary of nothing.
        package init() {}
    }

    private let service: RemoteService
    private let purpose: Purpose
    private var reading: ReadingOptions

    /// Batches under way: what is added goes one after the other, since a later document may take an earlier one's place.
    private var batchesUnderWay: Int {
        switch purpose {
        case .check: 4
        case .add: 1
        }
    }

    private static let batchBytes = 512 << 10

    /// Creates a run.
    package init(_ service: RemoteService, purpose: Purpose, reading: ReadingOptions) {
        self.service = service
        self.purpose = purpose
        self.reading = reading
        self.reading.batchBytes = Self.batchBytes
    }

    /// Sends all documents of the inputs, in order.
    ///
    /// - Parameters:
    ///   - inputs: what to read.
    ///   - output: takes what was answered to checks, in order.
    ///   - report: told of everything that was passed over, in order.
    /// - Returns: what was done.
    /// - Throws: ``RemoteError``; what was sent before has been done.
    package func run(
        _ inputs: [CrawlInput],
        output: ([UInt8]) throws(PipelineError) -> Void,
        report: (InputProblem) -> Void = { _ in }
    ) async throws(RemoteError) -> Summary {
        var summary = Summary()
        var underWay: [(batch: RemoteBatch, answer: Task<Result<[UInt8], RemoteError>, Never>)] = []
        defer { for left in underWay { left.answer.cancel() } }
        var reader = try wrapping { () throws(PipelineError) in try PipelineError.reader(inputs, reading) }
        var parser = try wrapping { () throws(PipelineError) in try PipelineError.parser(reading) }
        while true {
            let records = reader.next()
            if let records {
                var documents = DocumentBatch()
                parser.parse(records, into: &documents)
                let batch = RemoteBatch(documents)
                let (service, path) = (service, path)
                underWay.append((batch, Task { await service.answer(path, batch.lines) }))
            }
            while underWay.count >= (records == nil ? 1 : batchesUnderWay) {
                let next = underWay.removeFirst()
                let answers = try next.batch.take(try await next.answer.value.get(), from: service, &summary)
                if case .check = purpose {
                    try wrapping { () throws(PipelineError) in try output(answers) }
                }
                for problem in next.batch.problems { report(problem) }
            }
            if records == nil { return summary }
        }
    }

    private func wrapping<Result: ~Copyable>(
        _ body: () throws(PipelineError) -> Result
    ) throws(RemoteError) -> Result {
        do {
            return try body()
        } catch {
            throw .pipeline(error)
        }
    }

    /// What is asked for.
    private var path: String {
        switch purpose {
        case .add: "/v1/documents"
        case .check(let explains, let limit):
            "/v1/check?explain=\(explains)" + (limit.map { "&limit=\($0)" } ?? "")
        }
    }
}

extension RemoteService {
    /// What a batch is answered, as a value that a task can hold.
    fileprivate func answer(_ path: String, _ lines: [UInt8]) async -> Result<[UInt8], RemoteError> {
        guard !lines.isEmpty else { return .success([]) }
        do throws(RemoteError) {
            return .success(try await send(path, lines: lines))
        } catch {
            return .failure(error)
        }
    }
}
