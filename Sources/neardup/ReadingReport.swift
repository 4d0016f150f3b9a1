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
        if !reading.passedOver.isEmpty { lines.append("passed over: " + passedOver(reading.passedOver)) }
        let repairs = reading.repairs
        if repairs.records + repairs.cutTexts + repairs.mendedBodies + repairs.cutBodies > 0 {
            let kinds = [
                (repairs.illFormedSequences, "ill-formed UTF-8 sequence"), (repairs.loneSurrogates, "lone surrogate"),
                (repairs.rawControls, "raw control character"), (repairs.cutTexts, "over-long text cut"),
                (repairs.mendedBodies, "damaged body"), (repairs.cutBodies, "over-long body"),
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

    /// What was passed over, by kind; of each the most frequent names.
    private static func passedOver(_ counts: PassedOverCounts) -> String {
        let kinds = [
            (counts.recordTypes, ""), (counts.mediaTypes, ""), (counts.statuses, "HTTP "), (counts.contents, ""),
        ]
        return kinds.filter { !$0.0.isEmpty }
            .map { counts, prefix in
                let named = counts.byCount
                let told = named.prefix(6).map { "\(Figures.grouped($0.count)) \(prefix)\(Console.printable($0.name))" }
                let rest = named.dropFirst(6).reduce(0) { $0 + $1.count }
                return (told + (rest > 0 ? ["\(Figures.grouped(rest)) other"] : [])).joined(separator: ", ")
            }
            .joined(separator: "; ")
    }
}
