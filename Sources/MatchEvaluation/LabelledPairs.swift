/// Pairs that somebody knows to be duplicates, or not to be, with what is known of them.
public struct LabelledPairs: Sendable {
    /// What is known of a pair.
    public struct Label: Hashable, Sendable {
        /// A word for how the documents are related; empty where there is none.
        public var kind: String
        /// The exact Jaccard, 0 to 1; nil where it isn't told.
        public var jaccard: Double?
    }

    /// Every pair once; what is told of it last counts.
    public private(set) var labels: [DocumentPair: Label] = [:]

    /// Creates a list without pairs.
    public init() {}

    /// Reads tab-separated values: id, id, and columns of which the first that is a number from 0 to 1 is the Jaccard, and the
    /// first that is none the kind.
    ///
    /// Empty lines, those that begin with `#` and a first line that names its columns, `id` first, are passed over, and so is a pair of a document with itself.
    ///
    /// - Parameters:
    ///   - text: the lines, ended by LF or CRLF.
    ///   - source: what errors name.
    /// - Throws: ``EvaluationError/badPair(source:line:found:)``.
    public init(tabSeparated text: String, source: String) throws(EvaluationError) {
        var number = 0
        // As bytes: to a `String` CR and LF are one character.
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
            if line.isEmpty || line.hasPrefix("#") || number == 1 && line.hasPrefix("id\t") { continue }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count >= 2, !columns[0].isEmpty, !columns[1].isEmpty else {
                throw .badPair(source: source, line: number, found: String(line.prefix(80)))
            }
            guard let pair = DocumentPair(String(columns[0]), String(columns[1])) else { continue }
            let rest = columns.dropFirst(2)
            labels[pair] = Label(
                kind: rest.first { Double($0) == nil }.map(String.init) ?? "",
                jaccard: rest.lazy.compactMap { Double($0) }.first { (0...1).contains($0) }
            )
        }
    }
}

/// Why matches could not be evaluated.
public enum EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A line of labelled pairs has no two ids.
    case badPair(source: String, line: Int, found: String)
    /// A line of matches is not what `check --json` prints.
    case badMatch(source: String, line: Int, message: String)
    /// There was nothing to evaluate.
    case noPairs(source: String)

    /// Where, what was expected, and what was there.
    public var description: String {
        switch self {
        case .badPair(let source, let line, let found):
            "\(source):\(line): expected two ids and a tab between them, got '\(found)'"
        case .badMatch(let source, let line, let message):
            "\(source):\(line): expected a line of check --json, \(message)"
        case .noPairs(let source):
            "\(source): none of its pairs has a document that was checked; are the ids the same?"
        }
    }
}
