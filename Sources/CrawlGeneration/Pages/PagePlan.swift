/// What a page is to be, before any of its text is made.
struct PagePlan: Hashable {
    /// The page's number.
    var page: Int
    /// The host it is on.
    var host: Int
    /// The page its article was written for: its own, or its original's.
    var article: Int
    /// How it was made of its original; nil for an original.
    var kind: DuplicateKind?

    /// The page it is a duplicate of.
    var original: Int? { kind == nil ? nil : article }
}

/// Decides what each page is to be, from the seed and the page's number alone.
struct PagePlanner: Sendable {
    let settings: GenerationSettings
    /// A kind for each unit of weight.
    private let kinds: [DuplicateKind]
    private let scripts: [Script]

    /// A group of hosts that share a stretch of the crawl, where hosts have a number of pages.
    private static let hostsOfGroup = 64

    init(_ settings: GenerationSettings) {
        self.settings = settings
        kinds = DuplicateKind.drawn.flatMap { Array(repeating: $0, count: settings.kindWeights[$0] ?? 0) }
        scripts = Script.allCases.flatMap { Array(repeating: $0, count: settings.scriptWeights[$0] ?? 0) }
    }

    private enum Role: Equatable {
        case original
        case duplicate(DuplicateKind)
        case story(first: Int, copy: Int)
    }

    /// The plan of a page; O(1).
    func plan(_ page: Int) -> PagePlan {
        switch role(page) {
        case .original: break
        case .story(let first, let copy):
            if copy > 0 {
                var host = host(ofOriginal: first) + copy
                if case .count(let count) = settings.hosts { host %= count }
                return PagePlan(page: page, host: host, article: first, kind: .story)
            }
        case .duplicate(let kind):
            var random = CrawlRandom(CrawlRandom.key(settings.seed, .original, page))
            // At most nine pages in ten are duplicates, so that hardly any search fails.
            for _ in 0..<64 {
                let candidate = random.below(page)
                guard isOriginal(candidate) else { continue }
                let home = host(ofOriginal: candidate)
                let host = kind == .template ? otherHost(than: home, for: page, &random) : home
                return PagePlan(page: page, host: host, article: candidate, kind: kind)
            }
        }
        return PagePlan(page: page, host: host(ofOriginal: page), article: page, kind: nil)
    }

    /// An earlier original on a page's host with another article, if one is found among the pages before it.
    func unrelated(to plan: PagePlan) -> PagePlan? {
        var random = CrawlRandom(CrawlRandom.key(settings.seed, .negative, plan.page))
        guard plan.kind == nil, plan.page > 0 else { return nil }
        let reach: Int
        switch settings.hosts {
        case .count: reach = plan.page
        case .pagesEach(let pages): reach = min(plan.page, pages * Self.hostsOfGroup)
        }
        for _ in 0..<1000 {
            let candidate = plan.page - 1 - random.below(reach)
            if host(ofOriginal: candidate) == plan.host, isOriginal(candidate) { return self.plan(candidate) }
        }
        return nil
    }

    /// Whether the article of a page is a story that many hosts run.
    func isStory(_ page: Int) -> Bool { settings.story.map { page % $0.period == 0 } ?? false }

    /// The script a host writes in.
    func script(ofHost host: Int) -> Script {
        var random = CrawlRandom(CrawlRandom.key(settings.seed, .hostScript, host))
        return scripts[random.below(scripts.count)]
    }

    /// The host a page is on, unless it is a duplicate.
    func host(ofOriginal page: Int) -> Int {
        var random = CrawlRandom(CrawlRandom.key(settings.seed, .host, page))
        return drawHost(near: page, &random)
    }

    private func drawHost(near page: Int, _ random: inout CrawlRandom) -> Int {
        switch settings.hosts {
        case .count(let count): random.below(count)
        case .pagesEach(let pages):
            page / (pages * Self.hostsOfGroup) * Self.hostsOfGroup + random.below(Self.hostsOfGroup)
        }
    }

    /// Another host, of the same script where one is soon found.
    private func otherHost(than home: Int, for page: Int, _ random: inout CrawlRandom) -> Int {
        let script = script(ofHost: home)
        for _ in 0..<64 {
            let host = drawHost(near: page, &random)
            if host != home, self.script(ofHost: host) == script { return host }
        }
        if case .count(let count) = settings.hosts { return (home + 1) % count }
        return home + 1
    }

    private func isOriginal(_ page: Int) -> Bool {
        switch role(page) {
        case .original: true
        case .duplicate: false
        case .story(_, let copy): copy == 0
        }
    }

    private func role(_ page: Int) -> Role {
        if let story = settings.story {
            let offset = page % story.period
            // Copy c is at c * period / hosts, rounded down.
            let (high, low) = offset.multipliedFullWidth(by: story.hosts)
            let (quotient, remainder) = story.period.dividingFullWidth((high, low))
            let copy = quotient + (remainder > 0 ? 1 : 0)
            if copy < story.hosts, isPlace(copy, offset, story) { return .story(first: page - offset, copy: copy) }
        }
        guard page > 0 else { return .original }
        var random = CrawlRandom(CrawlRandom.key(settings.seed, .role, page))
        guard random.happens(settings.duplicates) else { return .original }
        return .duplicate(kinds[random.below(kinds.count)])
    }

    private func isPlace(_ copy: Int, _ offset: Int, _ story: GenerationSettings.Story) -> Bool {
        story.hosts.dividingFullWidth(copy.multipliedFullWidth(by: story.period)).quotient == offset
    }
}
