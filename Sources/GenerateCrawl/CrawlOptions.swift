public import ArgumentParser
public import CrawlGeneration

/// What the crawl is like, as it is typed.
struct CrawlOptions: ParsableArguments {
    @Option(help: "What everything is derived from.")
    var seed: UInt64 = 0

    @Option(help: "How many hosts there are, however many pages. (default: 200)")
    var hosts: Int?

    @Option(help: "How many pages each host has, about; hosts come and go then.")
    var pagesPerHost: Int?

    @Option(help: "The mean length of a page's text in bytes.")
    var textBytes = GenerationSettings().meanTextBytes

    @Option(help: "The share of the text that is template, up to 0.9.")
    var templateShare = GenerationSettings().templateShare

    @Option(help: "The share of the pages that are duplicates, up to 0.9.")
    var duplicates = GenerationSettings().duplicates

    @Option(
        help:
            "Kinds of duplicates, each with a weight if it isn't 1: exact, edited, inserted, template=3, … (default: all)"
    )
    var kinds: Weights<DuplicateKind>?

    @Option(help: "Plant a story on so many hosts, each in its template.")
    var storyHosts: Int?

    @Option(help: "The number of pages among which a story's copies are; then comes the next. (default: 10 a host)")
    var storyPeriod: Int?

    @Option(help: "Scripts of hosts with their weights. (default: latin=80,accented=8,cyrillic=5,hangul=4,han=3)")
    var scripts: Weights<Script>?

    @Option(help: "The mean length of scripts and styles in a page's HTML, in bytes.")
    var markupBytes = GenerationSettings().markupBytes

    func validate() throws {
        guard hosts == nil || pagesPerHost == nil else {
            throw ValidationError("expected either --hosts or --pages-per-host")
        }
        guard storyHosts != nil || storyPeriod == nil else {
            throw ValidationError("--story-period: expected --story-hosts with it")
        }
    }

    /// The settings; not validated yet.
    func settings() -> GenerationSettings {
        var settings = GenerationSettings(seed: seed)
        if let hosts { settings.hosts = .count(hosts) }
        if let pagesPerHost { settings.hosts = .pagesEach(pagesPerHost) }
        settings.meanTextBytes = textBytes
        settings.templateShare = templateShare
        settings.duplicates = duplicates
        settings.markupBytes = markupBytes
        if let kinds { settings.kindWeights = kinds.weights }
        if let scripts { settings.scriptWeights = scripts.weights }
        if let storyHosts {
            let period = storyPeriod ?? storyHosts.multipliedReportingOverflow(by: 10).partialValue
            settings.story = GenerationSettings.Story(hosts: storyHosts, period: period)
        }
        return settings
    }
}

/// Names with weights: `exact,template=3`.
struct Weights<Name: RawRepresentable & Hashable>: ExpressibleByArgument where Name.RawValue == String {
    let weights: [Name: Int]

    init?(argument: String) {
        var weights: [Name: Int] = [:]
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count <= 2, let name = Name(rawValue: String(sides[0])), weights[name] == nil,
                let weight = sides.count == 2 ? Int(sides[1]) : 1, weight >= 0
            else { return nil }
            weights[name] = weight
        }
        self.weights = weights
    }
}

extension Proportion: ExpressibleByArgument {
    /// Reads a share as it is typed.
    public init?(argument: String) { self.init(argument) }

    /// As it would be typed.
    public var defaultValueDescription: String { description }
}
