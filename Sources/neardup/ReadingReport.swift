import CrawlModel
import CrawlPipelines

/// What a summary says about reading.
enum ReadingReport {
    /// The lines about reading that every summary ends with.
    static func lines(_ reading: ReadingSummary) -> [String] {
        var lines: [String] = []
        if reading.skippedRecords > 0 {
            let reasons = reading.skippedByCode.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
                .map { "\(Figures.grouped($0.value)) \($0.key.rawValue)" }
            lines.append(
                "skipped \(Figures.count(reading.skippedRecords, "record")): " + reasons.joined(separator: ", ")
            )
        }
        if reading.repairs.records > 0 || reading.repairs.cutTexts > 0 {
            let repairs = reading.repairs
            let kinds = [
                (repairs.illFormedSequences, "ill-formed UTF-8 sequence"), (repairs.loneSurrogates, "lone surrogate"),
                (repairs.rawControls, "raw control character"), (repairs.cutTexts, "over-long text cut"),
            ]
            .filter { $0.0 > 0 }
            .map { count, noun in
                // What is cut, not the cutting, takes the plural.
                noun == "over-long text cut" && count > 1
                    ? "\(Figures.grouped(count)) over-long texts cut" : Figures.count(count, noun)
            }
            lines.append("mended: " + kinds.joined(separator: ", "))
        }
        if reading.failedInputs > 0 {
            lines.append("\(Figures.count(reading.failedInputs, "input")) could not be read, or not to the end")
        }
        return lines
    }
}
