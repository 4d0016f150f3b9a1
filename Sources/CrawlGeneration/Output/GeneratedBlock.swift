/// A page as a value of its own.
public struct GeneratedPage: Sendable, Hashable {
    /// The page's number.
    public var number: Int
    /// The id, `urn:uuid:` and a UUID.
    public var id: String
    /// The address.
    public var url: String
    /// The date of capture, in ISO 8601.
    public var date: String
    /// The text: lines, the title first.
    public var text: String
    /// Where in the text's UTF-8 the article lies, from its heading on; the rest is template.
    public var article: Range<Int>
    /// The number of the page it is a duplicate of, where it is one.
    public var original: Int?
    /// How it was made of its original.
    public var kind: DuplicateKind?
}

/// Two pages of which is known how they relate.
public struct PlantedPair: Sendable, Hashable {
    /// The later page's id.
    public var id: String
    /// The earlier page's id: the original, where there is one.
    public var originalID: String
    /// How the later was made of the earlier; nil where they have nothing but their host in common.
    public var kind: DuplicateKind?
    /// The exact figures, where they were asked for.
    public var figures: ShingleFigures?

    /// The header of a file of pairs.
    public static let header = "id\toriginal\tkind\tjaccard\tcontainment\n"

    /// The pair as a line of a file of pairs; figures that weren't asked for are empty.
    public var line: String {
        let end = figures.map { "\($0.jaccardText)\t\($0.containmentText)" } ?? "\t"
        return "\(id)\t\(originalID)\t\(kind?.rawValue ?? "unrelated")\t\(end)\n"
    }
}

/// Consecutive pages of a crawl, as bytes of one format.
public struct GeneratedBlock: Sendable, Hashable {
    /// The numbers of the pages.
    public var pages: Range<Int>
    /// The pages, one after another.
    public var bytes: [UInt8]
    /// Where in ``bytes`` each page ends.
    public var ends: [Int]
    /// The planted pairs, in the order of their later pages.
    public var planted: [PlantedPair]
    /// How many of the planted pairs belong to the pages up to each page, that page included.
    public var plantedCounts: [Int]
    /// Pairs of one host that are not duplicates, if they were asked for.
    public var unrelated: [PlantedPair]
    /// As ``plantedCounts``, of ``unrelated``.
    public var unrelatedCounts: [Int]

    /// Drops the pages that begin at or after byte `limit`; a crawl that is to have so many bytes ends there.
    ///
    /// - Returns: whether the crawl ends with this block.
    public mutating func cut(atBytes limit: Int) -> Bool {
        guard let last = ends.firstIndex(where: { $0 >= limit }) else { return false }
        let kept = last + 1
        pages = pages.lowerBound..<pages.lowerBound + kept
        bytes.removeLast(bytes.count - ends[last])
        ends.removeLast(ends.count - kept)
        planted.removeLast(planted.count - plantedCounts[last])
        plantedCounts.removeLast(plantedCounts.count - kept)
        unrelated.removeLast(unrelated.count - unrelatedCounts[last])
        unrelatedCounts.removeLast(unrelatedCounts.count - kept)
        return true
    }
}

/// What is told of the pairs of a crawl besides its pages.
public struct TruthOptions: OptionSet, Sendable, Hashable {
    /// The options' bits.
    public let rawValue: Int

    /// Creates options from their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The planted pairs.
    public static let planted = TruthOptions(rawValue: 1)
    /// Pairs of one host that are not duplicates, one for each original that has another before it.
    public static let unrelated = TruthOptions(rawValue: 2)
    /// The exact figures of the pairs; takes several times as long as the pages.
    public static let figures = TruthOptions(rawValue: 4)
}
