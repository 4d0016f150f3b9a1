internal import CrawlModel
internal import CrawlPipelines
internal import CrawlReading
internal import Dispatch
internal import NearDuplicates
internal import ShardFormat
internal import Synchronization

/// Checkers that are free: as many as there were ever threads that checked at the same time.
final class CheckerPool: Sendable {
    private let free = Mutex<[HeldChecker]>([])
    private let parameters: IndexParameters
    private let reading: ReadingOptions
    private let rule: MatchRule
    private let queue = DispatchQueue(label: "neardup.large-documents", attributes: .concurrent)

    /// Longer bodies are checked on a thread of their own: those that answer requests must not wait for one of them.
    static let shortBytes = 256 << 10

    /// Creates a pool, with a checker already: an option that can't be followed shows here.
    ///
    /// - Throws: ``PipelineError``.
    init(parameters: IndexParameters, reading: ReadingOptions, rule: MatchRule) throws(PipelineError) {
        self.parameters = parameters
        self.reading = reading
        self.rule = rule
        let first = HeldChecker(try DocumentChecker(parameters: parameters, reading: reading, rule: rule))
        free.withLock { $0.append(first) }
    }

    /// Does something with a checker, on the calling thread where the work is short.
    func use<Result: Sendable>(
        forBytes bytes: Int,
        _ body: @escaping @Sendable (DocumentChecker) throws -> Result
    ) async throws -> Result {
        guard bytes > Self.shortBytes else { return try use { try body($0.checker) } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try self.use { try body($0.checker) } }) }
        }
    }

    /// Does something with a checker on the calling thread.
    func use<Result>(_ body: (HeldChecker) throws -> Result) throws -> Result {
        let held: HeldChecker
        if let known = free.withLock({ $0.popLast() }) {
            held = known
        } else {
            held = HeldChecker(try DocumentChecker(parameters: parameters, reading: reading, rule: rule))
        }
        defer {
            held.giveUpExcess()
            free.withLock { $0.append(held) }
        }
        return try body(held)
    }
}

/// A checker that one thread at a time takes out of the pool, and what that thread fills again and again.
final class HeldChecker: @unchecked Sendable {
    let checker: DocumentChecker
    /// A short body, as a record.
    var records = RecordBatch(source: RecordSource(name: NearDupService.sourceName, format: .jsonLines))
    /// What it is answered with.
    var answer: [UInt8] = []

    init(_ checker: DocumentChecker) { self.checker = checker }

    /// Keeps no more than most answers take.
    func giveUpExcess() {
        if answer.capacity > 1 << 20 { answer = [] }
    }
}
