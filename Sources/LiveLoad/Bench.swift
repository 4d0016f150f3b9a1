import ArgumentParser
import CrawlModel
import Foundation
import LiveIndex
import NearDuplicates

/// Measures additions, reopening, and searches meanwhile.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures additions, searches meanwhile, amplification and reopening."
    )

    @Option var index: String
    @Option(help: "Documents to add.") var documents = 100_000
    @Option(help: "Documents in a call.") var batch = 100
    @Option(help: "Callers at once.") var callers = 2
    @Option(help: "Threads that search meanwhile.") var searchers = 0
    @Option(help: "Words of a document; 600 are 4 kB.") var words = 600
    @Option var memory = 256 << 20
    @Option(help: "always, interval or none.") var durability = "always"
    @Option(help: "Documents a second to keep to; 0 for as many as go.") var rate = 0

    func run() async throws {
        var options = LiveIndexOptions()
        options.memory = memory
        options.durability =
            durability == "none" ? .none : durability == "interval" ? .interval(milliseconds: 1000) : .always
        let live = try await LiveIndex.open(path: index, options: options)
        let texts = (0..<UInt64(2000)).map { madeUpText($0, words: words) }
        if searchers > 0 {
            let alone = try await search(live, texts, for: .seconds(3))
            print("searches alone: \(Int(alone)) a second")
        }
        let first = live.snapshot.documentCount
        let begin = ContinuousClock.now
        async let searched = searchers > 0 ? searchUntilDone(live, texts, first + documents) : 0
        try await add(live, first, begin)
        let took = begin.duration(to: .now) / .seconds(1)
        print(
            "added \(documents) in \(took) s: \(Int(Double(documents) / took)) a second, \(Int(Double(documents / batch) / took)) batches"
        )
        let rate = try await searched
        if searchers > 0 { print("searches meanwhile: \(Int(rate)) a second") }
        let statistics = await live.statistics
        print("\(statistics)")
        print("write amplification \(statistics.writeAmplification)")
        try await live.close()
        let opening = ContinuousClock.now
        let again = try await LiveIndex.open(path: index, options: options)
        print("reopened \(again.snapshot.documentCount) documents in \(opening.duration(to: .now))")
        try await again.close()
    }

    private func add(_ live: LiveIndex, _ first: Int, _ begin: ContinuousClock.Instant) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for start in stride(from: caller * batch, to: documents, by: callers * batch) {
                        if rate > 0 {
                            try await Task.sleep(
                                until: begin + .seconds(Double(start) / Double(rate)),
                                clock: .continuous
                            )
                        }
                        let batch = (start..<min(start + batch, documents))
                            .map { number in
                                Document(
                                    id: "d\(first + number)",
                                    text: madeUpText(UInt64(first + number), words: words),
                                    url: "https://site\(number % 997).example/\(number)",
                                    date: "2026-05-01"
                                )
                            }
                        try await live.add(batch)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func search(_ live: LiveIndex, _ texts: [String], for time: Duration) async throws -> Double {
        let end = ContinuousClock.now + time
        return try await search(live, texts) { ContinuousClock.now < end }
    }

    private func searchUntilDone(_ live: LiveIndex, _ texts: [String], _ count: Int) async throws -> Double {
        try await search(live, texts) { live.snapshot.documentCount < count }
    }

    private func search(
        _ live: LiveIndex,
        _ texts: [String],
        while goesOn: @escaping @Sendable () -> Bool
    ) async throws -> Double {
        let begin = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<searchers {
                group.addTask {
                    var searcher = try Searcher(live.snapshot)
                    var count = number
                    while goesOn() {
                        searcher.move(to: live.snapshot)
                        _ = try searcher.check(texts[count * 7 % texts.count])
                        count += 1
                    }
                    return count - number
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (begin.duration(to: .now) / .seconds(1))
    }
}
