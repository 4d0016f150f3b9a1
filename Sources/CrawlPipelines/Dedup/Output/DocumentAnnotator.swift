internal import CrawlModel
internal import CrawlReading
internal import DuplicateClusters
internal import NearDuplicates

/// Writes documents as JSON lines that say what was decided about them.
struct DocumentAnnotator: ~Copyable {
    private let decisions: ClusterDecisions
    private var parser: DocumentParser
    private var documents = DocumentBatch()
    private static let keptTextBytes = 4 << 20

    init(_ reading: ReadingOptions, _ decisions: ClusterDecisions) throws(PipelineError) {
        self.decisions = decisions
        parser = try PipelineError.parser(reading, leavingTextsEscaped: false)
    }

    /// Appends the lines of a part of JSON lines: each record as it came, with a field more.
    mutating func annotateLines(of job: OutputJob, into output: inout [UInt8]) {
        for (piece, record) in zip(job.pieces, job.batch.records) {
            let field = AnnotationField(of: job.batch.bytes[record.range])
            output += field.before
            var json = JSONWriter(continuing: &output)
            if field.needsComma { json.raw(UInt8(ascii: ",")) }
            append(piece.kind, to: &json)
            json.finish(&output)
            output += field.after
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Appends a line for each document of a part of any other input: id, URL, date and text.
    ///
    /// - Returns: how many records are malformed, which have no line.
    mutating func annotateDocuments(of job: OutputJob, into output: inout [UInt8]) -> Int {
        var kinds = zip(job.pieces, job.batch.records).makeIterator()
        parser.begin(job.batch, into: &documents)
        var next = 0
        repeat {
            documents.removeTexts(keepingAtMost: Self.keptTextBytes)
            let first = documents.entries.count
            next = parser.parse(job.batch, from: next, into: &documents)
            for entry in documents.entries[first...] {
                var kind = OutputPiece.Kind.judged
                while let (piece, record) = kinds.next() {
                    kind = piece.kind
                    if record.offset == entry.recordOffset { break }
                }
                append(entry, kind, to: &output)
            }
        } while next < job.batch.records.count
        defer { documents.removeAll(keepingAtMost: Self.keptTextBytes) }
        return documents.skipped.count
    }

    private func append(_ entry: DocumentEntry, _ kind: OutputPiece.Kind, to output: inout [UInt8]) {
        var json = JSONWriter(continuing: &output)
        json.beginObject()
        json.field("id", utf8: documents.fields[entry.id])
        if !entry.url.isEmpty { json.field("url", utf8: documents.fields[entry.url]) }
        if !entry.date.isEmpty { json.field("date", utf8: documents.fields[entry.date]) }
        json.field("text", utf8: documents.text[entry.text])
        append(kind, to: &json)
        json.endObject()
        json.endLine()
        json.finish(&output)
    }

    /// Appends `"neardup":{"cluster":…,"role":…,"relation":…,"jaccard":…,"containment":…,"coverage":…}`.
    private func append(_ kind: OutputPiece.Kind, to json: inout JSONWriter) {
        json.key(AnnotationField.name)
        json.beginObject()
        if case .document(let number) = kind {
            let decision = decisions[Int(number)]
            json.field("cluster", Int(decision.representative))
            json.field("role", decision.role.name)
            if let relation = decision.relation {
                json.field("relation", relation.rawValue)
                json.append(figuresOf: decision)
            }
            if decision.isBoilerplateOnly { json.field("boilerplate_only", true) }
        } else {
            json.field("role", "empty")
        }
        json.endObject()
    }
}

extension JSONWriter {
    /// Appends Jaccard, containment and coverage.
    mutating func append(figuresOf decision: ClusterDecision) {
        field("jaccard", Double(decision.jaccard))
        field("containment", Double(decision.containment))
        field("coverage", Double(decision.coverage))
    }
}

extension ClusterDecision.Role {
    /// The word for it.
    var name: String {
        switch self {
        case .single: "single"
        case .representative: "representative"
        case .member: "member"
        case .known: "known"
        }
    }
}
