/// How a planted duplicate was made of its original.
public enum DuplicateKind: String, Sendable, Hashable, CaseIterable {
    /// The same text at another address of the same host.
    case exact
    /// One word in fifty is another.
    case edited
    /// A paragraph is inserted.
    case inserted
    /// The same article in the template of another host.
    case template
    /// Another article of about the same length follows.
    case appended
    /// Three tenths of the paragraphs, in a run.
    case excerpt
    /// The paragraphs in another order.
    case reordered
    /// One of the copies of a story that many hosts run, each in its template.
    case story

    /// The kinds that are drawn for single pages; stories have places of their own.
    public static let drawn: [DuplicateKind] = allCases.filter { $0 != .story }
}
