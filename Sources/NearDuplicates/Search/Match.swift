package import ShardFormat
public import Sketching

/// An indexed document that an incoming one relates to, with the evidence.
public struct Match: Hashable, Sendable {
    /// What the indexed document is called, as it lies in the index: a string is made when it is asked for.
    package let names: MatchNames
    /// How the incoming document relates to it.
    public let relation: Relation
    /// Shingles shared, of all shingles of both: from the signatures.
    public let jaccard: Estimate
    /// The share of the incoming document's shingles found in the indexed one, boilerplate left out: from fingerprints.
    public let containment: Estimate
    /// The share of the indexed document's shingles found in the incoming one, boilerplate left out: from fingerprints.
    public let coverage: Estimate
    /// The same shares with boilerplate; nil where that makes no difference.
    public let whole: WholeShares?
    /// How many fingerprints are shared, boilerplate left out.
    public let sharedFingerprints: Int
    /// The runs of text shared, in the order of the incoming text; only where they were asked for.
    public var passages: [Passage]

    /// The indexed document's id.
    public var id: String { names.identity.id }
    /// Its URL; empty where it has none.
    public var url: String { names.identity.url }
    /// Its date as it was written; empty where it has none.
    public var date: String { names.identity.date }

    /// Where a document lies in the index: which segment, and its number there.
    struct Place: Hashable, Sendable {
        var segment: Int
        var document: UInt32
    }
}

/// What two documents share of their whole texts, boilerplate and all.
public struct WholeShares: Hashable, Sendable {
    /// The share of the incoming document's shingles found in the indexed one.
    public let containment: Estimate
    /// The share of the indexed document's shingles found in the incoming one.
    public let coverage: Estimate

    /// Takes how many fingerprints are shared, of how many of each.
    init(shared: Int, own: Int, theirs: Int) {
        containment = .share(min(shared, own), of: own)
        coverage = .share(min(shared, theirs), of: theirs)
    }
}

/// What a document of the index is called: in a block of its shard, or in memory.
package enum MatchNames: Hashable, Sendable {
    case stored(StoredNames)
    /// In a box: most names are stored, and matches are kept small for them.
    indirect case given(ShardIdentity)

    /// The names as strings.
    package var identity: ShardIdentity {
        switch self {
        case .stored(let names): names.identity
        case .given(let identity): identity
        }
    }

    /// Lends the UTF-8 of id, URL and date, and whether they are known to stand in JSON as they are.
    package func withUTF8(
        _ body: (_ id: Span<UInt8>, _ url: Span<UInt8>, _ date: Span<UInt8>, _ arePlain: Bool) -> Void
    ) {
        switch self {
        case .stored(let names): names.withNames { id, url, date in body(id, url, date, names.arePlain) }
        case .given(let names): body(names.id.utf8.span, names.url.utf8.span, names.date.utf8.span, false)
        }
    }

    package static func == (a: MatchNames, b: MatchNames) -> Bool { a.identity == b.identity }

    package func hash(into hasher: inout Hasher) { hasher.combine(identity) }
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

    /// Of a text with too little to compare.
    package static func empty(tokens: Int) -> CheckResult {
        CheckResult(verdict: .empty, matches: [], tokens: tokens, omitted: 0, commonKeys: 0)
    }
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
