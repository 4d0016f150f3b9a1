internal import CoreMetrics
internal import CrawlPipelines
internal import LiveIndex
internal import NearDuplicates
internal import Synchronization

/// What the service counts.
struct ServiceMetrics: Sendable {
    let registry = PrometheusRegistry()
    /// By verdict: the relations in their order, then `boilerplate`, `unique` and `empty`.
    private let checks: [Counter]
    private let skipped: Counter
    private let matches: Counter
    private let commonKeys: Counter
    private let candidates: Recorder
    private let changes: [String: Counter]
    private let responses: [Counter]
    private let requestTime: [Operation: Timer]
    let checkTime: Timer
    let changeTime: Timer
    let bodyBytes: Counter
    let refused: Counter
    private let documents: Recorder
    private let dead: Recorder
    private let shards: Recorder
    private let bytes: Recorder
    private let commits: Recorder
    private let inFlight: Recorder
    private let heldBytes: Recorder
    private let live: LiveMetrics
    private let totals = Totals()

    private final class Totals: Sendable {
        let checks = Atomic(0)
        let changes = Atomic(0)
    }

    /// What requests are told apart by.
    enum Operation: String, CaseIterable, Sendable {
        case check
        case checkBatch = "check_batch"
        case add
        case addBatch = "add_batch"
        case remove
        case get
        case other
    }

    static let help = [
        "neardup_checks_total": "Documents checked, by verdict.",
        "neardup_records_skipped_total": "Records that gave no document.",
        "neardup_matches_total": "Matches found.",
        "neardup_checks_with_common_keys_total":
            "Checks of documents with fingerprints so common that not all who hold them were looked at (capped buckets).",
        "neardup_check_candidates": "Indexed documents that a check looked at.",
        "neardup_check_seconds": "Time of checking one document, without reading the request; of batches the mean.",
        "neardup_change_seconds": "Time until adding or removing was on disk.",
        "neardup_documents_changed_total": "Documents that were to be added or removed, by what became of them.",
        "neardup_http_responses_total": "Responses, by class of status.",
        "neardup_http_request_seconds":
            "Time from a request's head to its response, by operation; of batches to the last line.",
        "neardup_http_refused_total": "Requests refused because the service was busy.",
        "neardup_body_bytes_total": "Bytes of bodies, unpacked.",
        "neardup_index_documents": "Documents in the index.",
        "neardup_index_dead_documents":
            "Documents replaced or removed that still take room, until they are merged away.",
        "neardup_index_shards": "Shards of the index: more than a few tens mean that merging is behind.",
        "neardup_index_bytes": "Bytes of all shards.",
        "neardup_index_commits": "Commits of the index so far.",
        "neardup_requests_in_flight": "Requests being answered.",
        "neardup_body_memory_bytes": "Bytes of bodies in memory.",
    ]

    init() {
        let registry = registry
        func counter(_ label: String, _ dimensions: [(String, String)] = []) -> Counter {
            Counter(label: label, dimensions: dimensions, factory: registry)
        }
        func gauge(_ label: String) -> Recorder { Recorder(label: label, aggregate: false, factory: registry) }
        checks = (Relation.allCases.map(\.rawValue) + ["boilerplate", "unique", "empty"])
            .map { counter("neardup_checks_total", [("verdict", $0)]) }
        skipped = counter("neardup_records_skipped_total")
        matches = counter("neardup_matches_total")
        commonKeys = counter("neardup_checks_with_common_keys_total")
        candidates = Recorder(label: "neardup_check_candidates", aggregate: true, factory: registry)
        let outcomes = ["added", "replaced", "unchanged", "empty", "boilerplate", "duplicate", "removed", "not_found"]
        changes = Dictionary(
            uniqueKeysWithValues: outcomes.map { ($0, counter("neardup_documents_changed_total", [("outcome", $0)])) }
        )
        responses = (1...5).map { counter("neardup_http_responses_total", [("status", "\($0)xx")]) }
        requestTime = Dictionary(
            uniqueKeysWithValues: Operation.allCases.map { operation in
                let dimensions = [("operation", operation.rawValue)]
                return (
                    operation,
                    Timer(label: "neardup_http_request_seconds", dimensions: dimensions, factory: registry)
                )
            }
        )
        checkTime = Timer(label: "neardup_check_seconds", factory: registry)
        changeTime = Timer(label: "neardup_change_seconds", factory: registry)
        bodyBytes = counter("neardup_body_bytes_total")
        refused = counter("neardup_http_refused_total")
        documents = gauge("neardup_index_documents")
        dead = gauge("neardup_index_dead_documents")
        shards = gauge("neardup_index_shards")
        bytes = gauge("neardup_index_bytes")
        commits = gauge("neardup_index_commits")
        inFlight = gauge("neardup_requests_in_flight")
        heldBytes = gauge("neardup_body_memory_bytes")
        live = LiveMetrics(registry)
    }

    func count(_ checked: CheckedBatch) {
        let verdicts = checked.verdicts
        totals.checks.add(checked.documents, ordering: .relaxed)
        for (relation, count) in verdicts.byRelation { checks[relation.strength].increment(by: count) }
        if verdicts.boilerplate > 0 { checks[checks.count - 3].increment(by: verdicts.boilerplate) }
        if verdicts.unique > 0 { checks[checks.count - 2].increment(by: verdicts.unique) }
        if verdicts.empty > 0 { checks[checks.count - 1].increment(by: verdicts.empty) }
        if verdicts.matches > 0 { matches.increment(by: verdicts.matches) }
        if verdicts.withCommonKeys > 0 { commonKeys.increment(by: verdicts.withCommonKeys) }
        if !checked.skipped.isEmpty { skipped.increment(by: checked.skipped.count) }
        for count in checked.candidates { candidates.record(count) }
    }

    func count(_ outcome: String, _ times: Int = 1) {
        changes[outcome]?.increment(by: times)
        totals.changes.add(times, ordering: .relaxed)
    }

    /// Documents checked since the start.
    var totalChecks: Int { totals.checks.load(ordering: .relaxed) }

    /// Documents added, replaced, removed, or that were to be.
    var totalChanges: Int { totals.changes.load(ordering: .relaxed) }

    func count(_ operation: Operation, status: Int, since start: ContinuousClock.Instant) {
        if (1...5).contains(status / 100) { responses[status / 100 - 1].increment() }
        requestTime[operation]?.recordNanoseconds((ContinuousClock.now - start).nanoseconds)
    }

    /// All of it, as Prometheus reads it.
    func exposition(
        of snapshot: IndexSnapshot,
        _ activity: LiveIndexStatistics,
        requests: Int,
        bodyBytes: Int
    ) -> String {
        let statistics = snapshot.statistics
        documents.record(snapshot.documentCount)
        dead.record(statistics.deadDocuments)
        shards.record(statistics.shards)
        bytes.record(statistics.bytes)
        commits.record(Int64(clamping: statistics.generation))
        live.record(activity)
        inFlight.record(requests)
        heldBytes.record(bodyBytes)
        return registry.exposition(help: Self.help.merging(LiveMetrics.help) { first, _ in first })
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
