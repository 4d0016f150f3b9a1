import Benchmark
import Foundation

/// Every suite, with what they are measured by.
///
/// Instructions hardly vary from run to run, so that a change of a twentieth is one; times on a busy machine do. Where the
/// framework can't count them, it leaves them out.
let benchmarks: @Sendable () -> Void = {
    // A global variable of the framework's, which is set before anything else runs.
    unsafe Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .instructions, .throughput],
        maxDuration: .seconds(2),
        thresholds: [
            .wallClock: BenchmarkThresholds(relative: [.p50: 15]),
            .instructions: BenchmarkThresholds(relative: [.p50: 5]),
            .throughput: BenchmarkThresholds(relative: [.p50: 15]),
        ]
    )
    do {
        let samples = try Samples()
        addKernels(samples)
        addSketching(samples)
        addShards(samples)
        addQueries(samples)
    } catch {
        fatalError("the sample crawl can't be read: \(error)")
    }
}
