import FoundationEssentials

/// The matches of a run of `check`, as pairs.
public struct FoundMatches: Sendable {
    /// A match: in both directions it is one, of the stronger relation.
    public struct Found: Hashable, Sendable {
        /// The name of the relation.
        public var relation: String
        /// The Jaccard told.
        public var jaccard: Double
    }

    /// Ids of the documents that were checked.
    public private(set) var documents: Set<String> = []
    /// What was found, without matches of a document with itself.
    public private(set) var pairs: [DocumentPair: Found] = [:]

    /// The relations, strongest first.
    public static let relations = ["exact", "near", "revised", "contained", "contains", "overlaps"]

    private let decoder = JSONDecoder()

    /// Creates matches of no document.
    public init() {}

    /// Takes a line of `check --json`; lines that tell of records passed over say nothing.
    ///
    /// - Throws: ``EvaluationError/badMatch(source:line:message:)``.
    public mutating func add(_ line: some Sequence<UInt8>, source: String, number: Int) throws(EvaluationError) {
        let answer: Answer
        do {
            answer = try decoder.decode(Answer.self, from: Data(line))
        } catch {
            throw .badMatch(source: source, line: number, message: "which this is not: \(error)")
        }
        guard let id = answer.id, let matches = answer.matches else {
            if answer.error != nil { return }
            throw .badMatch(source: source, line: number, message: "got one without id and matches")
        }
        documents.insert(id)
        for match in matches {
            guard let pair = DocumentPair(id, match.id) else { continue }
            let known = pairs[pair]
            if let known, Self.strength(known.relation) <= Self.strength(match.relation) { continue }
            pairs[pair] = Found(relation: match.relation, jaccard: match.jaccard)
        }
    }

    private static func strength(_ relation: String) -> Int { relations.firstIndex(of: relation) ?? relations.count }

    private struct Answer: Decodable {
        var id: String?
        var matches: [Match]?
        var error: Reason?
    }

    private struct Match: Decodable {
        var id: String
        var relation: String
        var jaccard: Double
    }

    private struct Reason: Decodable {
        var code: String
    }
}
