import ArgumentParser
import Benchmarking
import CommandValues
import CrawlGeneration
import CrawlPipelines
import CrawlReading

/// What a benchmark reads: files, or a crawl made for it.
struct BenchSubjectOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Files, directories or globs, as for index.", valueName: "input"))
    var inputs: [String] = []

    @Option(help: "Make up a crawl of this size instead, such as 500m or 2g. (default: 256m where there is no input)")
    var generate: ByteCount?

    @Option(help: "What made-up crawls are derived from.")
    var seed: UInt64 = 7

    @Option(help: "The mean length of a made-up page's text in bytes.")
    var textBytes = GenerationSettings().meanTextBytes

    @Flag(help: "Keep the made-up crawl, and say where it is.")
    var keep = false

    @Option(help: "JSON lines: the field of the id.")
    var idField = "id"

    @Option(help: "JSON lines: the field of the text.")
    var textField = "text"

    func validate() throws {
        guard inputs.isEmpty || generate == nil else {
            throw ValidationError("expected either inputs or --generate")
        }
        guard !inputs.contains("-") else {
            throw ValidationError("standard input can't be read more than once; expected files")
        }
        do throws(GenerationSettingsError) {
            try settings.validate()
        } catch {
            throw ValidationError("--text-bytes: \(error.message)")
        }
    }

    /// What made-up crawls are like.
    var settings: GenerationSettings {
        var settings = GenerationSettings(seed: seed)
        settings.meanTextBytes = textBytes
        return settings
    }

    /// How inputs are read.
    var reading: ReadingOptions { ReadingOptions(idField: idField, textField: textField) }

    /// The inputs, what to call them, and the crawl that is to be held as long as they are read.
    func resolve(
        _ options: StageOptions,
        tell: (String) -> Void
    ) throws(PipelineError) -> (inputs: [CrawlInput], name: String, crawl: MadeUpCrawl?) {
        if !inputs.isEmpty {
            return (CrawlInputs.resolve(inputs), inputs.joined(separator: " "), nil)
        }
        let size = generate ?? ByteCount(bytes: 256 << 20)
        tell("making up a crawl of \(Figures.bytes(size.bytes))")
        let crawl = try MadeUpCrawl(
            settings,
            .bytes(size.bytes),
            in: options.temporary,
            threads: options.threads,
            isKept: keep
        )
        if keep { Console.error("the crawl is kept: \(crawl.path)") }
        let name = "made-up crawl, seed \(seed), \(Figures.count(crawl.pages, "page"))"
        return (crawl.inputs, name, crawl)
    }
}

/// Stages as they are typed: `index,check`.
struct StageList: ExpressibleByArgument {
    let stages: [Stage]

    init?(argument: String) {
        var stages: [Stage] = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let stage = Stage(rawValue: String(name)) else { return nil }
            stages.append(stage)
        }
        self.stages = stages
    }
}

/// Numbers as they are typed: `10k,100k,1m`.
struct CountList: ExpressibleByArgument {
    let counts: [Int]

    init?(argument: String) {
        var counts: [Int] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let digits = part.prefix { $0.isASCII && $0.isNumber }
            let unit = part.dropFirst(digits.count).lowercased()
            guard let number = Int(digits), let factor = ["": 1, "k": 1000, "m": 1_000_000][unit] else { return nil }
            let (count, overflow) = number.multipliedReportingOverflow(by: factor)
            guard !overflow, (1...1_000_000_000).contains(count) else { return nil }
            counts.append(count)
        }
        self.counts = counts
    }
}
