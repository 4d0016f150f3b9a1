internal import CoreMetrics
internal import Synchronization

/// A number that only grows.
final class CountingHandler: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.add(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// A number as it was set last.
final class GaugeHandler: RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}

/// How many values were at most so large.
final class HistogramHandler: RecorderHandler, TimerHandler {
    /// A bound from 10 microseconds to 10 seconds, three a decade.
    static let nanoseconds: [Int64] = [
        10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000,
        50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    /// For numbers of things.
    static let counts: [Int64] = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

    private let bounds: [Int64]
    private let unit: Double
    private let state: Mutex<(buckets: [Int64], sum: Double)>

    /// Creates a histogram.
    ///
    /// - Parameters:
    ///   - bounds: the greatest value of each bucket, ascending; one more takes what is greater.
    ///   - unit: how many of the values' units make one of those that are told.
    init(bounds: [Int64], unit: Double) {
        self.bounds = bounds
        self.unit = unit
        state = Mutex(([Int64](repeating: 0, count: bounds.count + 1), 0))
    }

    func record(_ value: Int64) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.buckets[bucket] += 1
            state.sum += Double(value) / unit
        }
    }

    func record(_ value: Double) { record(Int64(value.rounded())) }

    func recordNanoseconds(_ duration: Int64) { record(duration) }

    func exposition(_ label: String, _ dimensions: String) -> String {
        let (buckets, sum) = state.withLock { $0 }
        let comma = dimensions.isEmpty ? "" : ","
        let labels = dimensions.isEmpty ? "" : "{\(dimensions)}"
        var text = ""
        var total: Int64 = 0
        for (bucket, count) in buckets.enumerated() {
            total += count
            let bound = bucket < bounds.count ? "\(Double(bounds[bucket]) / unit)" : "+Inf"
            text += "\(label)_bucket{\(dimensions)\(comma)le=\"\(bound)\"} \(total)\n"
        }
        return text + "\(label)_sum\(labels) \(sum)\n\(label)_count\(labels) \(total)\n"
    }
}
