import CrawlModel
import LiveIndex

/// Adds made-up documents, as many callers at once as asked for.
struct Additions {
    struct Outcome {
        var documents = 0
        var calls = 0
        var seconds = 0.0
        /// Of each call, unordered.
        var times: [Duration] = []

        var rate: Double { Double(documents) / seconds }

        var latencies: String {
            let sorted = times.sorted()
            guard let last = sorted.last else { return "" }
            func share(_ share: Double) -> Double {
                rounded(sorted[Int(share * Double(sorted.count - 1))] / .milliseconds(1))
            }
            return "\(share(0.5)) ms (p50), \(share(0.99)) ms (p99), \(rounded(last / .milliseconds(1))) ms at most"
        }
    }

    private let bench: Bench
    private let live: LiveIndex
    private let first: Int
    private let count: Int
    private let rate: Int
    private let seconds: Int

    /// Additions of documents numbered from `first` on; at most so many a second, for at most so many seconds, where not 0.
    init(_ bench: Bench, _ live: LiveIndex, from first: Int, count: Int, rate: Int, for seconds: Int) {
        self.bench = bench
        self.live = live
        self.first = first
        self.count = count
        self.rate = rate
        self.seconds = seconds
    }

    func run() async throws -> Outcome {
        let begin = ContinuousClock.now
        var outcome = Outcome()
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for caller in 0..<bench.callers { group.addTask { try await call(caller, begin) } }
            for try await part in group {
                outcome.documents += part.documents
                outcome.calls += part.calls
                outcome.times += part.times
            }
        }
        outcome.seconds = begin.duration(to: .now) / .seconds(1)
        return outcome
    }

    private func call(_ caller: Int, _ begin: ContinuousClock.Instant) async throws -> Outcome {
        var outcome = Outcome()
        let batch = bench.batch
        for start in stride(from: caller * batch, to: count, by: bench.callers * batch) {
            if rate > 0 {
                try await Task.sleep(until: begin + .seconds(Double(start) / Double(rate)), clock: .continuous)
            }
            if seconds > 0, begin.duration(to: .now) >= .seconds(seconds) { break }
            let documents = (start..<min(start + batch, count)).map(document)
            let called = ContinuousClock.now
            try await live.add(documents)
            outcome.times.append(called.duration(to: .now))
            outcome.documents += documents.count
            outcome.calls += 1
        }
        return outcome
    }

    private func document(_ number: Int) -> Document {
        Document(
            id: "d\(first + number)",
            text: madeUpText(UInt64(first + number), words: bench.words),
            url: "https://site\(number % 997).example/\(number)",
            date: "2026-05-01"
        )
    }
}
