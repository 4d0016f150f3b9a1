internal import CrawlPipelines
internal import NearDuplicates
internal import ShardFormat

extension NearDupService {
    /// What `/v1/stats` says.
    func statistics() throws -> [UInt8] {
        let statistics = try index.statistics
        var json = JSONWriter()
        json.beginObject()
        json.field("documents", statistics.documents)
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
    func exposition() -> String {
        metrics.exposition(of: try? index.statistics, requests: requests.count, bodyBytes: memory.heldBytes)
    }
}
