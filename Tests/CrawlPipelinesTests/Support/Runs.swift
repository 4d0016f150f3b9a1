import CrawlReading
import Foundation
import NearDuplicates

@testable import CrawlPipelines

/// Everything a check wrote and told.
struct Checked {
    var output: [UInt8] = []
    var problems: [InputProblem] = []
    var summary = CheckPipeline.Summary()
    var error: PipelineError?

    /// The lines written.
    var lines: [String] { String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init) }

    /// The lines as JSON objects.
    var objects: [[String: Any]] {
        lines.map { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] ?? [:] }
    }

    /// Of each line, what was found out, without what the document is called.
    var findings: [String] { lines.map { String($0[($0.range(of: "\"verdict\"")?.lowerBound ?? $0.startIndex)...]) } }
}

/// Checks files and gives JSON lines.
func check(
    _ paths: [String],
    against index: String,
    _ set: (inout CheckPipeline) -> Void = { _ in }
) throws -> Checked {
    var pipeline = CheckPipeline()
    pipeline.reading.batchBytes = 4096
    set(&pipeline)
    var checked = Checked()
    let snapshot = try IndexSnapshot(path: index)
    do throws(PipelineError) {
        checked.summary = try pipeline.run(
            CrawlInputs.resolve(paths),
            against: snapshot,
            formatter: JSONLinesFormatter(explains: pipeline.explains),
            output: { (bytes) throws(PipelineError) in checked.output += bytes },
            report: { checked.problems.append($0) }
        )
    } catch {
        checked.error = error
    }
    return checked
}

/// Indexes files.
@discardableResult
func index(
    _ paths: [String],
    into index: String,
    _ set: (inout IndexPipeline) -> Void = { _ in },
    report: (InputProblem) -> Void = { _ in }
) throws(PipelineError) -> IndexPipeline.Summary {
    var pipeline = IndexPipeline()
    pipeline.reading.batchBytes = 4096
    set(&pipeline)
    return try pipeline.run(CrawlInputs.resolve(paths), into: index, report: report)
}
