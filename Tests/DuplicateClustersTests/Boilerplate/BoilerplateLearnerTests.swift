import Dispatch
import DuplicateClusters
import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// What is learned to be boilerplate, and what is not.
struct BoilerplateLearnerTests {
    private static func words(_ count: Int, _ generator: inout SeededGenerator) -> String {
        (0..<count).map { _ in "w" + String(UInt32.random(in: 0..<40_000, using: &generator), radix: 36) }
            .joined(separator: " ")
    }

    private static let threads = ParallelLoop { count, body in
        DispatchQueue.concurrentPerform(iterations: count, execute: body)
    }

    /// Pages of a few hosts, of parts that few or many of them have.
    private static func corpus(seed: UInt64) throws -> LearningCorpus {
        var generator = SeededGenerator(seed: seed)
        var corpus = try LearningCorpus()
        let hosts = UInt32.random(in: 1...6, using: &generator)
        let parts = (0..<30).map { _ in words(Int.random(in: 5...90, using: &generator), &generator) }
        for _ in 0..<Int.random(in: 40...120, using: &generator) {
            let host =
                Int.random(in: 0..<12, using: &generator) == 0 ? nil : UInt32.random(in: 0..<hosts, using: &generator)
            var text: [String] = []
            for (number, part) in parts.enumerated() {
                let isOfHost = UInt32(number) % hosts == host
                let share = [0.02, 0.1, 0.5][number % 3] * (isOfHost ? 1.5 : 0.4)
                if Double.random(in: 0..<1, using: &generator) < share { text.append(part) }
            }
            text.append(words([0, 3, 20, 60, 200].randomElement(using: &generator)!, &generator))
            text.shuffle(using: &generator)
            let isLeader = Int.random(in: 0..<10, using: &generator) > 0
            corpus.add(text.joined(separator: " "), host: host, isLeader: isLeader)
        }
        return corpus
    }

    private static func thresholds(_ seed: UInt64) -> BoilerplateThresholds {
        var thresholds = BoilerplateThresholds()
        thresholds.hostClusters = 3
        thresholds.hostShare = [0.02, 0.2][Int(seed % 2)]
        thresholds.templateShare = [0.2, 0.4, 0.9][Int(seed % 3)]
        thresholds.ownShare = [0.1, 0.3][Int(seed / 2 % 2)]
        thresholds.clusters = 5
        thresholds.hosts = 2
        return thresholds
    }

    @Test("what is learned is what the plain definition says, however the index is cut", arguments: UInt64(0)..<24)
    func oracle(_ seed: UInt64) throws {
        let (corpus, thresholds) = (try Self.corpus(seed: seed), Self.thresholds(seed))
        let expected = PlainBoilerplate(corpus.pages, thresholds).keys
        for (count, withDead) in [(1000, false), (7, false), (11, true)] {
            let storage = try corpus.storage(shardOf: count, withDead: withDead)
            let snapshot = try IndexSnapshot(storage)
            let list = try corpus.learn(snapshot, thresholds)
            #expect(list.keys == expected, "seed \(seed), shards of \(count)")
            // Counts of so few documents at a time, and on several threads.
            let others = try corpus.learn(snapshot, thresholds, memory: 8 * 13, loop: Self.threads)
            #expect(others == list, "seed \(seed), shards of \(count)")
            #expect(try BoilerplateList(decoding: list.encoded(), path: "list") == list)
        }
    }

    @Test("most corpora of the oracle have something to learn, and something not to")
    func corporaAreVaried() throws {
        let learned = try (UInt64(0)..<24)
            .map { seed in
                let corpus = try Self.corpus(seed: seed)
                let all = corpus.pages.reduce(into: Set()) { $0.formUnion($1.fingerprints) }
                let keys = PlainBoilerplate(corpus.pages, Self.thresholds(seed)).keys
                return !keys.isEmpty && keys.count < all.count / 2
            }
        #expect(learned.count { $0 } >= 16)
    }

    @Test("a template is learned, its passages are told, and the articles stay content")
    func template() throws {
        var generator = SeededGenerator(seed: 1)
        var corpus = try LearningCorpus()
        let (head, foot) = (Self.words(120, &generator), Self.words(200, &generator))
        for _ in 0..<20 { corpus.add([head, Self.words(150, &generator), foot].joined(separator: " "), host: 0) }
        for _ in 0..<20 { corpus.add(Self.words(400, &generator), host: 1) }
        let list = try corpus.learn(IndexSnapshot(corpus.storage(shardOf: 9)))
        let sketcher = try DocumentSketcherBox()
        let template = sketcher.shingles(of: head).union(sketcher.shingles(of: foot))
        #expect(Set(list.keys).isSubset(of: template))
        let learned = corpus.pages[0].fingerprints.intersection(list.keys)
        // But for the few that other windows choose near the ends.
        #expect(learned.count >= corpus.pages[0].fingerprints.intersection(template).count - 4)
        #expect(
            list.passages.prefix(2)
                .allSatisfy { $0.clusters == 20 && $0.hosts == 1 && $0.url.hasPrefix("https://host-0") }
        )
        let spans = list.passages.filter { $0.id == list.passages[0].id }.map(\.tokens)
        #expect(spans.contains { $0.lowerBound < 20 && (90...120).contains($0.upperBound) })
        #expect(spans.contains { $0.lowerBound >= 270 && $0.upperBound > 440 })
        #expect(list.documents == 40 && list.clusters == 40 && list.hosts == 2)
    }

    @Test("versions of one story on one host are content, and so is a story on many hosts; a notice on many is not")
    func stories() throws {
        var generator = SeededGenerator(seed: 2)
        var corpus = try LearningCorpus()
        let (story, notice) = (Self.words(300, &generator), Self.words(40, &generator))
        let news = Self.words(300, &generator)
        // One host with a template, 300 other pages and 20 versions of the news.
        let template = Self.words(80, &generator)
        for number in 0..<320 {
            let text = number < 20 ? news + " " + Self.words(90, &generator) : Self.words(200, &generator)
            corpus.add(template + " " + text, host: 0)
        }
        // 40 hosts that run the story, each in a template of its own; half of all pages show the notice.
        for host in 1...40 as ClosedRange<UInt32> {
            let template = Self.words(120, &generator)
            for page in 0..<12 {
                var text = [template, page == 3 ? story : Self.words(200, &generator)]
                if page % 2 == 1, page < 12 { text.append(notice) }
                corpus.add(text.joined(separator: " "), host: host)
            }
        }
        var thresholds = BoilerplateThresholds()
        thresholds.clusters = 40
        thresholds.hosts = 20
        let list = try corpus.learn(IndexSnapshot(corpus.storage(shardOf: 100)), thresholds)
        let learned = Set(list.keys)
        let sketcher = try DocumentSketcherBox()
        #expect(learned.isDisjoint(with: sketcher.keys(of: news)))
        #expect(learned.isDisjoint(with: sketcher.keys(of: story)))
        #expect(sketcher.keys(of: notice).intersection(learned).count >= 2)
        #expect(sketcher.keys(of: template).subtracting(learned).count <= 2)
    }

    @Test("pages that are nothing but boilerplate teach nothing")
    func boilerplateOnly() throws {
        var generator = SeededGenerator(seed: 3)
        var corpus = try LearningCorpus()
        let page = Self.words(300, &generator)
        for number in 0..<30 { corpus.add(page + " page \(number)", host: 0) }
        #expect(try corpus.learn(IndexSnapshot(corpus.storage(shardOf: 100))).keys.isEmpty)
    }

    @Test("without URLs there are no hosts, and nothing is learned")
    func noHosts() throws {
        var generator = SeededGenerator(seed: 4)
        var corpus = try LearningCorpus()
        let template = Self.words(100, &generator)
        for _ in 0..<50 { corpus.add(template + " " + Self.words(100, &generator), host: nil) }
        var thresholds = BoilerplateThresholds()
        thresholds.clusters = 10
        thresholds.hosts = 2
        #expect(try corpus.learn(IndexSnapshot(corpus.storage(shardOf: 100)), thresholds).keys.isEmpty)
    }

    @Test("an index without documents, and thresholds out of range")
    func edges() throws {
        let corpus = try LearningCorpus()
        let snapshot = try IndexSnapshot(corpus.storage(shardOf: 10))
        #expect(try corpus.learn(snapshot).keys.isEmpty)
        var thresholds = BoilerplateThresholds()
        thresholds.hostShare = 1.5
        #expect(throws: ClusterError.self) { try corpus.learn(snapshot, thresholds) }
        thresholds = BoilerplateThresholds()
        thresholds.hostClusters = 1
        #expect(throws: ClusterError.self) { try corpus.learn(snapshot, thresholds) }
    }
}
