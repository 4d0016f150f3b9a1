import ArgumentParser
import CrawlPipelines
import CrawlReading
import DuplicateClusters
import NearDuplicates
import ShardFormat

struct BoilerplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boilerplate",
        abstract: "Lists what an index learned to be boilerplate, or learns it.",
        discussion: """
            Boilerplate is what stands on many pages of one host among different texts: navigation, notices, footers. \
            Checks leave it out of account. Listed are passages, those of most clusters of pages first: clusters, hosts, \
            and where a page has it, in tokens. An index holds no texts; with --text the inputs it was made of are read \
            again, and the passages are quoted.

            --learn learns from the index's own documents, which need URLs. What is added later is checked against what was \
            learned, but teaches nothing until the next --learn. --forget makes everything count again.

            EXAMPLES:
              neardup boilerplate --index news.index --learn
              neardup boilerplate --index news.index --limit 50
              neardup boilerplate --index news.index --learn --text dump.jsonl.gz
              neardup boilerplate --index news.index --json > passages.jsonl
            """
    )

    @Option(name: .long, help: "The index directory.")
    var index: String

    @Flag(help: "Learn, and keep what was learned in the index.")
    var learn = false

    @Flag(help: "Forget what was learned.")
    var forget = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Inputs that the index was made of, for the passages' texts.", valueName: "input")
    )
    var text: [String] = []

    @OptionGroup(title: "How texts are read") var records: RecordOptions

    @OptionGroup(title: "Thresholds of --learn") var thresholds: ThresholdOptions

    @Option(help: "List at most so many passages (default: 20 in a table, all in JSON).")
    var limit: Int?

    @Option(help: "Threads that learn (default: one a core).")
    var threads: Int?

    @Option(help: "Memory for learning, such as 512m or 2g.")
    var memory = ByteCount(bytes: 256 << 20)

    @Flag(help: "JSON lines, even on a terminal (the default elsewhere).")
    var json = false

    @Flag(help: "A table, even in a pipe (the default on a terminal).")
    var table = false

    @Flag(help: "No summary.")
    var quiet = false

    func validate() throws {
        if json, table { throw ValidationError("--json and --table exclude each other") }
        if learn, forget { throw ValidationError("--learn and --forget exclude each other") }
        if let limit, limit < 0 { throw ValidationError("--limit: expected 0 or more, got \(limit)") }
        try ThreadLimit.validate(threads)
        try MemoryLimit.validate(memory)
    }

    func run() throws {
        try exiting {
            if forget {
                let writer = try ExistingIndex.writer(index, memory: memory)
                defer { writer.close() }
                try writer.setBoilerplate(nil)
                return
            }
            guard var list = try learn ? learned() : IndexSnapshot(path: index).boilerplate()?.list else {
                if !quiet { Console.error("\(index): nothing was learned yet; --learn does") }
                return
            }
            let usesTable = table || (!json && Console.outputIsTerminal)
            list.passages.removeLast(max(0, list.passages.count - (limit ?? (usesTable ? 20 : .max))))
            if !learn, !text.isEmpty { try addTexts(to: &list) }
            for passage in list.passages {
                if usesTable {
                    for line in Self.lines(passage) { try Console.line(line) }
                } else {
                    try Console.write(Self.json(passage))
                }
            }
            if !quiet { Console.error(Self.summary(list)) }
        }
    }

    private func learned() throws -> BoilerplateList {
        // Nobody may add what would then not be in what was counted.
        let writer = try ExistingIndex.writer(index, memory: memory)
        defer { writer.close() }
        var pipeline = BoilerplatePipeline()
        pipeline.thresholds = thresholds.thresholds
        pipeline.memory = memory.bytes / 2
        pipeline.threads = threads ?? activeProcessorCount()
        var list = try pipeline.learn(from: IndexSnapshot(path: index), working: index + "/learning")
        if !text.isEmpty { try addTexts(to: &list) }
        try writer.setBoilerplate(list)
        return list
    }

    private func addTexts(to list: inout BoilerplateList) throws {
        var reporter = ProblemReporter()
        let inputs = InputOptions.resolve(text, outside: index)
        try BoilerplatePipeline.addTexts(to: &list, from: inputs, records.reading(over: ReadingOptions())) {
            reporter.report($0)
        }
    }

    private static func summary(_ list: BoilerplateList) -> String {
        "\(Figures.count(list.keys.count, "fingerprint")) in \(Figures.count(list.passageCount, "passage")), learned from "
            + "\(Figures.count(list.documents, "document")) in \(Figures.count(list.clusters, "cluster")) on "
            + Figures.count(list.hosts, "host")
    }

    private static func lines(_ passage: BoilerplateList.Passage) -> [String] {
        let name = passage.url.isEmpty || passage.url == passage.id ? passage.id : "\(passage.id)  \(passage.url)"
        let first =
            "\(Figures.padded(Figures.grouped(passage.clusters), 9, right: true)) clusters  "
            + "\(Figures.padded(Figures.grouped(passage.hosts), 7, right: true)) hosts  "
            + "tokens \(passage.tokens.lowerBound) to \(passage.tokens.upperBound) of \(Console.printable(name))"
        guard !passage.text.isEmpty else { return [first] }
        let words = passage.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return [first, "    \(Console.printable(words))"]
    }

    private static func json(_ passage: BoilerplateList.Passage) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("clusters", passage.clusters)
        json.field("hosts", passage.hosts)
        json.field("fingerprints", passage.fingerprints)
        json.field("id", passage.id)
        if !passage.url.isEmpty { json.field("url", passage.url) }
        json.field("start", passage.tokens.lowerBound)
        json.field("end", passage.tokens.upperBound)
        if !passage.text.isEmpty { json.field("text", passage.text) }
        json.endObject()
        json.endLine()
        return json.bytes
    }
}

/// How often something must stand on pages to be boilerplate, as it is typed.
struct ThresholdOptions: ParsableArguments {
    @Option(help: "The least number of a host's clusters that hold it.")
    var hostClusters = BoilerplateThresholds().hostClusters

    @Option(help: "The least share of a host's clusters that hold it.")
    var hostShare = BoilerplateThresholds().hostShare

    @Option(help: "The least number of clusters of all hosts together, where one host's are not enough.")
    var minClusters = BoilerplateThresholds().clusters

    @Option(help: "The least number of hosts of those clusters.")
    var minHosts = BoilerplateThresholds().hosts

    @Option(help: "What this share of a host's clusters holds is of its template, however little else they have.")
    var templateShare = BoilerplateThresholds().templateShare

    @Option(help: "The least share of a page that no other of its host has, for the page to count.")
    var ownShare = BoilerplateThresholds().ownShare

    var thresholds: BoilerplateThresholds {
        var thresholds = BoilerplateThresholds()
        thresholds.hostClusters = hostClusters
        thresholds.hostShare = hostShare
        thresholds.clusters = minClusters
        thresholds.hosts = minHosts
        thresholds.templateShare = templateShare
        thresholds.ownShare = ownShare
        return thresholds
    }
}
