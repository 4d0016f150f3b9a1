internal import LiveIndex
internal import NearDuplicates

/// A number that the index keeps itself, read when metrics are asked for.
struct IndexFigure: Sendable {
    /// How Prometheus is to take it.
    enum Kind: String, Sendable {
        case counter
        case gauge
    }

    let label: String
    let kind: Kind
    let help: String
    let value: @Sendable (IndexStatistics, LiveIndexStatistics) -> Double

    private init(
        _ label: String,
        _ kind: Kind,
        _ help: String,
        _ value: @escaping @Sendable (IndexStatistics, LiveIndexStatistics) -> Double
    ) {
        self.label = label
        self.kind = kind
        self.help = help
        self.value = value
    }

    static let all = [
        IndexFigure("neardup_index_documents", .gauge, "Documents in the index.") { index, _ in
            Double(index.documents)
        },
        IndexFigure(
            "neardup_index_dead_documents",
            .gauge,
            "Documents replaced or removed that still take room, until they are merged away."
        ) { index, _ in Double(index.deadDocuments) },
        IndexFigure(
            "neardup_index_shards",
            .gauge,
            "Shards of the index: more than a few tens mean that merging is behind."
        ) { index, _ in Double(index.shards) },
        IndexFigure("neardup_index_bytes", .gauge, "Bytes of all shards.") { index, _ in Double(index.bytes) },
        IndexFigure("neardup_index_commits", .gauge, "Commits of the index so far.") { index, _ in
            Double(index.generation)
        },
        IndexFigure("neardup_live_flushes_total", .counter, "Shards made of documents in memory.") {
            Double($1.flushes)
        },
        IndexFigure("neardup_live_merges_total", .counter, "Merges done.") { Double($1.merges) },
        IndexFigure("neardup_live_merged_bytes_total", .counter, "Bytes of the shards that merging made.") {
            Double($1.mergedBytes)
        },
        IndexFigure("neardup_live_logged_bytes_total", .counter, "Bytes handed to the log.") { Double($1.loggedBytes) },
        IndexFigure("neardup_live_documents_in_memory", .gauge, "Documents that are in no shard yet, and in the log.") {
            Double($1.documentsInMemory)
        },
        IndexFigure("neardup_live_memory_bytes", .gauge, "About what these documents take in memory.") {
            Double($1.bytesInMemory)
        },
        IndexFigure("neardup_live_shards_merging", .gauge, "Shards that are being merged.") {
            Double($1.shardsMerging)
        },
        IndexFigure(
            "neardup_live_shards_waiting",
            .gauge,
            "Shards made since that merge began: the backlog of merging."
        ) { Double($1.shardsWaiting) },
        IndexFigure("neardup_live_additions_waiting", .gauge, "Additions that wait because that backlog is too long.") {
            Double($1.additionsWaiting)
        },
        IndexFigure("neardup_log_syncs_total", .counter, "Synchronisations (fsync) of the log.") {
            Double($1.synchronizations.count)
        },
        IndexFigure("neardup_log_sync_seconds_total", .counter, "Time these took: divided by their number, the mean.") {
            $1.synchronizations.time / .seconds(1)
        },
        IndexFigure("neardup_log_sync_longest_seconds", .gauge, "The longest of them.") {
            $1.synchronizations.longest / .seconds(1)
        },
        IndexFigure(
            "neardup_live_stalls_total",
            .counter,
            "Times that additions had to wait because making shards, or merging them, was behind."
        ) { Double($1.stalls) },
        IndexFigure("neardup_live_merge_failed", .gauge, "1 where merging in the background failed last, else 0.") {
            $1.mergeFailure == nil ? 0 : 1
        },
    ]

    /// All of them, as Prometheus reads them.
    static func exposition(_ index: IndexStatistics, _ live: LiveIndexStatistics) -> String {
        all.map { figure in
            PrometheusRegistry.heading(figure.label, figure.kind.rawValue, figure.help)
                + "\(figure.label) \(written(figure.value(index, live)))\n"
        }
        .joined()
    }

    /// Whole numbers as such.
    private static func written(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
}
