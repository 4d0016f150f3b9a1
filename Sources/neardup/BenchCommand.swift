import ArgumentParser
import Benchmarking
import CommandValues
import CrawlGeneration
import CrawlPipelines
import CrawlReading

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures how fast each stage is on your own files, or on a made-up crawl, and what is found of it.",
        discussion: """
            Stages: read (files to records, inflating included), inflate (of packed files), parse (records to documents), shingle, \
            sketch, index (end to end, committed and synchronised), check (everything against that index, answers as \
            JSON to nowhere). read and inflate use one thread. Then a made-up crawl with planted duplicates is \
            indexed and checked, and what was found is counted by the kind of edit.

            EXAMPLES:
              neardup bench --generate 2g --seed 7
              neardup bench crawl.jsonl.gz --threads 1 --stages index,check
              neardup bench --growth 10k,100k,1m --json > growth.json
              neardup bench --latency --index news.index dump.jsonl
            """
    )

    @OptionGroup var subject: BenchSubjectOptions

    @Option(help: "Stages to measure: read,inflate,parse,shingle,sketch,index,check. (default: all)")
    var stages: StageList?

    @Option(help: "Runs of each stage; the middle one is told.")
    var runs = 3

    @OptionGroup var threads: ThreadOptions

    @Option(
        help: """
            Memory for documents on their way into the index, such as 512m or 2g: more makes fewer shards, which are checked \
            sooner. If it is not given, a quarter of what the machine or its control group has, 512m to 2g.
            """
    )
    var memory = MemoryLimit.usual

    @Option(help: "The folder for indexes and made-up crawls; all of them are removed.")
    var temp = "/tmp"

    @Option(help: "Pages of the crawl with planted duplicates; 0 leaves them out.")
    var qualityPages = 20_000

    @Option(help: "Only index growing numbers of made-up documents of 400 bytes, and check single ones: 10k,100k,1m.")
    var growth: CountList?

    @Flag(help: "Only time single checks against the index that --index names; the inputs are what it was made of.")
    var latency = false

    @Option(help: "The index for --latency.")
    var index: String?

    @Option(help: "Single checks of each sort that --latency and --growth time.")
    var checks = 5000

    @Flag(help: "One JSON object.")
    var json = false

    @Flag(help: "Nothing on standard error.")
    var quiet = false

    func validate() throws {
        try MemoryLimit.validate(memory)
        for (name, value, most) in [("runs", runs, 1000), ("checks", checks, 1_000_000)]
        where !(1...most).contains(value) {
            throw ValidationError("--\(name): expected 1 to \(most), got \(value)")
        }
        guard (0...10_000_000).contains(qualityPages) else {
            throw ValidationError("--quality-pages: expected 0 to 10000000, got \(qualityPages)")
        }
        guard latency == (index != nil) else { throw ValidationError("expected --latency and --index together") }
        guard !latency || growth == nil else { throw ValidationError("--latency and --growth exclude each other") }
        guard growth == nil || (subject.inputs.isEmpty && subject.generate == nil) else {
            throw ValidationError("--growth makes its own documents; expected no inputs and no --generate")
        }
    }

    func run() throws {
        let signals = BenchSignals()
        defer { signals.cancel() }
        try exiting {
            var report = BenchmarkReport()
            var failed = 0
            do {
                failed = try measure(&report)
            } catch {
                // Removed under its hands.
                signals.waitIfEnding()
                throw error
            }
            if json {
                try Console.write(report.json)
            } else {
                for line in BenchTable.lines(report) { try Console.line(line) }
            }
            if failed > 0 { throw ExitCode.inputsFailed }
        }
    }

    /// What is asked for; gives the number of inputs that could not be read.
    private func measure(_ report: inout BenchmarkReport) throws(PipelineError) -> Int {
        if let index, latency {
            try measureLatency(of: index, &report)
        } else if let growth {
            try measureGrowth(growth.counts, &report)
        } else {
            return try measureStages(&report)
        }
        return 0
    }

    /// Stages and planted duplicates; gives the number of inputs that could not be read.
    private func measureStages(_ report: inout BenchmarkReport) throws(PipelineError) -> Int {
        var benchmark = Benchmark(options)
        let (inputs, name, crawl) = try subject.resolve(options, tell: tell)
        report.subject = name
        report.stages = try benchmark.run(inputs) { tell("measuring \($0.rawValue)") }
        _ = crawl
        if benchmark.failedInputs > 0 {
            Console.error("neardup: \(Figures.count(benchmark.failedInputs, "input")) could not be read to the end")
        }
        if qualityPages > 0 {
            tell("looking for the duplicates planted in \(Figures.count(qualityPages, "page"))")
            report.quality = try QualityMeasurement(options).run(subject.settings, pages: qualityPages)
        }
        return benchmark.failedInputs
    }

    private func measureLatency(of index: String, _ report: inout BenchmarkReport) throws(PipelineError) {
        report.subject = index
        var measurement = LatencyMeasurement(index)
        measurement.checks = checks
        var unseen = subject.settings
        unseen.seed = ~unseen.seed
        tell("checking single documents")
        report.latencies = [try measurement.measure(unseen, pages: 0..<2 * checks, as: .unseen)]
        let inputs = CrawlInputs.resolve(subject.inputs)
        if !inputs.isEmpty {
            report.latencies.append(try measurement.measure(known: inputs, reading: options.reading))
        }
        report.cold = try ColdStartMeasurement.run(index, texts: GrowthMeasurement.texts(unseen, max(runs, 5)))
    }

    private func measureGrowth(_ counts: [Int], _ report: inout BenchmarkReport) throws(PipelineError) {
        report.subject = "made-up documents of 400 bytes, seed \(subject.seed)"
        var measurement = GrowthMeasurement(options, seed: subject.seed)
        measurement.checks = checks
        for count in counts {
            tell("indexing \(Figures.count(count, "document"))")
            report.growth.append(try measurement.measure(documents: count))
        }
    }

    private var options: StageOptions {
        var options = StageOptions()
        if let stages { options.stages = stages.stages }
        options.reading = subject.reading
        options.threads = threads.count
        options.runs = runs
        options.memory = memory.bytes
        options.temporary = temp
        return options
    }

    private func tell(_ text: String) {
        if !quiet { Console.error(text) }
    }
}
