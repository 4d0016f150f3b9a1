public import CrawlModel
public import NearDuplicates

/// Writes what a check found out.
///
/// Called by several threads at once; what it appends depends on its arguments alone.
public protocol CheckFormatter: Sendable {
    /// Appends the answer about one document.
    func append(_ document: CheckedDocument, to output: inout [UInt8])

    /// Appends that a record gave no document, where answers tell of that.
    func append(_ problem: InputProblem, to output: inout [UInt8])
}

/// An incoming document and what was found out about it.
///
/// Making one copies nothing of the document.
public struct CheckedDocument: Sendable {
    /// The batch it lies in.
    public let batch: DocumentBatch
    /// Its place there.
    public private(set) var entry: DocumentEntry
    /// What was found out.
    public private(set) var result: CheckResult
    /// Its text and where its tokens lie in that, in bytes; only where passages were asked for and there are any.
    public private(set) var text: TokenisedText?

    /// Creates one.
    package init(batch: DocumentBatch, entry: DocumentEntry, result: CheckResult, text: TokenisedText? = nil) {
        self.batch = batch
        self.entry = entry
        self.result = result
        self.text = text
    }

    /// Creates one, with its text if passages are told and there are any.
    init(batch: DocumentBatch, entry: DocumentEntry, result: CheckResult, explains: Bool) {
        self.init(batch: batch, entry: entry, result: result)
        if explains { addText() }
    }

    /// Becomes another of the batch.
    mutating func move(to entry: DocumentEntry, result: CheckResult, explains: Bool) {
        self.entry = entry
        self.result = result
        text = nil
        if explains { addText() }
    }

    private mutating func addText() {
        guard result.matches.contains(where: { !$0.passages.isEmpty }) else { return }
        let runs = result.matches.lazy.flatMap(\.passages).map(\.incoming)
        text = TokenisedText(entry.text, in: batch, runs: runs)
    }
}

extension CheckFormatter {
    /// Appends the records of a batch that were passed over before an offset, once each.
    func appendSkipped(
        of batch: borrowing DocumentBatch,
        from told: inout Int,
        before offset: UInt64,
        to output: inout [UInt8]
    ) {
        while told < batch.skipped.count, batch.skipped[told].location.offset < offset {
            append(.skipped(batch.skipped[told]), to: &output)
            told += 1
        }
    }
}

/// A text and where some of its tokens lie: those at which passages begin and end.
public struct TokenisedText: Sendable {
    /// UTF-8.
    public let bytes: [UInt8]
    /// The tokens' numbers, ascending.
    private let tokens: [Int]
    /// The bytes of each of ``tokens``.
    private let ranges: [Range<Int>]

    /// Finds the first and the last token of each run of tokens.
    ///
    /// Memory grows with the runs, and not with the text's tokens.
    init(_ text: ByteRange, in batch: DocumentBatch, runs: some Sequence<Range<Int>>) {
        let arena = batch.text.storage
        bytes = Array(arena[text.start..<text.end])
        tokens = runs.flatMap { $0.isEmpty ? [] : [$0.lowerBound, $0.upperBound - 1] }.sorted()
        ranges = DocumentSketcher.ranges(ofTokens: tokens, of: arena.span, start: text.start, count: text.count)
    }

    /// The bytes from the first token of a run to its last; none of a run that was not asked for.
    public func bytes(ofTokens run: Range<Int>) -> Range<Int> {
        guard !run.isEmpty, let first = range(ofToken: run.lowerBound), let last = range(ofToken: run.upperBound - 1)
        else { return 0..<0 }
        return first.lowerBound..<last.upperBound
    }

    private func range(ofToken token: Int) -> Range<Int>? {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle] < token { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && tokens[low] == token ? ranges[low] : nil
    }
}
