import CrawlGeneration
import DuplicateClusters
import IndexStorage
import NearDuplicates
import ShardFormat
import TestSupport
import Testing

/// What is learned of generated crawls, of which is known what is template.
struct GeneratedCrawlTests {
    /// How much of the template, and of the content, was learned.
    private struct Figures {
        var template = 0, templateLearned = 0, content = 0, contentLearned = 0

        mutating func add(_ page: GeneratedPage, _ learned: Set<UInt32>, _ sketcher: DocumentSketcherBox) {
            let text = Array(page.text.utf8)
            // The title comes first, then template, then the article with its heading.
            let titleEnd = text.firstIndex(of: UInt8(ascii: "\n")) ?? 0
            func shingles(_ range: Range<Int>) -> Set<UInt32> {
                sketcher.shingles(of: String(decoding: text[range], as: UTF8.self))
            }
            let article = shingles(page.article).union(shingles(0..<titleEnd))
            let around = shingles(titleEnd..<page.article.lowerBound)
                .union(shingles(page.article.upperBound..<text.count))
            for key in sketcher.keys(of: page.text) {
                // What reaches over both is neither.
                if article.contains(key) {
                    content += 1
                    contentLearned += learned.contains(key) ? 1 : 0
                } else if around.contains(key) {
                    template += 1
                    templateLearned += learned.contains(key) ? 1 : 0
                }
            }
        }
    }

    @Test("nearly all of a generated template is learned, and next to nothing of the articles", arguments: [30, 70])
    func shares(_ percent: Int) throws {
        var settings = GenerationSettings(seed: UInt64(percent))
        settings.hosts = .count(20)
        settings.templateShare = .percent(percent)
        var generator = try CrawlGenerator(settings)
        let pages = (0..<2000).map { generator.page(at: $0) }
        var corpus = try LearningCorpus()
        var hosts: [Substring: UInt32] = [:]
        for page in pages {
            let name = page.url.split(separator: "/")[1]
            let host = hosts[name, default: UInt32(hosts.count)]
            hosts[name] = host
            // The others would be in the clusters of their originals.
            corpus.add(page.text, host: host, isLeader: page.kind != .exact && page.kind != .edited)
        }
        let list = try corpus.learn(IndexSnapshot(corpus.storage(shardOf: 700)))
        let learned = Set(list.keys)
        let sketcher = try DocumentSketcherBox()
        var figures = Figures()
        for page in pages { figures.add(page, learned, sketcher) }
        let template = Double(figures.templateLearned) / Double(figures.template)
        let content = Double(figures.contentLearned) / Double(figures.content)
        #expect(figures.template > 10_000 && figures.content > 10_000, "\(figures)")
        #expect(template > 0.95, "\(figures)")
        #expect(content < 0.001, "\(figures)")
    }
}
