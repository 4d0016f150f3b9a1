/// All that one run measured.
package struct BenchmarkReport: Sendable {
    /// Where it was measured, and with what.
    package var machine = Machine()
    /// What was read.
    package var subject = ""
    /// The stages, in the order of the data's way.
    package var stages: [StageFigures] = []
    /// Planted duplicates found.
    package var quality: QualityFigures?
    /// Single checks.
    package var latencies: [LatencyFigures] = []
    /// From nothing to the first answer.
    package var cold: ColdStart?
    /// Indexes of growing size.
    package var growth: [GrowthFigures] = []

    /// Creates a report of nothing.
    package init() {}
}
