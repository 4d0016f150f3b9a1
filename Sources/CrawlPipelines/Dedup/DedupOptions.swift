package import CrawlReading
package import DuplicateClusters
package import NearDuplicates

/// How a dump is deduplicated.
package struct DedupOptions: Sendable {
    /// What is written of the inputs.
    package enum Writing: String, CaseIterable, Sendable {
        /// The records that are kept, byte for byte.
        case unique
        /// All documents as JSON lines, each with what was decided about it.
        case annotated
        /// Nothing.
        case none
    }

    /// How inputs are read.
    package var reading = ReadingOptions()
    /// What the working index is made with.
    package var settings = IndexSettings()
    /// The rule that decides.
    package var rule = MatchRule()
    /// The relations that make a document a duplicate.
    package var dropped: Set<Relation> = [.exact, .near, .revised, .contained]
    /// Which document of a cluster stays.
    package var keep = KeepRule.longest
    /// When a passage is boilerplate; nil where nothing is.
    package var boilerplate: BoilerplateThresholds? = BoilerplateThresholds()
    /// Whether figures are counted on the texts' own shingles, which are read again, and not estimated from sketches.
    package var isExact = false
    /// Another index: documents that it holds are dropped.
    package var against: String?
    /// A file for every verified pair.
    package var pairs: String?
    /// A folder that the working index is moved to when all is done.
    package var savedIndex: String?
    /// What is written.
    package var writing = Writing.unique
    /// Threads that parse, sketch, compare and pack.
    package var threads = 1
    /// Bytes that everything may take which is not mapped from working files.
    package var memory = 512 << 20
    /// Whether records and texts over a sixteenth of ``memory`` are too long, whatever ``reading`` allows.
    package var fitsRecordsToMemory = true
    /// Whether the run stops at the first malformed record or unreadable input.
    package var isStrict = false
    /// Whether only the summary is wanted.
    package var isDryRun = false
    /// Whether the results of an earlier run are replaced.
    package var replacesOutput = false

    /// Creates the default options.
    package init() {}

    /// All that decides the output, in a word.
    ///
    /// - Parameter generation: the state of the index that documents are checked against.
    /// - Returns: a hash.
    func hash(against generation: UInt64?) -> UInt64 {
        let relations = Relation.allCases.filter(dropped.contains).map(\.rawValue)
        let parts = [
            "\(indexing.fittedReading)", "\(settings)", "\(rule)", "\(relations)", writing.rawValue, "\(isStrict)",
            "\(isDryRun)", keep.rawValue, "\(String(describing: boilerplate))", "\(isExact)",
            against.map { "\($0) \(generation ?? 0)" } ?? "", pairs ?? "", savedIndex ?? "",
        ]
        return InputProgress.hash(parts.joined(separator: "\0"))
    }

    /// The run that sketches.
    var indexing: IndexPipeline {
        var pipeline = IndexPipeline()
        pipeline.reading = fitsRecordsToMemory ? reading.fitted(to: memory) : reading
        pipeline.settings = settings
        pipeline.onSameID = nil
        pipeline.threads = threads
        // What the index's writer counts is not all that a process takes.
        pipeline.memory = memory / 4 * 3
        pipeline.fitsRecordsToMemory = false
        pipeline.isStrict = isStrict
        return pipeline
    }
}
