import CrawlGeneration
import Foundation
import Testing

@Test(arguments: [0, 30, 70])
func templateIsTheShareThatWasAskedFor(percent: Int) throws {
    let settings = GenerationSettings.with(5) { $0.templateShare = .percent(percent) }
    let all = try pages(settings, 400)
    let whole = all.reduce(0) { $0 + $1.text.utf8.count }
    let articles = all.reduce(0) { $0 + $1.article.count }
    let share = 100 - 100 * Double(articles) / Double(whole)
    // The title of the page with that of the site is not counted to the article: 1 to 3 % more.
    #expect(share > Double(percent) - 3 && share < Double(percent) + 5, "\(share) % template")
    let mean = whole / all.count
    #expect((3500...4700).contains(mean), "\(mean) bytes a page")
}

@Test func duplicatesAreDrawnAsOftenAsAskedFor() throws {
    let settings = GenerationSettings.with(6) {
        $0.duplicates = .percent(40)
        $0.kindWeights = [.exact: 1, .excerpt: 2, .template: 1]
        $0.meanTextBytes = 256
        $0.templateShare = .percent(0)
    }
    let kinds = try pages(settings, 2000).compactMap(\.kind)
    // Four standard deviations on either side.
    #expect((712...888).contains(kinds.count), "\(kinds.count) of 2000")
    let counts = Dictionary(grouping: kinds, by: \.self).mapValues(\.count)
    #expect(Set(counts.keys) == [.exact, .excerpt, .template])
    #expect((343...457).contains(counts[.excerpt] ?? 0), "\(counts)")
    #expect((151...249).contains(counts[.exact] ?? 0), "\(counts)")
}

@Test(arguments: Script.allCases)
func unrelatedArticlesShareNoShingles(script: Script) throws {
    let settings = GenerationSettings.with(8) {
        $0.duplicates = .percent(0)
        $0.scriptWeights = [script: 1]
    }
    var seen: Set<[String]> = []
    var shared = 0
    for page in try pages(settings, 25) {
        let shingles = plainShingles(page.articleText[...])
        #expect(shingles.count > 20)
        shared += shingles.count(where: seen.contains)
        seen.formUnion(shingles)
    }
    #expect(shared <= 2, "\(shared) of \(seen.count)")
}

@Test func hostsHaveAsManyPagesAsAskedFor() throws {
    let settings = GenerationSettings.with(9) {
        $0.hosts = .pagesEach(10)
        $0.duplicates = .percent(0)
        $0.meanTextBytes = 256
    }
    // Two groups of 64 hosts.
    let hosts = Dictionary(grouping: try pages(settings, 1280)) { URL(string: $0.url)!.host()! }.mapValues(\.count)
    #expect(hosts.count == 128)
    #expect(hosts.values.allSatisfy { $0 <= 30 })
}

@Test func wordsFollowZipf() throws {
    let settings = GenerationSettings.with(10) { $0.scriptWeights = [.latin: 1] }
    var counts: [Substring: Int] = [:]
    var total = 0
    for page in try pages(settings, 60) {
        for word in page.articleText.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            counts[Substring(word), default: 0] += 1
            total += 1
        }
    }
    let ranked = counts.values.sorted(by: >)
    // 1/(r + 3) over 16,384 words: the first has 3.9 % of all, the tenth 0.9 %, and half of them are rarer than the 250th.
    #expect((0.03...0.05).contains(Double(ranked[0]) / Double(total)), "\(ranked[0]) of \(total)")
    #expect((0.006...0.013).contains(Double(ranked[9]) / Double(total)), "\(ranked[9]) of \(total)")
    #expect(counts.count > 3000)
}
