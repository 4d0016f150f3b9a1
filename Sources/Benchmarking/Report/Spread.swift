/// Several measurements of one thing.
package struct Spread: Sendable, Hashable {
    /// The measurements, ascending.
    package let values: [Double]

    /// Takes measurements in any order.
    package init(_ values: [Double]) { self.values = values.sorted() }

    /// The middle one, the lower of two; 0 where there is none.
    package var median: Double { values.isEmpty ? 0 : values[(values.count - 1) / 2] }

    /// The least value that is no less than this share of the values; 0 where there is none.
    package func percentile(_ share: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let rank = Int((share * Double(values.count)).rounded(.up))
        return values[min(max(rank, 1), values.count) - 1]
    }
}

/// Tells how long something took.
struct Stopwatch {
    private let start = ContinuousClock.now

    /// Seconds since it was made.
    var seconds: Double { Self.seconds(ContinuousClock.now - start) }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
