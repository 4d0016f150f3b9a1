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
    public let entry: DocumentEntry
    /// What was found out.
    public let result: CheckResult
    /// Its text and where its tokens lie in that, in bytes; only where passages were asked for and there are any.
    public let text: TokenisedText?
}

/// A text and where its tokens lie.
public struct TokenisedText: Sendable {
    /// UTF-8.
    public let bytes: [UInt8]
    /// The bytes of each token.
    public let tokens: [Range<Int>]

    /// The bytes from the first token of a run to its last.
    public func bytes(ofTokens run: Range<Int>) -> Range<Int> {
        guard !run.isEmpty, run.upperBound <= tokens.count else { return 0..<0 }
        return tokens[run.lowerBound].lowerBound..<tokens[run.upperBound - 1].upperBound
    }
}
