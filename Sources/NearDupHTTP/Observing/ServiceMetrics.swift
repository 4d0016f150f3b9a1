internal import CoreMetrics
internal import CrawlPipelines
internal import LiveIndex
internal import NearDuplicates
internal import Synchronization

/// What the service counts.
struct ServiceMetrics: Sendable {
    private let registry = PrometheusRegistry()
    /// By verdict: the relations in their order, then `boilerplate`, `unique` and `empty`.
    private let checks: [Counter]
    private let skipped: Counter
    private let matches: Counter
    private let commonKeys: Counter
    private let candidates: Recorder
    private let changes: [String: Counter]
    private let responses: [Counter]
    private let requestTime: [Operation: Timer]
    private let checkTime: Timer
    let changeTime: Timer
    let bodyBytes: Counter
    let refused: Counter
    private let inFlight: Recorder
    private let heldBytes: Recorder
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

    init() {
        let registry = registry
        func counter(_ label: String, _ help: String, by name: String, _ values: [String]) -> [Counter] {
            registry.describe(label, help)
            return values.map { Counter(label: label, dimensions: [(name, $0)], factory: registry) }
        }
        func counter(_ label: String, _ help: String) -> Counter {
            registry.describe(label, help)
            return Counter(label: label, factory: registry)
        }
        func recorder(_ label: String, _ help: String, counts: Bool) -> Recorder {
            registry.describe(label, help)
            return Recorder(label: label, aggregate: counts, factory: registry)
        }
        func timer(_ label: String, _ help: String, _ dimensions: [(String, String)] = []) -> Timer {
            registry.describe(label, help)
            return Timer(label: label, dimensions: dimensions, factory: registry)
        }
        checks = counter(
            "neardup_checks_total",
            "Documents checked, by verdict.",
            by: "verdict",
            Relation.allCases.map(\.rawValue) + ["boilerplate", "unique", "empty"]
        )
        skipped = counter("neardup_records_skipped_total", "Records that gave no document.")
        matches = counter("neardup_matches_total", "Matches found.")
        commonKeys = counter(
            "neardup_checks_with_common_keys_total",
            "Checks of documents with fingerprints so common that not all who hold them were looked at (capped buckets)."
        )
        candidates = recorder(
            "neardup_check_candidates",
            "Indexed documents that a check looked at.",
            counts: true
        )
        let outcomes = ["added", "replaced", "unchanged", "empty", "boilerplate", "duplicate", "removed", "not_found"]
        let changed = counter(
            "neardup_documents_changed_total",
            "Documents that were to be added or removed, by what became of them.",
            by: "outcome",
            outcomes
        )
        changes = Dictionary(uniqueKeysWithValues: zip(outcomes, changed))
        responses = counter(
            "neardup_http_responses_total",
            "Responses, by class of status.",
            by: "status",
            (1...5).map { "\($0)xx" }
        )
        let times = Operation.allCases.map { operation in
            timer(
                "neardup_http_request_seconds",
                "Time from a request's head to its response, by operation; of batches to the last line.",
                [("operation", operation.rawValue)]
            )
        }
        requestTime = Dictionary(uniqueKeysWithValues: zip(Operation.allCases, times))
        checkTime = timer(
            "neardup_check_seconds",
            "Time of checking one document, without reading the request; of batches the mean."
        )
        changeTime = timer("neardup_change_seconds", "Time until adding or removing was on disk.")
        bodyBytes = counter("neardup_body_bytes_total", "Bytes of bodies, unpacked.")
        refused = counter("neardup_http_refused_total", "Requests refused because the service was busy.")
        inFlight = recorder("neardup_requests_in_flight", "Requests being answered.", counts: false)
        heldBytes = recorder("neardup_body_memory_bytes", "Bytes of bodies in memory.", counts: false)
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
        guard checked.documents > 0 else { return }
        let each = checked.time.nanoseconds / Int64(checked.documents)
        for _ in 0..<checked.documents { checkTime.recordNanoseconds(each) }
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
        of index: IndexStatistics,
        _ activity: LiveIndexStatistics,
        requests: Int,
        bodyBytes: Int
    ) -> String {
        inFlight.record(requests)
        heldBytes.record(bodyBytes)
        return registry.exposition() + IndexFigure.exposition(index, activity)
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
