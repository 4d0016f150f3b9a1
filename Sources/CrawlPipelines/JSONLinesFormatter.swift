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
        let (fields, entry) = (document.batch.fields, document.entry)
        json.beginObject()
        json.field("id", utf8: fields[entry.id])
        json.field("source", document.batch.source?.name ?? "")
        if !entry.url.isEmpty { json.field("url", utf8: fields[entry.url]) }
        json.field("verdict", document.result.verdict.name)
        json.key("matches")
        json.beginArray()
        // A span: no match is copied.
        let matches = document.result.matches.span
        for index in matches.indices { append(matches[index], of: document, to: &json) }
        json.endArray()
        if document.result.omitted > 0 { json.field("omitted", document.result.omitted) }
        json.endObject()
        json.endLine()
        json.finish(&output)
    }

    private func append(_ match: Match, of document: CheckedDocument, to json: inout JSONWriter) {
        json.beginObject()
        switch match.names {
        case .stored(let names):
            // As they lie in the index: no string is made.
            names.withNames { id, url, date in
                json.pair("\"id\":", utf8: id)
                if !url.isEmpty { json.pair(",\"url\":", utf8: url) }
                if !date.isEmpty { json.pair(",\"date\":", utf8: date) }
            }
        case .given(let names):
            json.field("id", names.id)
            if !names.url.isEmpty { json.field("url", names.url) }
            if !names.date.isEmpty { json.field("date", names.date) }
        }
        json.pair(Self.relationAndJaccard(match.relation), share: match.jaccard.value)
        json.pair(",\"containment\":", share: match.containment.value)
        json.pair(",\"coverage\":", share: match.coverage.value)
        if let whole = match.whole {
            json.key("whole")
            json.beginObject()
            json.field("containment", whole.containment.value)
            json.field("coverage", whole.coverage.value)
            json.endObject()
        }
        if explains {
            json.field("jaccard_error", match.jaccard.standardError)
            json.field("containment_error", match.containment.standardError)
            json.field("coverage_error", match.coverage.standardError)
            json.field("shared_fingerprints", match.sharedFingerprints)
            json.key("passages")
            json.beginArray()
            for passage in match.passages { append(passage, of: document, to: &json) }
            json.endArray()
        }
        json.endObject()
    }

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
