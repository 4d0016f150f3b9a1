package import CrawlPipelines
package import CrawlReading

/// Measures stages on inputs, in the order that keeps each from what the others left in memory.
package struct Benchmark {
    private let options: StageOptions
    /// Inputs that could not be read, or not to their end, in the last run.
    package private(set) var failedInputs = 0

    /// Creates a benchmark.
    package init(_ options: StageOptions) { self.options = options }

    /// Measures the stages that are asked for.
    ///
    /// - Parameters:
    ///   - inputs: files; they are read several times, so that standard input is none.
    ///   - progress: told what is about to be measured.
    /// - Returns: the stages, in the order of the data's way.
    /// - Throws: ``PipelineError``.
    package mutating func run(
        _ inputs: [CrawlInput],
        progress: (Stage) -> Void = { _ in }
    ) throws(PipelineError) -> [StageFigures] {
        var found: [StageFigures] = []
        func wants(_ stage: Stage) -> Bool { options.stages.contains(stage) }
        failedInputs = try warm(inputs)
        // Whole runs first: their memory is then what a process of their own would take.
        if wants(.index) || wants(.check) {
            progress(.index)
            var once = options
            if !wants(.index) { once.runs = 1 }
            let indexed = try WholeStages(once).index(inputs)
            if wants(.index) { found.append(indexed.figures) }
            if wants(.check) {
                progress(.check)
                found.append(try WholeStages(options).check(inputs, against: indexed.folder.path))
            }
        }
        if let first = BatchStages.stages.first(where: wants) {
            progress(first)
            found += try BatchStages(options).run(inputs).stages
        }
        if wants(.inflate), let figures = inflate(inputs, progress) { found.append(figures) }
        return found.sorted { Self.place($0.stage) < Self.place($1.stage) }
    }

    /// Reads everything once, so that it is in the system's cache if it fits there; says how many inputs failed.
    private func warm(_ inputs: [CrawlInput]) throws(PipelineError) -> Int {
        var reading = options
        reading.stages = [.read]
        reading.runs = 1
        return try BatchStages(reading).run(inputs).failedInputs
    }

    private func inflate(_ inputs: [CrawlInput], _ progress: (Stage) -> Void) -> StageFigures? {
        var (bytes, seconds): (Int, [Double]) = (0, [])
        for _ in 0..<max(options.runs, 1) {
            guard let run = InflateStage.run(inputs) else { return nil }
            if seconds.isEmpty { progress(.inflate) }
            bytes = run.bytes
            seconds.append(run.seconds)
        }
        return StageFigures(.inflate, threads: 1, bytes: bytes, documents: 0, seconds: seconds, peakMemory: nil)
    }

    private static func place(_ stage: Stage) -> Int { Stage.allCases.firstIndex(of: stage) ?? 0 }
}
