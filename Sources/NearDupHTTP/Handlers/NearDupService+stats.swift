internal import CrawlPipelines
internal import NearDuplicates
internal import ShardFormat

extension NearDupService {
    /// What `/v1/stats` says.
    func statistics() -> [UInt8] {
        let (snapshot, statistics) = (index.snapshot, index.snapshot.statistics)
        var json = JSONWriter()
        json.beginObject()
        json.field("documents", snapshot.documentCount)
        json.field("dead_documents", statistics.deadDocuments)
        json.field("fingerprints", statistics.fingerprints)
        json.field("shards", statistics.shards)
        json.field("bytes", statistics.bytes)
        json.field("commits", Int(clamping: statistics.generation))
        json.field("checks", metrics.totalChecks)
        json.field("changes", metrics.totalChanges)
        json.field("uptime_seconds", Int((ContinuousClock.now - started).components.seconds))
        json.key("parameters")
        json.beginObject()
        let parameters = statistics.parameters
        json.field("shingle_tokens", parameters.shingleTokens)
        json.field("window", parameters.window)
        json.field("signature_values", parameters.signatureValues)
        json.field("signature_bits", parameters.signatureBits)
        json.field("bands", parameters.bands)
        json.field("rows", parameters.rows)
        json.field("minimum_tokens", parameters.minimumTokens)
        json.endObject()
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// What `/metrics` says.
    func exposition() async -> String {
        metrics.exposition(
            of: index.snapshot,
            await index.activity,
            requests: requests.count,
            bodyBytes: memory.heldBytes
        )
    }
}
