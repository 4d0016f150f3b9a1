import ArgumentParser
import CrawlModel
import Foundation
import LiveIndex
import NearDuplicates

/// Measures additions, checks beside them, amplification and reopening.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures additions, checks beside them, amplification and reopening.",
        discussion: """
            Checks are measured alone, beside the additions, and alone again, with the same threads and texts: every other \
            text is in the index, the rest is like nothing. What is kept of the rate is that beside the additions, \
            divided by the mean of the two alone, since the index grows meanwhile.
            """
    )

    @Option var index: String
    @Option(help: "Documents to add first, before anything is measured.") var preload = 0
    @Option(help: "Documents to add.") var documents = 100_000
    @Option(help: "Seconds to add for at most; 0 for all documents.") var seconds = 0
    @Option(help: "Documents in a call.") var batch = 100
    @Option(help: "Callers at once.") var callers = 2
    @Option(help: "Documents a second to keep to; 0 for as many as go.") var rate = 0
    @Option(help: "Threads that check meanwhile.") var searchers = 0
    @Option(help: "Seconds for which checks alone are measured.") var alone = 5
    @Option(help: "Words of a document; 600 are 3 kB.") var words = 600
    @Option var memory = 256 << 20
    @Option(help: "always, interval or none.") var durability = "always"
    @Option(help: "Seconds between two lines about how it goes; 0 for none.") var report = 0
    @Flag(help: "Compacts at the end, to tell how much room merging had taken.") var compact = false

    func run() async throws {
        var options = LiveIndexOptions()
        options.memory = memory
        options.durability =
            durability == "none" ? .none : durability == "interval" ? .interval(milliseconds: 1000) : .always
        let live = try await open(options)
        let before = live.snapshot.documentCount
        if preload > 0 { _ = try await Additions(self, live, from: before, count: preload, rate: 0, for: 0).run() }
        if documents > 0 { try await measure(live) }
        print("\(await live.statistics)")
        if compact {
            let most = bytesOnDisk()
            try await live.compact()
            print("\(most) bytes on disk, \(bytesOnDisk()) after compacting")
        }
        try await live.close()
        try await open(options).close()
    }

    private func open(_ options: LiveIndexOptions) async throws -> LiveIndex {
        let begin = ContinuousClock.now
        let live = try await LiveIndex.open(path: index, options: options)
        print("opened, \(live.snapshot.documentCount) documents, in \(begin.duration(to: .now))")
        return live
    }

    private func measure(_ live: LiveIndex) async throws {
        let first = live.snapshot.documentCount
        let load = CheckLoad(live, threads: searchers, texts: texts(first))
        let before = try await aloneRate(load)
        let start = await live.statistics
        load.begin()
        let reports = Task { await tell(live, load) }
        let added = try await Additions(self, live, from: first, count: documents, rate: rate, for: seconds).run()
        reports.cancel()
        let beside = try load.end()
        let end = await live.statistics
        print(
            "added \(added.documents) documents in \(rounded(added.seconds)) s: \(Int(added.rate)) a second, "
                + "\(Int(Double(added.calls) / added.seconds)) calls; a call took \(added.latencies)"
        )
        let (count, time) = (
            end.synchronizations.count - start.synchronizations.count,
            end.synchronizations.time - start.synchronizations.time
        )
        print("the log: \(count) synchronisations of \(rounded(time / .milliseconds(max(1, count)))) ms")
        print("write amplification \(rounded(end.writeAmplification)), \(live.snapshot.segmentCounts)")
        guard searchers > 0 else { return }
        let after = try await aloneRate(load)
        print(
            "checks a second: \(Int(before)) alone, \(Int(beside)) beside, \(Int(after)) alone; "
                + "kept \(rounded(2 * beside / (before + after)))"
        )
    }

    private func aloneRate(_ load: CheckLoad) async throws -> Double {
        guard searchers > 0 else { return 0 }
        load.begin()
        try await Task.sleep(for: .seconds(alone))
        return try load.end()
    }

    /// Every other one of a document that is in the index.
    private func texts(_ known: Int) -> [String] {
        (0..<UInt64(searchers > 0 ? 4000 : 0))
            .map { number in
                let isKnown = number % 2 == 0 && known > 0
                return madeUpText(isKnown ? number * 7919 % UInt64(known) : 1 << 50 | number, words: words)
            }
    }

    private func tell(_ live: LiveIndex, _ load: CheckLoad) async {
        guard report > 0 else { return }
        let begin = ContinuousClock.now
        var (documents, checks) = (live.snapshot.documentCount, load.count)
        while (try? await Task.sleep(for: .seconds(report))) != nil {
            let (now, checked) = (live.snapshot.documentCount, load.count)
            let statistics = await live.statistics
            print(
                "\(Int(begin.duration(to: .now) / .seconds(1))) s: \((now - documents) / report) added, "
                    + "\((checked - checks) / report) checked a second; \(live.snapshot.segmentCounts), "
                    + "\(statistics.shardsMerging) merging, \(statistics.shardsWaiting) waiting, "
                    + "\(statistics.stalls) stalls, \(bytesOnDisk()) bytes"
            )
            (documents, checks) = (now, checked)
        }
    }

    private func bytesOnDisk() -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: index)) ?? []
        return names.reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: index + "/" + name)
            return sum + (attributes?[.size] as? Int ?? 0)
        }
    }
}

func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

extension IndexSnapshot {
    fileprivate var segmentCounts: String {
        "\(segments.count) shards, \(documentCount) documents, \(documentCount - segments.reduce(0) { $0 + $1.liveCount }) in memory"
    }
}
