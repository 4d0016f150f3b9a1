internal import CrawlModel
internal import CrawlPipelines
internal import CrawlReading

/// Documents on their way to a service, and where each came from.
struct RemoteBatch: Sendable {
    /// A JSON object a line.
    let lines: [UInt8]
    /// What was passed over on the way.
    let problems: [InputProblem]
    private let source: String
    /// Where each document's record begins.
    private let offsets: [UInt64]
    private let skipped: [SkippedRecord]

    init(_ documents: DocumentBatch) {
        source = documents.source?.name ?? "-"
        skipped = documents.skipped
        offsets = documents.entries.map(\.recordOffset)
        var problems = documents.skipped.map(InputProblem.skipped)
        if case .failed(let error)? = documents.end { problems.append(.failed(error)) }
        self.problems = problems
        var lines: [UInt8] = []
        for index in documents.entries.indices {
            let document = documents.document(at: index)
            var json = JSONWriter(continuing: &lines)
            json.beginObject()
            json.field("id", document.id)
            json.field("text", document.text)
            if let url = document.url { json.field("url", url) }
            if let date = document.date { json.field("date", date) }
            json.endObject()
            json.endLine()
            json.finish(&lines)
        }
        self.lines = lines
    }

    /// Counts the answers and makes of them what a run over the inputs here would write.
    ///
    /// The service knows nothing of the inputs: its answers say that documents come from `-`. What was passed over here is
    /// told in its place.
    ///
    /// - Throws: ``RemoteError/unexpected(address:message:)`` where there is not an answer for each document.
    func take(
        _ answer: [UInt8],
        from service: RemoteService,
        _ summary: inout RemoteRun.Summary
    ) throws(RemoteError) -> [UInt8] {
        let answers = answer.split(separator: UInt8(ascii: "\n"))
        guard answers.count == offsets.count else {
            let last = answers.last.map { String(decoding: $0.prefix(500), as: UTF8.self) } ?? "nothing"
            throw .unexpected(
                address: service.address,
                message: "expected \(offsets.count) answers, got \(answers.count), the last of them \(last)"
            )
        }
        let formatter = JSONLinesFormatter()
        var output: [UInt8] = []
        var told = 0
        for (line, offset) in zip(answers, offsets) {
            while told < skipped.count, skipped[told].location.offset < offset {
                formatter.append(.skipped(skipped[told]), to: &output)
                told += 1
            }
            summary.outcomes[Self.outcome(of: line), default: 0] += 1
            append(line, at: offset, to: &output)
        }
        for record in skipped[told...] { formatter.append(.skipped(record), to: &output) }
        for problem in problems {
            guard case .failed = problem else { continue }
            formatter.append(problem, to: &output)
            summary.failedInputs += 1
        }
        summary.documents += answers.count
        summary.skippedRecords += skipped.count
        return output
    }

    private static let unnamedSource = Array(",\"source\":\"-\"".utf8)
    private static let error = Array("{\"source\":\"-\"".utf8)

    /// Appends an answer, with the source that the document came from.
    ///
    /// A quote within a string of JSON is escaped: the first place that looks like the field is the field.
    private func append(_ line: ArraySlice<UInt8>, at offset: UInt64, to output: inout [UInt8]) {
        var json = JSONWriter()
        json.beginObject()
        json.field("source", source)
        if line.starts(with: Self.error) {
            json.field("offset", Int(clamping: offset))
            output += json.bytes
            let rest = line.firstRange(of: Array(",\"error\":".utf8))
            output += line[(rest?.lowerBound ?? line.endIndex)...]
        } else if let place = line.firstRange(of: Self.unnamedSource) {
            output += line[..<place.lowerBound]
            output.append(UInt8(ascii: ","))
            output += json.bytes.dropFirst()
            output += line[place.upperBound...]
        } else {
            output += line
        }
        output.append(UInt8(ascii: "\n"))
    }

    /// The verdict, or what became of an addition.
    private static func outcome(of line: ArraySlice<UInt8>) -> String {
        if line.starts(with: error) { return "error" }
        for field in [",\"verdict\":\"", ",\"outcome\":\""] {
            guard let place = line.firstRange(of: Array(field.utf8)) else { continue }
            return String(decoding: line[place.upperBound...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
        }
        return "error"
    }
}
