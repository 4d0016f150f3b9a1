import ArgumentParser
import Foundation
import LiveIndex
import NearDuplicates

/// Compares an index with the journal of the runs that were killed.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Compares an index with the journal of runs that were killed, and makes the journal say what was found."
    )

    @Option var index: String
    @Option var journal: String
    @Option(help: "Words of a document.") var words = 60

    private struct Change {
        var isAddition: Bool
        var items: [(id: String, number: UInt64)]
    }

    func run() async throws {
        let (sure, open) = try read()
        let begin = ContinuousClock.now
        let live = try await LiveIndex.open(path: index)
        let opening = begin.duration(to: .now)
        // Some documents are known by the change that a worker had under way: all of it is done, or nothing.
        var expected = sure
        var resolved: [String] = []
        var searcher = try Searcher(live.snapshot)
        func holds(_ id: String, _ number: UInt64) throws -> Bool {
            try searcher.check(madeUpText(number, words: words)).matches
                .contains { $0.id == id && $0.relation == .exact }
        }
        for (worker, change) in open.sorted(by: { $0.key < $1.key }) {
            var done = 0
            for item in change.items {
                // The last of an id counts.
                if change.isAddition, change.items.last(where: { $0.id == item.id })?.number != item.number {
                    done += 1
                    continue
                }
                let isThere =
                    try change.isAddition
                    ? holds(item.id, item.number) : !(sure[item.id].map { try holds(item.id, $0) } ?? false)
                done += isThere ? 1 : 0
            }
            guard done == 0 || done == change.items.count || done == repeated(change) else {
                throw Failure("\(worker): \(done) of \(change.items.count) changes are done: \(change)")
            }
            let isDone = done == change.items.count
            resolved.append("\(isDone ? "end" : "cancel") \(worker)")
            if isDone { Self.apply(change, to: &expected) }
        }
        guard live.snapshot.documentCount == expected.count else {
            throw Failure("\(live.snapshot.documentCount) documents, expected \(expected.count)")
        }
        for (id, number) in expected where try !holds(id, number) { throw Failure("\(id)=\(number) is lost") }
        try await live.close()
        try IndexSnapshot(path: index).verify()
        let journal = try Journal(appendingTo: journal)
        for line in resolved { journal.write(line) }
        print("\(expected.count) documents, \(open.count) changes under way, opened in \(opening)")
    }

    /// Earlier documents of an addition whose id comes again: they count as done in any case.
    private func repeated(_ change: Change) -> Int {
        change.isAddition ? change.items.count - Set(change.items.map(\.id)).count : 0
    }

    /// What the index must hold, and what each worker had under way.
    private func read() throws -> (sure: [String: UInt64], open: [String: Change]) {
        var sure: [String: UInt64] = [:]
        var open: [String: Change] = [:]
        for line in try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch words[0] {
            case "begin":
                let items = words.dropFirst(3)
                    .map { item in
                        let parts = item.split(separator: "=")
                        return (String(parts[0]), parts.count > 1 ? UInt64(parts[1])! : 0)
                    }
                open[words[1]] = Change(isAddition: words[2] == "add", items: items)
            case "end":
                if let change = open.removeValue(forKey: words[1]) { Self.apply(change, to: &sure) }
            case "cancel": open[words[1]] = nil
            default: break
            }
        }
        return (sure, open)
    }

    private static func apply(_ change: Change, to holdings: inout [String: UInt64]) {
        for item in change.items { holdings[item.id] = change.isAddition ? item.number : nil }
    }
}

struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
