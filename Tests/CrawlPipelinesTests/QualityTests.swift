import CrawlPipelines
import CrawlReading
import Foundation
import TestSupport
import Testing

/// What is found in real documents with known answers, with default settings.
@Suite(.disabled(if: SharedData.isMissing, SharedData.whyMissing))
struct QualityTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func score(_ set: String) throws -> Score {
        let documents = SharedData.directory.appendingPathComponent("sets/\(set)/docs.jsonl.zst").path
        let path = folder.file(set)
        try index([documents], into: path) { ($0.threads, $0.reading.batchBytes) = (2, 1 << 18) }
        let checked = try check([documents], against: path) { ($0.threads, $0.reading.batchBytes) = (2, 1 << 18) }
        #expect(checked.error == nil && checked.problems.isEmpty)
        return Score(checked.objects)
    }

    @Test("scrapes of the same page are found, other pages of its site are not")
    func webScrapes() throws {
        let score = try score("web_scrapes")
        let truth = try score.pairs("sets/web_scrapes/same_page.tsv")
        let negatives = try score.pairs("sets/web_scrapes/hard_negatives.tsv")
        #expect(truth.count > 5000 && negatives.count > 100)
        #expect(score.recall(truth) >= 0.97)
        #expect(score.pagePrecision >= 0.99)
        #expect(score.recall(negatives) <= 0.55)
    }

    @Test(
        "like licences are found, with a Jaccard near the exact one",
        .enabled(if: SharedData.isStress, "NEARDUP_STRESS")
    )
    func licences() throws {
        let score = try score("licences")
        let truth = try score.pairs("sets/licences/exact_join.tsv")
        #expect(truth.count > 10_000)
        #expect(try score.recall(score.pairs("sets/licences/exact_join.tsv", leastJaccard: 0.8)) >= 0.99)
        #expect(score.jaccardError(truth) <= 0.045)
    }

    @Test("like passages of the Bible are found", .enabled(if: SharedData.isStress, "NEARDUP_STRESS"))
    func bibleVersions() throws {
        let score = try score("bible_versions")
        let truth = try score.pairs("sets/bible_versions/aligned.tsv", leastJaccard: 0.8)
        #expect(truth.count > 900)
        #expect(score.recall(truth) >= 0.99)
    }

    @Test("bills of megabytes are found", .enabled(if: SharedData.isStress, "NEARDUP_STRESS"))
    func usBills() throws {
        let score = try score("us_bills")
        let truth = try score.pairs("sets/us_bills/exact_join.tsv", leastJaccard: 0.8)
        #expect(truth.count == 3)
        #expect(score.recall(truth) == 1)
    }
}
