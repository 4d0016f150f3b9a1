import Foundation

/// Scores matches against known pairs, by the rules of the data's score.py.
///
/// A document's match with itself is dropped; a pair counts once, in either direction; only pairs of which both ids are
/// among the documents count.
struct Score {
    private(set) var found: [Pair: Double] = [:]
    private var ids: Set<String> = []

    /// Two ids, whichever way round.
    struct Pair: Hashable {
        var first: String
        var second: String

        init(_ a: String, _ b: String) { (first, second) = a < b ? (a, b) : (b, a) }
    }

    /// - Parameter objects: what checking every document of a set against all of them gave.
    init(_ objects: [[String: Any]]) {
        for object in objects {
            guard let id = object["id"] as? String else { continue }
            ids.insert(id)
            for match in object["matches"] as? [[String: Any]] ?? [] {
                guard let other = match["id"] as? String, other != id, match["relation"] as? String != "overlaps" else {
                    continue
                }
                found[Pair(id, other)] = match["jaccard"] as? Double
            }
        }
    }

    /// The pairs of a file, with their exact Jaccard where it is told.
    func pairs(_ path: String, leastJaccard: Double = 0) throws -> [Pair: Double?] {
        var pairs: [Pair: Double?] = [:]
        for line in try String(contentsOf: SharedData.directory.appendingPathComponent(path), encoding: .utf8)
            .split(separator: "\n")
        {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count >= 2, columns[0] != columns[1], ids.contains(columns[0]), ids.contains(columns[1])
            else { continue }
            let exact = columns.dropFirst(2).lazy.compactMap(Double.init).first
            if let exact, exact < leastJaccard { continue }
            pairs[Pair(columns[0], columns[1])] = .some(exact)
        }
        return pairs
    }

    /// The share of the true pairs that were found.
    func recall(_ truth: [Pair: Double?]) -> Double {
        Double(truth.keys.count { found[$0] != nil }) / Double(max(1, truth.count))
    }

    /// The share of the pairs found whose ids are of one page: the same up to `|`.
    var pagePrecision: Double {
        let good = found.keys.count { $0.first.split(separator: "|")[0] == $0.second.split(separator: "|")[0] }
        return Double(good) / Double(max(1, found.count))
    }

    /// The root mean square error of the Jaccard of the true pairs found.
    func jaccardError(_ truth: [Pair: Double?]) -> Double {
        let squares = truth.compactMap { pair, exact -> Double? in
            guard let exact, let estimate = found[pair] else { return nil }
            return (estimate - exact) * (estimate - exact)
        }
        return (squares.reduce(0, +) / Double(max(1, squares.count))).squareRoot()
    }
}
