/// A mean over hash seeds, and how far off it may be: one seed serves all pairs, so that their errors go together.
struct SeedMeans {
    private var sums: [UInt64: (sum: Double, count: Double)] = [:]

    mutating func add(_ value: Double, seed: UInt64) {
        let old = sums[seed] ?? (0, 0)
        sums[seed] = (old.sum + value, old.count + 1)
    }

    /// Over all seeds.
    var mean: Double { means.reduce(0, +) / Double(means.count) }

    /// The mean's standard error, from how the seeds differ.
    var standardError: Double {
        let mean = mean
        let variance = means.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(means.count - 1)
        return (variance / Double(means.count)).squareRoot()
    }

    private var means: [Double] { sums.values.map { $0.sum / $0.count } }

    /// Mean and standard error, with so many places behind the point.
    func text(_ places: Int) -> String {
        "\(figure(mean, places)) ± \(figure(standardError, places))"
    }
}
