import CrawlModel
import Foundation
import NearDuplicates
import Sketching
import Testing

/// The pair the project is for: two scrapes of one news article, one with a second article in it.
@Suite(.enabled(if: SharedData.hasSeeds, "no seeds in \(SharedData.directory.path): set NEARDUP_DATA"))
struct SeedsTests {
    @Test("found both ways with every hash seed, with figures that are right in the mean")
    func seeds() throws {
        let (long, short) = (
            try SharedData.seed("000_d5c57ddf15514497.txt"), try SharedData.seed("001_88a11ff35acdac9a.txt")
        )
        let count = Stress.isOn ? 200 : 40
        var jaccard = 0.0
        var containment = 0.0
        for seed in 1...UInt64(count) {
            let contained = try #require(try match(of: short, in: long, seed: seed), "seed \(seed)")
            #expect(contained.relation == .contained, "seed \(seed)")
            let contains = try #require(try match(of: long, in: short, seed: seed), "seed \(seed)")
            #expect(contains.relation == .contains, "seed \(seed)")
            #expect(!contained.passages.isEmpty && !contains.passages.isEmpty, "seed \(seed)")
            jaccard += contained.jaccard.value + contains.jaccard.value
            containment += contained.containment.value + contains.coverage.value
        }
        let means = (jaccard: jaccard / Double(2 * count), containment: containment / Double(2 * count))
        #expect(abs(means.jaccard - 0.303) <= 0.02, "\(means)")
        #expect(abs(means.containment - 0.743) <= 0.04, "\(means)")
    }

    private func match(of incoming: String, in indexed: String, seed: UInt64) throws -> Match? {
        var settings = IndexSettings()
        settings.seed = seed
        var checker = try Checker(index([Document(id: "indexed", text: indexed)], settings: settings))
        return try checker.check(incoming, explaining: true).matches.first
    }
}

/// The real texts for development, which lie outside the project.
enum SharedData {
    /// `NEARDUP_DATA`, else `../shared/data` beside the package.
    static var directory: URL {
        if let path = ProcessInfo.processInfo.environment["NEARDUP_DATA"] { return URL(fileURLWithPath: path) }
        return URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared/data").standardized
    }

    static let hasSeeds = FileManager.default.fileExists(atPath: directory.appendingPathComponent("seeds").path)

    static func seed(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: directory.appendingPathComponent("seeds/\(name)")), as: UTF8.self)
    }
}
