import CrawlModel
import CrawlReading
import Foundation
import Testing

/// Real captures, made by many crawlers, against what another reader counted in them.
struct CollectionTests {
    private static let folder = (ProcessInfo.processInfo.environment["NEARDUP_DATA"] ?? "../shared/data") + "/warc"

    /// Where we count otherwise, and why.
    private static let explained: [String: (counts: [String: Int], why: String)] = [
        "aut__src_test_resources_arc_badexample.arc.gz": (
            ["response": 1, "dns": 1, "filedesc": 1], "the third record's length is wrong, and the last is cut off"
        ),
        "aut__src_test_resources_arc_example.arc.gz": (
            ["response": 261, "dns": 38, "filedesc": 1], "the other reader counted responses only"
        ),
        "chatnoir-resiliparse__tests_data_clipped.warc.gz": ([:], "the only record is cut off"),
        "IAH-20080430204825-00000-blackbook-truncated.arc": (
            ["response": 7, "dns": 1, "filedesc": 1], "the other reader estimated"
        ),
        "transfer_compression_none_truncated.warc.gz": (
            ["warcinfo": 1, "request": 1], "the last record is cut off, and only whole ones count"
        ),
        "Evil-Warc-Headers.warc": ([:], "the only record is 5 kB shorter than it says"),
        "webrecorder+cdxj-indexer__test_data_post-test-more.warc": (
            ["request": 3, "response": 3], "the other reader gave up on it"
        ),
        "webrecorder+warcio__test_data_bad.arc": (["response": 1], "there is no filedesc record"),
        "example-space-in-url.arc": (["filedesc": 1], "the only page is 12 bytes shorter than it says"),
        "webrecorder+warcio__test_data_example.arc": (
            ["response": 1, "filedesc": 1], "the other reader counted responses only"
        ),
        "whirlwind.warc.wat": (["warcinfo": 1], "WAT is refused at its first record of metadata"),
    ]

    @Test func everyFileIsReadOrRefusedByNameAndNoRecordIsLost() throws {
        let index = Self.folder + "/INDEX.tsv"
        guard let lines = try? String(contentsOfFile: index, encoding: .utf8) else {
            print("skipped: \(index) is missing; NEARDUP_DATA says where the data lies")
            return
        }
        var compared = 0
        for line in lines.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t").map(String.init)
            let reading = try read([CrawlInput(path: Self.folder + "/" + fields[0])])
            if reading.recordTypes.isEmpty {
                #expect(reading.errors.count == 1 && reading.documents.isEmpty, "\(fields[0])")
            }
            let names = reading.recordTypes.byCount.map { ($0.name, $0.count) }
            var counts = Dictionary(uniqueKeysWithValues: names)
            if fields[0].contains(".arc") { counts["dns"] = counts.removeValue(forKey: "resource") }
            let expected = Self.explained.first { fields[0].contains($0.key) }?.value.counts ?? Self.counts(fields[3])
            #expect(counts == expected, "\(fields[0])")
            // Every record is a document, or told of, or counted.
            let told = reading.documents.count + reading.passedOver.total
            #expect(told >= counts.values.reduce(0, +), "\(fields[0])")
            compared += 1
        }
        #expect(compared >= 58)
    }

    /// `request:3 response:2 raw=77` as numbers by type.
    private static func counts(_ field: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        for part in field.split(separator: " ") {
            let pair = part.split(separator: ":")
            if pair.count == 2, let count = Int(pair[1]) { counts[String(pair[0])] = count }
        }
        return counts
    }

    @Test func commonCrawlsOwnTextIsOurs() throws {
        let path = Self.folder + "/commoncrawl+whirlwind-python__whirlwind.warc"
        guard FileManager.default.fileExists(atPath: path) else { return print("skipped: \(path) is missing") }
        let ours = try read([CrawlInput(path: path)])
        let theirs = try read([CrawlInput(path: path + ".wet")])
        func words(_ text: String?) -> [Substring] { text?.split(whereSeparator: \.isWhitespace) ?? [] }
        #expect(words(ours.texts.first) == words(theirs.texts.first))
        #expect(ours.documents.first?.url == theirs.documents.first?.url)
        #expect(try read([CrawlInput(path: path + ".gz")]).texts == ours.texts)
    }

    @Test func pagesOfManyCharsetsReadWell() throws {
        let expected = [
            ("chatnoir-eu+chatnoir-resiliparse__tests_data_clueweb-quirk.warc.gz", "新作入荷！"),
            ("chatnoir-eu+chatnoir-resiliparse__tests_data_warcfile.warc.gz", "Стратегия пожарной безопасности"),
            ("chatnoir-eu+chatnoir-resiliparse__tests_data_warcfile.warc.gz", "广东省人民政府首页"),
            (
                "netarchivesuite+solrwayback__src_test_resources_compressions_warc_transfer_compression_gzip_chunked.warc.gz",
                "Országos Széchényi Könyvtár"
            ),
        ]
        for (name, text) in expected {
            let path = Self.folder + "/" + name
            guard FileManager.default.fileExists(atPath: path) else { return print("skipped: \(path) is missing") }
            let reading = try read([CrawlInput(path: path)])
            #expect(reading.texts.contains { $0.contains(text) }, "\(name)")
        }
    }
}
