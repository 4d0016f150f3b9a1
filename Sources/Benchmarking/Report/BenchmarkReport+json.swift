internal import CrawlGeneration
internal import CrawlPipelines

extension BenchmarkReport {
    /// One JSON object on a line; rates in millions of bytes a second, memory and disk in bytes.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("subject", subject)
        json.object("machine") { json in
            json.field("processor", machine.processor)
            json.field("processors", machine.processors)
            json.field("system", machine.system)
            json.field("day", machine.day)
        }
        if !stages.isEmpty { json.array("stages", stages) { Self.write($1, to: &$0) } }
        if let quality { json.object("quality") { Self.write(quality, to: &$0) } }
        if !latencies.isEmpty { json.array("latency", latencies) { Self.write($1, to: &$0) } }
        if let cold { json.object("cold") { Self.write(cold, to: &$0) } }
        if !growth.isEmpty { json.array("growth", growth) { Self.write($1, to: &$0) } }
        json.endObject()
        json.endLine()
        return json.bytes
    }

    private static func write(_ stage: StageFigures, to json: inout JSONWriter) {
        json.field("stage", stage.stage.rawValue)
        json.field("threads", stage.threads)
        json.field("bytes", stage.bytes)
        json.field("of", stage.stage.countsText ? "text" : "input")
        json.field("documents", stage.documents)
        json.field("runs", stage.seconds.values.count)
        json.field("seconds", stage.seconds.median)
        json.field("megabytes_per_second", stage.megabytesPerSecond)
        json.field("documents_per_second", stage.documentsPerSecond)
        if let peak = stage.peakMemory { json.field("peak_memory", peak) }
        if let bytes = stage.diskBytes { json.field("disk_bytes", bytes) }
        if let bytes = stage.answerBytes { json.field("answer_bytes", bytes) }
        if let matches = stage.matches { json.field("matches", matches) }
    }

    private static func write(_ quality: QualityFigures, to json: inout JSONWriter) {
        json.field("pages", quality.pages)
        json.field("recall", quality.recall)
        json.field("precision", quality.precision)
        if let precision = quality.rulePrecision { json.field("rule_precision", precision) }
        json.array("kinds", quality.rows) { json, row in
            json.field("kind", row.kind?.rawValue ?? "original")
            json.field("pages", row.pages)
            json.field("found", row.found)
            json.field("fitting", row.fitting)
            json.field("fitting_found", row.fittingFound)
            json.field("matches", row.matches)
            json.field("right", row.right)
            json.field("drawn", row.drawn)
            json.field("drawn_fitting", row.drawnFitting)
            if let precision = row.rulePrecision { json.field("rule_precision", precision) }
            if let recall = row.recall { json.field("recall", recall) }
            if let recall = row.fittingRecall { json.field("fitting_recall", recall) }
            if let precision = row.precision { json.field("precision", precision) }
        }
    }

    private static func write(_ latency: LatencyFigures, to json: inout JSONWriter) {
        json.field("documents", latency.documents.rawValue)
        json.field("mean_bytes", latency.meanBytes)
        json.field("checks", latency.microseconds.values.count)
        json.field("p50_us", latency.microseconds.percentile(0.5))
        json.field("p99_us", latency.microseconds.percentile(0.99))
        json.field("most_us", latency.microseconds.percentile(1))
        json.field("sketch_p50_us", latency.sketchMicroseconds.percentile(0.5))
        json.field("matches", latency.matches)
    }

    private static func write(_ cold: ColdStart, to json: inout JSONWriter) {
        json.field("open_ms", cold.open.median)
        json.field("first_check_ms", cold.firstCheck.median)
        json.field("major_faults", cold.majorFaults)
    }

    private static func write(_ growth: GrowthFigures, to json: inout JSONWriter) {
        json.field("microseconds_per_document", growth.microsecondsPerDocument)
        json.object("index") { write(growth.index, to: &$0) }
        json.array("latency", growth.latencies) { write($1, to: &$0) }
        if let cold = growth.cold { json.object("cold") { write(cold, to: &$0) } }
    }
}
