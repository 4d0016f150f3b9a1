package import CoreMetrics
internal import Synchronization

/// Keeps metrics and writes them as Prometheus reads them (text format 0.0.4).
///
/// Metrics of one label must have the same names of dimensions; values are escaped.
package final class PrometheusRegistry: MetricsFactory {
    private struct Key: Hashable {
        var label: String
        var dimensions: String
    }

    private enum Metric {
        case counter(CountingHandler)
        case gauge(GaugeHandler)
        case histogram(HistogramHandler)
    }

    private let metrics = Mutex<[Key: Metric]>([:])
    /// What each label means.
    private let help = Mutex<[String: String]>([:])

    /// Creates a registry without metrics.
    package init() {}

    /// A counter; the same for the same label and dimensions.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = Key(label: label, dimensions: Self.written(dimensions))
        return metrics.withLock { metrics in
            if case .counter(let known)? = metrics[key] { return known }
            let new = CountingHandler()
            metrics[key] = .counter(new)
            return new
        }
    }

    /// A gauge, or a histogram where values are to be counted; the same for the same label and dimensions.
    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return histogram(label, dimensions, HistogramHandler.counts, unit: 1) }
        let key = Key(label: label, dimensions: Self.written(dimensions))
        return metrics.withLock { metrics in
            if case .gauge(let known)? = metrics[key] { return known }
            let new = GaugeHandler()
            metrics[key] = .gauge(new)
            return new
        }
    }

    /// A histogram of seconds; the same for the same label and dimensions.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions, HistogramHandler.nanoseconds, unit: 1e9)
    }

    /// Nothing is destroyed: metrics are made once, when the service starts.
    package func destroyCounter(_ handler: any CounterHandler) {}
    /// See ``destroyCounter(_:)``.
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    /// See ``destroyCounter(_:)``.
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func histogram(
        _ label: String,
        _ dimensions: [(String, String)],
        _ bounds: [Int64],
        unit: Double
    ) -> HistogramHandler {
        let key = Key(label: label, dimensions: Self.written(dimensions))
        return metrics.withLock { metrics in
            if case .histogram(let known)? = metrics[key] { return known }
            let new = HistogramHandler(bounds: bounds, unit: unit)
            metrics[key] = .histogram(new)
            return new
        }
    }

    private static func written(_ dimensions: [(String, String)]) -> String {
        dimensions.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }
        .joined(separator: ",")
    }

    /// Says what the metrics of a label mean.
    package func describe(_ label: String, _ meaning: String) { help.withLock { $0[label] = meaning } }

    /// What stands above the metrics of a label.
    static func heading(_ label: String, _ type: String, _ help: String) -> String {
        "# HELP \(label) \(help)\n# TYPE \(label) \(type)\n"
    }

    /// All metrics, by label, each with its help and type.
    package func exposition() -> String {
        let (metrics, help) = (metrics.withLock { $0 }, help.withLock { $0 })
        var text = ""
        for (label, group) in Dictionary(grouping: metrics, by: \.key.label).sorted(by: { $0.key < $1.key }) {
            let type =
                switch group[0].value {
                case .counter: "counter"
                case .gauge: "gauge"
                case .histogram: "histogram"
                }
            text += Self.heading(label, type, help[label] ?? label)
            for (key, metric) in group.sorted(by: { $0.key.dimensions < $1.key.dimensions }) {
                let labels = key.dimensions.isEmpty ? "" : "{\(key.dimensions)}"
                switch metric {
                case .counter(let counter): text += "\(label)\(labels) \(counter.value)\n"
                case .gauge(let gauge): text += "\(label)\(labels) \(gauge.value)\n"
                case .histogram(let histogram): text += histogram.exposition(label, key.dimensions)
                }
            }
        }
        return text
    }
}
