/// A part of the way from bytes to answers that is measured on its own.
package enum Stage: String, Sendable, Hashable, CaseIterable {
    /// Files to batches of whole records: reading, inflating, framing; one thread.
    case read
    /// Inflating alone, of packed inputs; one thread.
    case inflate
    /// Records to documents.
    case parse
    /// Texts to tokens and shingle hashes.
    case shingle
    /// Texts to whole sketches: shingles, signature, bands, fingerprints.
    case sketch
    /// Files to an index, committed and synchronised.
    case index
    /// Every document of the files against that index, answers as JSON lines, which go nowhere.
    case check

    /// Whether its bytes are those of the texts, and not those of the inputs as they are without packing.
    package var countsText: Bool { self == .shingle || self == .sketch }
}

/// What was measured of a stage.
package struct StageFigures: Sendable, Hashable {
    /// The stage.
    package var stage: Stage
    /// Threads that worked on it; the reader's own does not count.
    package var threads: Int
    /// Bytes of one run: see ``Stage/countsText``.
    package var bytes: Int
    /// Documents of one run; 0 where there are none yet.
    package var documents: Int
    /// Seconds of each run.
    package var seconds: Spread
    /// The most anonymous memory of all runs; nil where it is not the stage's own, or the system doesn't tell.
    package var peakMemory: Int?
    /// Bytes on disk, of an index.
    package var diskBytes: Int?
    /// Bytes of answers, of a check.
    package var answerBytes: Int?
    /// Matches in them.
    package var matches: Int?

    init(_ stage: Stage, threads: Int, bytes: Int, documents: Int, seconds: [Double], peakMemory: Int?) {
        self.stage = stage
        self.threads = threads
        self.bytes = bytes
        self.documents = documents
        self.seconds = Spread(seconds)
        self.peakMemory = peakMemory
    }

    /// Millions of bytes a second, of the median run.
    package var megabytesPerSecond: Double { Double(bytes) / 1e6 / max(seconds.median, 1e-9) }

    /// Documents a second, of the median run.
    package var documentsPerSecond: Double { Double(documents) / max(seconds.median, 1e-9) }
}
