import CrawlModel
import Foundation
import LiveIndex
import NearDuplicates
import TestSupport

/// Whether tests take the time to be thorough: `NEARDUP_STRESS` is set.
enum Stress {
    static let isOn = ProcessInfo.processInfo.environment["NEARDUP_STRESS"] != nil
}

/// A text that only texts of the same version are like.
func text(_ version: Int, words: Int = 30) -> String {
    words == 30 && version < texts.count ? texts[version] : makeText(version, words)
}

/// Those that are asked for again and again.
private let texts = (0..<200).map { makeText($0, 30) }

private func makeText(_ version: Int, _ words: Int) -> String {
    var random = SeededGenerator(seed: UInt64(version) &* 7919 &+ 1)
    return (0..<words).map { _ in "w" + String(UInt64.random(in: 0..<1_000_000, using: &random), radix: 36) }
        .joined(separator: " ")
}

/// A document of an id, with a text, URL and date that its version decides.
func document(_ id: String, _ version: Int, words: Int = 30) -> Document {
    Document(
        id: id,
        text: text(version, words: words),
        url: "https://\(version % 2 == 0 ? "even" : "odd").example/\(id)",
        date: "20\(20 + version % 10)-03-01"
    )
}

/// Which versions an index holds under which ids, as searches tell.
///
/// - Parameters:
///   - snapshot: the index.
///   - versions: those to ask for; the index must have no others.
/// - Returns: version by id.
/// - Throws: where a document is found as two versions, or the count is another.
func holdings(of snapshot: IndexSnapshot, versions: some Sequence<Int>) throws -> [String: Int] {
    var searcher = try Searcher(snapshot)
    var found: [String: Int] = [:]
    for version in versions {
        for match in try searcher.check(text(version)).matches where match.relation == .exact {
            if let other = found.updateValue(version, forKey: match.id) {
                throw TestFailure("\(match.id) is found as version \(other) and \(version)")
            }
        }
    }
    guard found.count == snapshot.documentCount else {
        throw TestFailure("\(found.count) documents are found, \(snapshot.documentCount) are counted")
    }
    return found
}

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
