import CrawlGeneration
import Foundation
import Shingling
import Testing

/// The shingles of a text as the index has them.
private func shingles(_ text: String) -> Set<UInt64> {
    var shingler = TextShingler()
    shingler.read(text)
    var set: Set<UInt64> = []
    for index in shingler.shingles.indices { set.insert(shingler.shingles[index]) }
    return set
}

@Test func figuresAreThoseOfTheDefinition() throws {
    let settings = GenerationSettings.with(21) {
        $0.scriptWeights = [.latin: 1, .accented: 1, .cyrillic: 1, .hangul: 1, .han: 1]
        $0.hosts = .count(20)
        $0.meanTextBytes = 800
        $0.story = .init(hosts: 4, period: 40)
    }
    var generator = try CrawlGenerator(settings)
    let block = generator.block(0..<120, as: .wet, truth: [.planted, .unrelated, .figures])
    let texts = Dictionary(uniqueKeysWithValues: try pages(settings, 120).map { ($0.id, $0.text) })
    let pairs = block.planted + block.unrelated
    #expect(block.planted.count > 30 && block.unrelated.count > 30)
    for pair in pairs {
        let figures = try #require(pair.figures)
        let (one, other) = (try #require(texts[pair.id]), try #require(texts[pair.originalID]))
        let plain = (plainShingles(one[...]), plainShingles(other[...]))
        let indexed = (shingles(one), shingles(other))
        for counts in [
            [plain.0.count, plain.1.count, plain.0.intersection(plain.1).count],
            [indexed.0.count, indexed.1.count, indexed.0.intersection(indexed.1).count],
        ] {
            #expect(counts == [figures.shingles, figures.otherShingles, figures.shared], "\(pair)")
        }
        let fields = pair.line.split(separator: "\t")
        #expect(fields.count == 5)
        let shared = Double(figures.shared)
        let union = Double(figures.shingles + figures.otherShingles) - shared
        #expect(abs(Double(fields[3])! - shared / union) <= 0.000_051)
        #expect(abs(Double(fields[4].dropLast())! - shared / Double(figures.shingles)) <= 0.000_051)
    }
}

@Test func duplicatesAreWhatTheirKindSays() throws {
    // No template, so that the figures are those of the articles.
    let settings = GenerationSettings.with(31) {
        $0.templateShare = .percent(0)
        $0.duplicates = .percent(60)
    }
    var generator = try CrawlGenerator(settings)
    let all = try pages(settings, 200)
    let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
    var kinds: Set<DuplicateKind> = []
    for pair in generator.block(0..<200, as: .wet, truth: [.planted, .figures]).planted {
        let (page, original) = (try #require(byID[pair.id]), try #require(byID[pair.originalID]))
        let kind = try #require(pair.kind)
        kinds.insert(kind)
        #expect(page.kind == kind && page.original == original.number && original.kind == nil)
        #expect(original.number < page.number)
        let figures = try #require(pair.figures)
        let coverage = Double(figures.shared) / Double(figures.otherShingles)
        let hosts = Set([page, original].map { URL(string: $0.url)!.host()! })
        #expect(hosts.count == (kind == .template ? 2 : 1))
        let paragraphs = [page, original].map { $0.articleText.split(separator: "\n").dropFirst(2) }
        switch kind {
        case .exact: #expect(page.text == original.text)
        case .template: #expect(page.articleText == original.articleText)
        case .edited:
            let words = paragraphs.map { $0.joined(separator: " ").split { " ,“”\".，。".contains($0) } }
            if !words[0].joined().unicodeScalars.contains(where: \.properties.isIdeographic) {
                #expect(words[0].count == words[1].count)
                let changed = zip(words[0], words[1]).count { $0.lowercased() != $1.lowercased() }
                #expect(changed >= 1 && changed <= 4 + words[0].count / 25, "\(changed) of \(words[0].count)")
            }
        case .inserted:
            #expect(paragraphs[0].count == paragraphs[1].count + 1)
            #expect(Array(paragraphs[0].filter(paragraphs[1].contains)) == Array(paragraphs[1]))
        case .appended:
            #expect(page.articleText.hasPrefix(original.articleText + "\n"))
            #expect(paragraphs[0].count >= paragraphs[1].count + 3)
        case .excerpt:
            #expect(original.articleText.contains(paragraphs[0].joined(separator: "\n")))
            #expect(paragraphs[0].count == (3 * paragraphs[1].count + 9) / 10)
        case .reordered:
            #expect(paragraphs[0].sorted() == paragraphs[1].sorted() && paragraphs[0] != paragraphs[1])
            #expect(coverage > 0.7)
        case .story: Issue.record("no story was asked for")
        }
    }
    #expect(kinds == Set(DuplicateKind.drawn))
}

@Test func storiesRunOnTheirHosts() throws {
    let settings = GenerationSettings.with(41) {
        $0.hosts = .count(40)
        $0.story = .init(hosts: 30, period: 70)
        $0.duplicates = .percent(20)
    }
    let all = try pages(settings, 210)
    for first in [0, 70, 140] {
        #expect(all[first].kind == nil)
        let copies = all[first..<(first + 70)].filter { $0.kind == .story }
        #expect(copies.count == 29)
        for copy in copies { #expect(copy.original == first && copy.articleText == all[first].articleText) }
        #expect(Set((copies + [all[first]]).map { URL(string: $0.url)!.host()! }).count == 30)
    }
}

@Test func figuresOfAnyTwoPagesAreThoseToldOfAPlantedPair() throws {
    let settings = GenerationSettings.with(22) { $0.meanTextBytes = 600 }
    var generator = try CrawlGenerator(settings)
    let places = Dictionary(uniqueKeysWithValues: (0..<200).map { (generator.id(ofPage: $0), $0) })
    let planted = generator.block(0..<200, as: .wet, truth: [.planted, .figures]).planted
    #expect(planted.count > 30)
    for pair in planted {
        let (page, original) = (try #require(places[pair.id]), try #require(places[pair.originalID]))
        #expect(generator.figures(page, original) == pair.figures)
    }
}
