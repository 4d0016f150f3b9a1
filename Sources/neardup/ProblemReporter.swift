import CrawlModel
import CrawlPipelines

/// Tells of skipped records and unreadable inputs on standard error: the first of a kind, then a count at the end.
struct ProblemReporter {
    private var told: [SkipCode: Int] = [:]
    private var noticed = 0
    private static let limit = 10

    /// Tells how a run begins with an input that is not simply read from its start.
    ///
    /// - Parameters:
    ///   - notice: what is told.
    ///   - isQuiet: whether only what the user may have to act on is.
    mutating func note(_ notice: InputNotice, isQuiet: Bool) {
        if isQuiet, case .resumed = notice { return }
        noticed += 1
        guard noticed <= Self.limit else { return }
        let text =
            switch notice {
            case .changed(let source): "\(source): changed since it was indexed; read anew"
            case .otherOptions(let source): "\(source): indexed with other reading options before; read anew"
            case .resumed(let source, let offset):
                "\(source): going on at byte \(Figures.grouped(Int(clamping: offset))), where an earlier run stopped"
            }
        Console.error("neardup: \(Console.printable(text))")
        if noticed == Self.limit { Console.error("neardup: more of this kind are not told") }
    }

    /// Tells how a run of `dedup` begins.
    mutating func note(_ notice: DedupPipeline.Notice, isQuiet: Bool) {
        switch notice {
        case .input(let notice): note(notice, isQuiet: isQuiet)
        case .resumed(let phases):
            if isQuiet { return }
            let names = phases.map(\.rawValue).joined(separator: ", ")
            Console.error("neardup: going on after what an earlier run has done (\(names))")
        case .finished: Console.error("neardup: an earlier run had finished; its results are there")
        case .changed(let source):
            Console.error("neardup: \(Console.printable(source)): changed since an earlier run read it; starting over")
        case .otherRun:
            Console.error("neardup: an earlier run that was not finished had other inputs or options; starting over")
        case .repeated(let source):
            Console.error("neardup: \(Console.printable(source)): named twice; read once")
        }
    }

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
