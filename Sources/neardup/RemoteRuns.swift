import ArgumentParser
import CrawlPipelines
import NearDupHTTP
import Synchronization

extension CheckCommand {
    /// Checks with a service in the place of an index.
    func run(with service: RemoteService) throws {
        let summary = try RemoteRun(
            service,
            purpose: .check(explains: explain, limit: limit),
            reading: input.records.reading(over: CheckPipeline().reading)
        )
        .runReporting(input) { (bytes) throws(PipelineError) in try Console.write(bytes) }
        if !input.quiet { summary.tell("checked") }
        if summary.failedInputs > 0 { throw ExitCode.inputsFailed }
        if exitCode, summary.duplicates > 0 { throw ExitCode.duplicatesFound }
    }
}

extension IndexCommand {
    /// Adds to the index of a service.
    func run(with service: RemoteService) throws {
        let summary = try RemoteRun(
            service,
            purpose: .add,
            reading: input.records.reading(over: CheckPipeline().reading)
        )
        .runReporting(input) { (_) throws(PipelineError) in }
        if !input.quiet { summary.tell("sent") }
        if summary.failedInputs > 0 { throw ExitCode.inputsFailed }
    }
}

extension RemoteRun {
    /// Runs over the inputs of a command, and tells of what was passed over.
    fileprivate func runReporting(
        _ input: InputOptions,
        output: @escaping @Sendable ([UInt8]) throws(PipelineError) -> Void
    ) throws -> Summary {
        let inputs = input.resolved()
        return try waiting {
            let reporter = Mutex(ProblemReporter())
            return try await run(
                inputs,
                output: output,
                report: { problem in reporter.withLock { $0.report(problem) } }
            )
        }
    }
}
