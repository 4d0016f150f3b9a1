internal import CoreMetrics
internal import LiveIndex

/// What the live index has done, as metrics.
struct LiveMetrics: Sendable {
    private let flushes: Recorder
    private let merges: Recorder
    private let mergedBytes: Recorder
    private let loggedBytes: Recorder
    private let stalls: Recorder
    private let mergeFails: Recorder

    static let help = [
        "neardup_live_flushes": "Shards made of documents in memory since the start.",
        "neardup_live_merges": "Merges done since the start.",
        "neardup_live_merged_bytes": "Bytes of the shards that merging made since the start.",
        "neardup_live_logged_bytes": "Bytes handed to the log since the start.",
        "neardup_live_stalls": "Times that additions had to wait because making shards, or merging them, was behind.",
        "neardup_live_merge_failed": "1 where merging in the background failed last, else 0.",
    ]

    init(_ registry: PrometheusRegistry) {
        func gauge(_ label: String) -> Recorder { Recorder(label: label, aggregate: false, factory: registry) }
        flushes = gauge("neardup_live_flushes")
        merges = gauge("neardup_live_merges")
        mergedBytes = gauge("neardup_live_merged_bytes")
        loggedBytes = gauge("neardup_live_logged_bytes")
        stalls = gauge("neardup_live_stalls")
        mergeFails = gauge("neardup_live_merge_failed")
    }

    func record(_ activity: LiveIndexStatistics) {
        flushes.record(activity.flushes)
        merges.record(activity.merges)
        mergedBytes.record(activity.mergedBytes)
        loggedBytes.record(activity.loggedBytes)
        stalls.record(activity.stalls)
        mergeFails.record(activity.mergeFailure == nil ? 0 : 1)
    }
}
