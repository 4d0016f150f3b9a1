/// How an incoming document and an indexed one relate; a document's relation to another is the first that holds.
public enum Relation: String, CaseIterable, Comparable, Hashable, Sendable {
    /// Equal token sequences.
    case exact
    /// Nearly all shingles are shared.
    case near
    /// Most shingles of each are in the other: an edited version.
    case revised
    /// Most shingles of the incoming document are in the indexed one.
    case contained
    /// Most shingles of the indexed document are in the incoming one.
    case contains
    /// A passage is shared.
    case overlaps

    /// The stronger relation comes first.
    public static func < (a: Relation, b: Relation) -> Bool { a.strength < b.strength }

    /// Its place among all cases; 0 is the strongest.
    package var strength: Int {
        switch self {
        case .exact: 0
        case .near: 1
        case .revised: 2
        case .contained: 3
        case .contains: 4
        case .overlaps: 5
        }
    }
}

/// What is said of an incoming document as a whole.
public enum Verdict: Hashable, Sendable {
    /// It has no token, or fewer than the index takes in.
    case empty
    /// It is boilerplate and nothing else, and no indexed document is equal to it.
    case boilerplate
    /// No indexed document relates to it.
    case unique
    /// Its strongest relation to an indexed document.
    case duplicate(Relation)

    /// The word for it: a relation's name, `unique`, `boilerplate` or `empty`.
    public var name: String {
        switch self {
        case .empty: "empty"
        case .boilerplate: "boilerplate"
        case .unique: "unique"
        case .duplicate(let relation): relation.rawValue
        }
    }
}
