/// Records that are no documents by their nature, counted and not told of one by one.
///
/// A capture file holds requests, images and error pages beside its pages; nothing is wrong with them. What is malformed is
/// a ``SkippedRecord`` instead.
public struct PassedOverCounts: Sendable, Hashable {
    /// WARC records by type (`request`, `metadata`, `revisit`), and ARC records (`filedesc`).
    public package(set) var recordTypes = NamedCounts()
    /// Records whose content is of a media type that isn't read (`image/png`).
    public package(set) var mediaTypes = NamedCounts()
    /// Responses by an HTTP status other than success (`404`).
    public package(set) var statuses = NamedCounts()
    /// Records whose content is none: `empty bodies`, `binary bodies`, bodies in an `unread encoding`.
    public package(set) var contents = NamedCounts()

    /// Creates counts of nothing.
    public init() {}

    /// All records passed over.
    public var total: Int { recordTypes.total + mediaTypes.total + statuses.total + contents.total }

    /// Whether no record was passed over.
    public var isEmpty: Bool { recordTypes.isEmpty && mediaTypes.isEmpty && statuses.isEmpty && contents.isEmpty }

    /// Adds other counts.
    public mutating func add(_ other: PassedOverCounts) {
        guard !other.isEmpty else { return }
        recordTypes.add(other.recordTypes)
        mediaTypes.add(other.mediaTypes)
        statuses.add(other.statuses)
        contents.add(other.contents)
    }

    package mutating func removeAll() {
        recordTypes.removeAll()
        mediaTypes.removeAll()
        statuses.removeAll()
        contents.removeAll()
    }
}
