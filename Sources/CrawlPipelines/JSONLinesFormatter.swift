internal import CrawlModel
internal import NearDuplicates
internal import ShardFormat
internal import Sketching

/// A JSON object a line: one for each document, and one for each record or input that could not be read.
public struct JSONLinesFormatter: CheckFormatter {
    /// Whether matches carry standard errors and passages.
    public let explains: Bool

    /// Creates a formatter.
    public init(explains: Bool = false) {
        self.explains = explains
    }

    /// Appends `{"id":…,"source":…,"url":…,"verdict":…,"matches":[…]}`.
    public func append(_ document: CheckedDocument, to output: inout [UInt8]) {
        var json = JSONWriter(continuing: &output)
        let (id, url) = (document.batch.fields[document.entry.id], document.batch.fields[document.entry.url])
        let source = document.batch.source?.name ?? ""
        let verdict = document.result.verdict.name
        let room =
            Self.room + OutputSpan.room(for: id.span) + OutputSpan.room(for: source.utf8.span)
            + OutputSpan.room(for: url.span) + OutputSpan.room(for: verdict.utf8.span)
        json.element(room: room) { output in
            output.write("{\"id\":", id.span)
            output.write(",\"source\":", source.utf8.span)
            if !url.isEmpty { output.write(",\"url\":", url.span) }
            output.write(",\"verdict\":", verdict.utf8.span)
        }
        json.key("matches")
        json.beginArray()
        let matches = document.result.matches.span
        for index in matches.indices { append(index, of: matches, document, to: &json) }
        json.endArray()
        if document.result.omitted > 0 { json.field("omitted", document.result.omitted) }
        json.endObject()
        json.endLine()
        json.finish(&output)
    }

    /// Appends a match of many: it is never held alone, since the owners of its parts would be counted for that.
    private func append(
        _ index: Int,
        of matches: Span<Match>,
        _ document: borrowing CheckedDocument,
        to json: inout JSONWriter
    ) {
        let (relation, jaccard, whole) = (matches[index].relation, matches[index].jaccard, matches[index].whole)
        let (containment, coverage) = (matches[index].containment, matches[index].coverage)
        let names = matches[index].names
        names.withUTF8 { id, url, date, arePlain in
            let room =
                Self.room + OutputSpan.room(for: id, isPlain: arePlain) + OutputSpan.room(for: url, isPlain: arePlain)
                + OutputSpan.room(for: date, isPlain: arePlain)
            json.element(room: room) { output in
                output.write("{\"id\":", id, isPlain: arePlain)
                if !url.isEmpty { output.write(",\"url\":", url, isPlain: arePlain) }
                if !date.isEmpty { output.write(",\"date\":", date, isPlain: arePlain) }
                output.write(Self.relationAndJaccard(relation), share: jaccard.value)
                output.write(",\"containment\":", share: containment.value)
                output.write(",\"coverage\":", share: coverage.value)
                if let whole {
                    output.write(",\"whole\":{\"containment\":", share: whole.containment.value)
                    output.write(",\"coverage\":", share: whole.coverage.value)
                    output.write("}")
                }
            }
        }
        if explains {
            json.field("jaccard_error", jaccard.standardError)
            json.field("containment_error", containment.standardError)
            json.field("coverage_error", coverage.standardError)
            json.field("shared_fingerprints", matches[index].sharedFingerprints)
            json.key("passages")
            json.beginArray()
            for passage in matches[index].passages { append(passage, of: document, to: &json) }
            json.endArray()
        }
        json.endObject()
    }

    /// No less than the keys and figures of a document or a match take, and what stands between them: 149 bytes.
    private static let room = 160

    private static func relationAndJaccard(_ relation: Relation) -> StaticString {
        switch relation {
        case .exact: ",\"relation\":\"exact\",\"jaccard\":"
        case .near: ",\"relation\":\"near\",\"jaccard\":"
        case .revised: ",\"relation\":\"revised\",\"jaccard\":"
        case .contained: ",\"relation\":\"contained\",\"jaccard\":"
        case .contains: ",\"relation\":\"contains\",\"jaccard\":"
        case .overlaps: ",\"relation\":\"overlaps\",\"jaccard\":"
        }
    }

    private func append(_ passage: Passage, of document: CheckedDocument, to json: inout JSONWriter) {
        json.beginObject()
        json.field("start", passage.incoming.lowerBound)
        json.field("end", passage.incoming.upperBound)
        json.field("indexed_start", passage.indexed.lowerBound)
        json.field("indexed_end", passage.indexed.upperBound)
        if let bytes = document.text?.bytes(ofTokens: passage.incoming) {
            json.field("byte_start", bytes.lowerBound)
            json.field("byte_end", bytes.upperBound)
        }
        json.endObject()
    }

    /// Appends `{"source":…,"offset":…,"error":{"code":…,"message":…}}`.
    public func append(_ problem: InputProblem, to output: inout [UInt8]) {
        var json = JSONWriter(continuing: &output)
        json.beginObject()
        switch problem {
        case .skipped(let record):
            json.field("source", record.location.source)
            json.field("offset", Int(clamping: record.location.offset))
            append(code: record.code.rawValue, record.message, to: &json)
        case .failed(let error):
            json.field("source", error.source)
            if let offset = error.offset { json.field("offset", Int(clamping: offset)) }
            append(code: error.code.rawValue, error.message, to: &json)
        }
        json.endObject()
        json.endLine()
        json.finish(&output)
    }

    private func append(code: String, _ message: String, to json: inout JSONWriter) {
        json.key("error")
        json.beginObject()
        json.field("code", code)
        json.field("message", message)
        json.endObject()
    }
}
