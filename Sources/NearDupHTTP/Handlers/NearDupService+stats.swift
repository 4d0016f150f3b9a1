internal import CrawlPipelines
internal import NearDuplicates
internal import ShardFormat

extension NearDupService {
    /// What `/v1/stats` says.
    func statistics() -> [UInt8] {
        let statistics = index.snapshot.statistics
        var json = JSONWriter()
        json.beginObject()
        json.fields(statistics)
        json.field("checks", metrics.totalChecks)
        json.field("changes", metrics.totalChanges)
        json.field("uptime_seconds", Int((ContinuousClock.now - started).components.seconds))
        json.object("parameters") { $0.fields(statistics.parameters) }
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// What `/metrics` says.
    func exposition() async -> String {
        metrics.exposition(
            of: index.snapshot.statistics,
            await index.activity,
            requests: requests.count,
            bodyBytes: memory.heldBytes
        )
    }
}
