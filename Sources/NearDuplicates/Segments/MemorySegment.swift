package import ShardFormat

/// Documents still in memory, searched like a shard.
///
/// A value: a searcher made from it does not see what becomes of it later, and a copy shares all that is large. It keeps
/// as many bits of each key as a shard does, so that the same documents give the same answers from memory and from disk.
///
/// What is added becomes a part; when as many parts have gathered as ``partsPerSize`` says, they are made one of the next size.
/// So there are O(log *n*) parts, each of which a search looks keys up in, and a document is copied O(log *n*) times.
package struct MemorySegment: Segment {
    package let name = "memory"
    let parameters: IndexParameters
    private(set) var parts: [MemoryPart] = []
    /// The number of each part's first document.
    private(set) var firsts: [UInt32] = []
    package private(set) var documentCount = 0
    private var deadCount = 0
    /// About how many bytes it takes.
    package private(set) var byteCount = 0

    /// Two would copy a document twice as often, eight leave twice as many parts.
    private static let partsPerSize = 4

    /// Parts of fewer documents count as of one size: each is small beside what it is made of.
    private static let leastDocuments = 16

    /// Creates a segment of no documents.
    package init(parameters: IndexParameters) { self.parameters = parameters }

    /// Creates a segment of documents.
    ///
    /// - Complexity: O(keys of the documents).
    package init(_ columns: DocumentColumns, parameters: IndexParameters) {
        self.init(parameters: parameters)
        append(columns)
    }

    // MARK: - Changing

    /// Adds documents after all others.
    ///
    /// - Complexity: O(keys of the documents x log of the segment), amortised.
    package mutating func append(_ columns: DocumentColumns) {
        guard !columns.isEmpty else { return }
        add(MemoryPart(columns, bands: parameters.bands))
        let size = Self.size(of: columns.count)
        var gathered = parts.count - (parts.lastIndex { Self.size(of: $0.count) > size } ?? -1) - 1
        while gathered >= Self.partsPerSize {
            let whole = MemoryPart(parts.suffix(gathered))
            for _ in 0..<gathered { dropLast() }
            add(whole)
            let size = Self.size(of: whole.count)
            gathered = parts.count - (parts.lastIndex { Self.size(of: $0.count) > size } ?? -1) - 1
        }
    }

    private mutating func add(_ part: MemoryPart) {
        firsts.append(UInt32(documentCount))
        parts.append(part)
        documentCount += part.count
        byteCount += part.content.byteCount
    }

    private mutating func dropLast() {
        let part = parts.removeLast()
        firsts.removeLast()
        documentCount -= part.count
        byteCount -= part.content.byteCount
    }

    /// Parts of one size are of about one number of documents.
    private static func size(of count: Int) -> Int {
        var size = 0
        var most = leastDocuments
        while count > most { (size, most) = (size + 1, most * partsPerSize) }
        return size
    }

    /// Marks a document as dead.
    package mutating func kill(_ document: UInt32) {
        let part = self.part(of: document)
        if parts[part].kill(document - firsts[part]) { deadCount += 1 }
    }

    // MARK: - Reading

    /// Whether there are no documents, dead ones included.
    package var isEmpty: Bool { parts.isEmpty }

    /// Fingerprints of all documents, dead ones included.
    var fingerprintCount: Int { parts.reduce(0) { $0 + $1.columns.fingerprintCount } }

    package var liveCount: Int { documentCount - deadCount }

    /// The last part stands for all of them: with every addition there is a new one.
    package var identity: SegmentIdentity {
        guard let last = parts.last else { preconditionFailure("a segment that is searched has documents") }
        return SegmentIdentity(last.content, deadCount: deadCount)
    }

    package func makeCursor() -> any SegmentCursor { MemorySegmentCursor(self) }

    /// The part that a document is in.
    func part(of document: UInt32) -> Int {
        // There are few.
        firsts.lastIndex { $0 <= document }!
    }

    /// The last live document of an id.
    package func document(withID id: Span<UInt8>, hash: UInt64) -> UInt32? {
        for part in parts.indices.reversed() {
            if let document = parts[part].document(withID: id, hash: hash) { return firsts[part] + document }
        }
        return nil
    }

    /// Whether a document has the content, URL and date of one of some columns.
    package func holds(_ document: UInt32, sameAs other: Int, of columns: DocumentColumns) -> Bool {
        let part = self.part(of: document)
        let own = Int(document - firsts[part])
        return parts[part].columns.isSame(own, as: other, of: columns)
    }

    /// The numbers that documents which have died since have in a shard that was made of this segment as it was.
    package func numbersOfDead(since before: MemorySegment) -> [UInt32] {
        guard deadCount > before.deadCount else { return [] }
        var numbers: [UInt32] = []
        var next: UInt32 = 0
        for (old, new) in zip(before.parts, parts) {
            for document in 0..<UInt32(old.count) where !old.dead.contains(document) {
                if new.dead.contains(document) { numbers.append(next) }
                next += 1
            }
        }
        return numbers
    }
}
