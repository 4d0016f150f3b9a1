package import CrawlModel
package import CrawlReading
package import LiveIndex
package import NearDuplicates
package import ShardFormat

/// What a check of one batch of records found.
package struct CheckedBatch: Sendable {
    /// What the documents are.
    package var verdicts = VerdictCounts()
    /// Documents checked.
    package var documents = 0
    /// Records that gave no document.
    package var skipped: [SkippedRecord] = []
    /// Documents of the index that were looked at, one number for each document that was checked.
    package var candidates: [Int] = []
    /// How long it took.
    package var time = Duration.zero

    /// Creates counts of nothing.
    package init() {}
}

/// What a document is called where its record doesn't say, as a page doesn't.
package struct GivenNames: Sendable, Hashable {
    /// Its id.
    package var id: String?
    /// Where it was found.
    package var url: String?
    /// When.
    package var date: String?
    /// The charset of a text or page, as a header named it.
    package var charset: [UInt8] = []

    /// Creates names of nothing.
    package init() {}
}

/// Documents of a batch, without their texts, and their sketches.
package struct SketchedBatch: Sendable {
    /// The documents.
    package var documents = DocumentBatch()
    /// A sketch of each.
    package var sketches: [SketchedDocument] = []

    /// Creates a batch of nothing.
    package init() {}
}

/// Checks batches of records that are in memory: the worker of a service, where ``CheckPipeline`` is that of a run.
///
/// It keeps its parser, sketcher and searcher from batch to batch, and makes a searcher anew only where the index has
/// changed. One value serves one thread at a time.
package final class DocumentChecker {
    private var parser: DocumentParser
    /// Leaves texts as they stand in JSON, for answers that don't tell of passages.
    private var quickParser: DocumentParser
    private var sketcher: DocumentSketcher
    private var searcher: Searcher?
    private var documents = DocumentBatch()
    private let rule: MatchRule

    /// What one text may have left behind in the batch.
    private static let keptTextBytes = 4 << 20

    /// Creates a checker.
    ///
    /// - Throws: ``PipelineError`` where an option can't be followed.
    package init(parameters: IndexParameters, reading: ReadingOptions, rule: MatchRule) throws(PipelineError) {
        parser = try PipelineError.parser(reading, leavingTextsEscaped: false)
        quickParser = try PipelineError.parser(reading, leavingTextsEscaped: true)
        sketcher = try PipelineError.wrapping { () throws(IndexError) in try DocumentSketcher(parameters: parameters) }
        self.rule = rule
    }

    /// Makes documents of a batch, and sketches of them to be added.
    package func sketch(_ records: borrowing RecordBatch, as names: GivenNames = GivenNames()) -> SketchedBatch {
        parse(records, names, explains: true)
        var batch = SketchedBatch()
        for entry in documents.entries {
            sketcher.sketch(documents, entry)
            batch.sketches.append(
                SketchedDocument(
                    id: Array(documents.fields[entry.id]),
                    url: Array(documents.fields[entry.url]),
                    date: Array(documents.fields[entry.date]),
                    sketch: KeptSketch(sketcher)
                )
            )
        }
        documents.removeTexts(keepingAtMost: Self.keptTextBytes)
        swap(&batch.documents, &documents)
        return batch
    }

    /// Checks the documents of a batch in order, and writes the answers.
    ///
    /// - Parameters:
    ///   - records: the batch.
    ///   - names: what its documents are called.
    ///   - snapshot: the index.
    ///   - limit: the most matches told of a document; nil for all.
    ///   - explains: whether shared passages are told.
    ///   - tellsSkipped: whether a record that gives no document is told in its place.
    ///   - output: what the answers are appended to.
    /// - Returns: what was found.
    /// - Throws: ``IndexError`` where the index is damaged.
    package func check(
        _ records: borrowing RecordBatch,
        as names: GivenNames = GivenNames(),
        against snapshot: IndexSnapshot,
        limit: Int?,
        explains: Bool,
        tellsSkipped: Bool,
        into output: inout [UInt8]
    ) throws(IndexError) -> CheckedBatch {
        let start = ContinuousClock.now
        // One that throws is not kept.
        var searcher: Searcher
        if let kept = self.searcher.take() {
            searcher = kept
            searcher.move(to: snapshot)
        } else {
            searcher = try Searcher(snapshot, rule: rule)
        }
        parse(records, names, explains: explains)
        defer { documents.removeTexts(keepingAtMost: Self.keptTextBytes) }
        let formatter = JSONLinesFormatter(explains: explains)
        var checked = CheckedBatch()
        var told = 0
        for entry in documents.entries {
            if tellsSkipped {
                formatter.appendSkipped(of: documents, from: &told, before: entry.recordOffset, to: &output)
            }
            sketcher.sketch(documents, entry)
            let result = try searcher.check(sketcher, limit: limit, explaining: explains)
            checked.verdicts.add(result)
            checked.candidates.append(searcher.documentsLookedAt)
            formatter.append(
                CheckedDocument(batch: documents, entry: entry, result: result, explains: explains),
                to: &output
            )
        }
        if tellsSkipped { formatter.appendSkipped(of: documents, from: &told, before: .max, to: &output) }
        self.searcher = consume searcher
        checked.documents = documents.entries.count
        checked.skipped = documents.skipped
        checked.time = ContinuousClock.now - start
        return checked
    }

    private func parse(_ records: borrowing RecordBatch, _ names: GivenNames, explains: Bool) {
        if explains {
            parser.charsetLabel = names.charset
            parser.parse(records, into: &documents)
        } else {
            quickParser.charsetLabel = names.charset
            quickParser.parse(records, into: &documents)
        }
        for index in documents.entries.indices {
            if let id = names.id {
                documents.entries[index].id = documents.fields.append(id.utf8)
                documents.entries[index].idWasMade = false
            }
            if let url = names.url { documents.entries[index].url = documents.fields.append(url.utf8) }
            if let date = names.date { documents.entries[index].date = documents.fields.append(date.utf8) }
        }
    }
}
