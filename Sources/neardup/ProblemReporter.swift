import CrawlModel
import CrawlPipelines

/// Tells of skipped records and unreadable inputs on standard error: the first of a kind, then a count at the end.
struct ProblemReporter {
    private var told: [SkipCode: Int] = [:]
    private static let limit = 10

    /// Tells of one problem.
    mutating func report(_ problem: InputProblem) {
        switch problem {
        case .failed(let error):
            Console.error("neardup: \(Console.printable(error.description)) (\(error.code.rawValue))")
        case .skipped(let record):
            let count = told[record.code, default: 0] + 1
            told[record.code] = count
            guard count <= Self.limit else { return }
            let place = "\(record.location.source): at byte \(record.location.offset)"
            Console.error("neardup: \(Console.printable(place)): skipped: \(Console.printable(record.message))")
            if count == Self.limit { Console.error("neardup: more of this kind are counted, not told") }
        }
    }
}
