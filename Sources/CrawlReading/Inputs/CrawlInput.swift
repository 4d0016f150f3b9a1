public import CrawlModel

/// One input to read: a file, or standard input.
public struct CrawlInput: Sendable, Hashable {
    /// The path as the user gave it, or as it was found in a directory or by a pattern; `-` for standard input.
    public var name: String
    /// The file its bytes lie in, where that is another than ``name`` says: what came through a pipe and was kept.
    package var keptPath: String?
    /// Why the input can't be read, where that is known already; the reader delivers it in the input's turn.
    public var problem: CrawlInputError?
    /// Where reading begins, if not at the start: a place an earlier reader of the same file came to.
    public var resumePoint: ResumePoint?
    /// The state of the file that ``resumePoint`` speaks of: in any other it is read from its start; nil for whatever there
    /// is when it is opened.
    public var resumeStamp: FileStamp?

    /// Names an input.
    ///
    /// - Parameter path: a file's path, or `-` for standard input.
    public init(path: String) {
        name = path
        problem = nil
    }

    init(problem: CrawlInputError) {
        name = problem.source
        self.problem = problem
    }

    /// Whether this is standard input.
    public var isStandardInput: Bool { name == "-" && keptPath == nil }

    /// The path to open.
    package var path: String { keptPath ?? name }
}
