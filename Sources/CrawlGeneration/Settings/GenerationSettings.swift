/// What a generated crawl is like.
///
/// Two crawls of equal settings are the same byte for byte, on every machine.
public struct GenerationSettings: Sendable, Hashable {
    /// How pages are spread over hosts.
    public enum Hosts: Sendable, Hashable {
        /// So many hosts, however many pages there are.
        case count(Int)
        /// So many pages on each host, about; hosts come and go as the crawl goes on.
        case pagesEach(Int)
    }

    /// A story that many hosts run, at least twice as long as the mean article: in each run of `period` pages there is
    /// another.
    public struct Story: Sendable, Hashable {
        /// The hosts that run it.
        public var hosts: Int
        /// The pages among which its copies are spread evenly; at least ``hosts``.
        public var period: Int

        /// Plants a story.
        public init(hosts: Int, period: Int) {
            self.hosts = hosts
            self.period = period
        }
    }

    /// What everything is derived from.
    public var seed: UInt64 = 0
    /// How pages are spread over hosts.
    public var hosts = Hosts.count(200)
    /// The mean length of a page's text, in bytes.
    public var meanTextBytes = 4096
    /// How much of the text is template.
    public var templateShare = Proportion.percent(30)
    /// How many of the pages are duplicates, those of stories not counted.
    public var duplicates = Proportion(tenThousandths: 3300)
    /// How often each kind of duplicate is drawn; a kind that isn't named never is.
    public var kindWeights: [DuplicateKind: Int] = Dictionary(
        uniqueKeysWithValues: DuplicateKind.drawn.map { ($0, 1) }
    )
    /// The stories, if there are any.
    public var story: Story?
    /// How often hosts write in each script; one that isn't named never is.
    public var scriptWeights: [Script: Int] = [.latin: 80, .accented: 8, .cyrillic: 5, .hangul: 4, .han: 3]
    /// The mean length of the scripts and styles of a page's HTML, in bytes.
    public var markupBytes = 6144
    /// How many responses have a chunked body.
    public var chunked = Proportion.percent(10)
    /// How many hosts serve ISO-8859-1, and declare it.
    public var latin1Hosts = Proportion.percent(3)
    /// After how many pages a WARC has a record that is no page: an image, a redirect, a missing page.
    public var otherRecords = Proportion.percent(5)
    /// Whether a WARC has the requests.
    public var hasRequests = true

    /// Creates the default settings.
    public init(seed: UInt64 = 0) { self.seed = seed }

    /// Checks that a crawl can be made of the settings.
    ///
    /// - Throws: ``GenerationSettingsError`` for the first that can't be followed.
    public func validate() throws(GenerationSettingsError) {
        func expect(_ setting: String, _ value: Int, in range: ClosedRange<Int>) throws(GenerationSettingsError) {
            guard range.contains(value) else {
                throw GenerationSettingsError(
                    setting: setting,
                    message: "expected \(range.lowerBound) to \(range.upperBound), got \(value)"
                )
            }
        }
        try expect("meanTextBytes", meanTextBytes, in: 256...1 << 20)
        try expect("markupBytes", markupBytes, in: 0...1 << 20)
        try expect("templateShare, in ten-thousandths,", templateShare.tenThousandths, in: 0...9_000)
        try expect("duplicates, in ten-thousandths,", duplicates.tenThousandths, in: 0...9_000)
        switch hosts {
        case .count(let count): try expect("hosts", count, in: 1...1 << 30)
        case .pagesEach(let pages): try expect("pages of a host", pages, in: 1...1 << 30)
        }
        for kind in DuplicateKind.allCases {
            try expect(
                "weight of kind '\(kind.rawValue)'",
                kindWeights[kind] ?? 0,
                in: 0...(kind == .story ? 0 : 1_000)
            )
        }
        for script in Script.allCases {
            try expect("weight of script '\(script.rawValue)'", scriptWeights[script] ?? 0, in: 0...1_000)
        }
        if duplicates.tenThousandths > 0 {
            try expect("sum of the kinds' weights", kindWeights.values.reduce(0, +), in: 1...10_000)
        }
        try expect("sum of the scripts' weights", scriptWeights.values.reduce(0, +), in: 1...10_000)
        if case .count(1) = hosts, duplicates.tenThousandths > 0, (kindWeights[.template] ?? 0) > 0 {
            throw GenerationSettingsError(
                setting: "hosts",
                message: "expected at least 2, because kind 'template' needs another host; got 1"
            )
        }
        if let story {
            try expect("hosts of a story", story.hosts, in: 2...1 << 30)
            try expect("period of stories", story.period, in: story.hosts...1 << 40)
            if case .count(let count) = hosts { try expect("hosts of a story", story.hosts, in: 2...max(count, 2)) }
        }
    }
}

/// Says which setting of a generated crawl can't be followed.
public struct GenerationSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The setting.
    public var setting: String
    /// What was expected and what was found.
    public var message: String

    /// Creates an error.
    public init(setting: String, message: String) {
        self.setting = setting
        self.message = message
    }

    /// The setting and the message on one line.
    public var description: String { "\(setting): \(message)" }
}
