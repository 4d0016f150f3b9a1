public import Sketching

/// An indexed document that an incoming one relates to, with the evidence.
public struct Match: Hashable, Sendable {
    /// The indexed document's id.
    public let id: String
    /// Its URL; empty where it has none.
    public let url: String
    /// Its date as it was written; empty where it has none.
    public let date: String
    /// How the incoming document relates to it.
    public let relation: Relation
    /// Shingles shared, of all shingles of both: from the signatures.
    public let jaccard: Estimate
    /// The share of the incoming document's shingles found in the indexed one: from fingerprints.
    public let containment: Estimate
    /// The share of the indexed document's shingles found in the incoming one: from fingerprints.
    public let coverage: Estimate
    /// How many fingerprints are shared.
    public let sharedFingerprints: Int
    /// The runs of text shared, in the order of the incoming text; only where they were asked for.
    public var passages: [Passage]

    /// Where a document lies in the index: which segment, and its number there.
    struct Place: Hashable, Sendable {
        var segment: Int
        var document: UInt32
    }
}

/// What a check found out about one incoming document.
public struct CheckResult: Hashable, Sendable {
    /// The document as a whole.
    public let verdict: Verdict
    /// The indexed documents it relates to: by relation, then by containment, strongest first.
    public let matches: [Match]
    /// Its tokens.
    public let tokens: Int
    /// Matches that a limit left out.
    public let omitted: Int
    /// Fingerprints of it so common that not all documents holding them were looked at.
    public let commonKeys: Int
}

/// A run of text shared by an incoming document and an indexed one, in tokens.
public struct Passage: Hashable, Sendable {
    /// The tokens in the incoming document.
    public var incoming: Range<Int>
    /// The tokens in the indexed document.
    public var indexed: Range<Int>

    /// Creates a passage.
    public init(incoming: Range<Int>, indexed: Range<Int>) {
        self.incoming = incoming
        self.indexed = indexed
    }
}
