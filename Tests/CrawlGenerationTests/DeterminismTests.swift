import CrawlGeneration
import StreamCompression
import Testing

// The bytes of a crawl never change: figures measured on one stay comparable, and a proof can be repeated.
@Test(
    arguments: [
        (GeneratedFormat.jsonLines, 0xE299_CE9D), (.wet, 0x2EE3_C55F), (.warc, 0x93C0_DD54),
    ] as [(GeneratedFormat, UInt32)]
)
func bytesOfACrawlAreKnown(format: GeneratedFormat, checksum: UInt32) throws {
    let settings = GenerationSettings.with(7) {
        $0.scriptWeights = [.latin: 1, .accented: 1, .cyrillic: 1, .hangul: 1, .han: 1]
        $0.hosts = .count(100)
        $0.story = .init(hosts: 5, period: 20)
    }
    #expect(CRC32C.checksum(try crawl(settings, format, pages: 120)) == checksum)
}

@Test func pagesDoNotDependOnTheWayThere() throws {
    let settings = GenerationSettings.with(3) { $0.hosts = .pagesEach(2) }
    for format in GeneratedFormat.allCases {
        var generator = try CrawlGenerator(settings)
        let whole = generator.block(0..<300, as: format, truth: [.planted, .unrelated])
        #expect(whole.ends.last == whole.bytes.count)
        // Backwards, in parts of uneven length, with one generator and with others.
        var bytes: [UInt8] = []
        var planted: [PlantedPair] = []
        var end = 300
        while end > 0 {
            let start = max(end - 137, 0)
            var other = try CrawlGenerator(settings)
            let part = other.block(start..<end, as: format, truth: .planted)
            #expect(part == generator.block(start..<end, as: format, truth: .planted))
            bytes = part.bytes + bytes
            planted = part.planted + planted
            end = start
        }
        #expect(bytes == whole.bytes)
        #expect(planted == whole.planted)
    }
}

@Test func anotherSeedIsAnotherCrawl() throws {
    let one = try pages(GenerationSettings(seed: 1), 50)
    let other = try pages(GenerationSettings(seed: 2), 50)
    #expect(Set(one.map(\.text)).isDisjoint(with: other.map(\.text)))
    #expect(Set(one.map(\.id)).isDisjoint(with: other.map(\.id)))
}

@Test func aBlockIsCutWhereTheLengthIsReached() throws {
    var generator = try CrawlGenerator(GenerationSettings(seed: 5))
    let whole = generator.block(100..<160, as: .jsonLines, truth: [.planted, .unrelated])
    for limit in [1, whole.ends[9] - 1, whole.ends[9], whole.ends[9] + 1, whole.bytes.count] {
        var block = whole
        let isCut = block.cut(atBytes: limit)
        #expect(isCut)
        let again = generator.block(100..<block.pages.upperBound, as: .jsonLines, truth: [.planted, .unrelated])
        #expect(block == again)
        #expect(block.bytes.count >= limit)
        #expect((block.ends.dropLast().last ?? 0) < limit)
    }
    var block = whole
    let isCut = block.cut(atBytes: whole.bytes.count + 1)
    #expect(!isCut)
    #expect(block == whole)
}

@Test func settingsThatCannotBeFollowedAreNamed() {
    let wrong: [(String, (inout GenerationSettings) -> Void)] = [
        ("meanTextBytes", { $0.meanTextBytes = 10 }),
        ("hosts", { $0.hosts = .count(0) }),
        ("hosts", { $0.hosts = .count(1) }),
        ("pages of a host", { $0.hosts = .pagesEach(-1) }),
        ("templateShare", { $0.templateShare = .percent(95) }),
        ("duplicates", { $0.duplicates = .percent(100) }),
        ("kind 'edited'", { $0.kindWeights[.edited] = -1 }),
        ("kind 'story'", { $0.kindWeights[.story] = 1 }),
        ("kinds", { $0.kindWeights = [:] }),
        ("scripts", { $0.scriptWeights = [:] }),
        ("story", { $0.story = .init(hosts: 300, period: 1000) }),
        ("period", { $0.story = .init(hosts: 30, period: 29) }),
    ]
    for (name, change) in wrong {
        #expect(throws: GenerationSettingsError.self, "\(name)") { try GenerationSettings.with(0, change).validate() }
        do throws(GenerationSettingsError) {
            try GenerationSettings.with(0, change).validate()
        } catch {
            #expect(error.description.contains(name))
            #expect(error.message.contains("got"))
        }
    }
}

@Test func sharesAreReadExactly() {
    #expect(Proportion("0.33")?.tenThousandths == 3300)
    #expect(Proportion("0.0001")?.tenThousandths == 1)
    #expect(Proportion(".5")?.tenThousandths == 5000)
    #expect(Proportion("1")?.tenThousandths == 10_000)
    #expect(Proportion("0")?.tenThousandths == 0)
    for text in ["", ".", "1.1", "2", "-0.1", "0.00001", "0,3", "0.3x", "0.", "1.", "01"] {
        #expect(Proportion(text) == nil, "\(text)")
    }
    for parts in [0, 1, 10, 100, 3300, 9999, 10_000] {
        #expect(Proportion("\(Proportion(tenThousandths: parts))")?.tenThousandths == parts)
    }
}
