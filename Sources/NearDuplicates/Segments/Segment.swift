package import ShardFormat

/// A part of an index that can be searched: a shard on disk, or documents still in memory.
///
/// Only live documents are ever told of: a segment knows which of its documents were replaced or removed.
package protocol Segment: Sendable {
    /// What it is called in messages.
    var name: String { get }
    /// Documents in it, dead ones included; their numbers are below this.
    var documentCount: Int { get }
    /// Documents in it that were not replaced or removed.
    var liveCount: Int { get }
    /// What tells it from another state of the same documents.
    var identity: SegmentIdentity { get }
    /// What one thread reads the segment through.
    func makeCursor() -> any SegmentCursor
}

/// Which documents a segment has, and which of them are dead.
///
/// Equal for two segments of one object and as many dead documents: those only become more. The object must be alive.
package struct SegmentIdentity: Hashable, Sendable {
    private let documents: ObjectIdentifier
    private let deadCount: Int

    init(_ documents: AnyObject, deadCount: Int) {
        self.documents = ObjectIdentifier(documents)
        self.deadCount = deadCount
    }
}

/// One thread's way into a segment: keeps where the keys of a query were found, and the blocks it read last.
///
/// Not thread-safe.
package protocol SegmentCursor: AnyObject {
    /// Says that there will be many queries, so that it pays to prepare for them; a hint.
    func expectMany(_ resources: BulkResources)

    /// Asks for what looking up these keys will read first, so that it is there by then; a hint.
    func expect(_ keys: [UInt64], in kind: PostingKind)

    /// Looks up the keys of a query, of which ``takeDocuments(limits:into:)`` and the others then tell.
    ///
    /// - Parameters:
    ///   - keys: what to look for.
    ///   - kind: what they are keys of.
    ///   - limits: for each key how far to count.
    ///   - counts: for each key how many live documents hold it, or its limit where there are more.
    /// - Throws: ``ShardError`` where the segment is damaged.
    /// - Complexity: a few cache misses a key; where documents are dead, also linear in those it steps over.
    func lookUp(
        _ keys: [UInt64],
        in kind: PostingKind,
        limits: [UInt32],
        counts: inout [UInt32]
    ) throws(ShardError)

    /// Appends the live documents that hold the keys last looked up: for each key the first ones, ascending, as many as
    /// its limit allows; 0 for none.
    func takeDocuments(limits: [UInt32], into documents: inout [UInt32]) throws(ShardError)

    /// The live document of a number among those that hold a key last looked up.
    func document(number: Int, ofKey key: Int) throws(ShardError) -> UInt32

    /// Replaces `counts` by how many distinct fingerprints each document has.
    func fingerprintCounts(of documents: [UInt32], into counts: inout [UInt32]) throws(ShardError)

    /// Replaces `counts` by how many of each document's fingerprints are boilerplate.
    func boilerplateCounts(
        of documents: [UInt32],
        _ boilerplate: BoilerplateSet,
        into counts: inout [UInt32]
    ) throws(ShardError)

    /// Adds for each document how many of some fingerprints last looked up it holds.
    ///
    /// - Parameters:
    ///   - keys: the numbers of the fingerprints.
    ///   - documents: ascending.
    ///   - counts: one a document.
    /// - Throws: ``ShardError`` where the segment is damaged.
    func countShared(
        _ keys: [UInt32],
        in documents: [UInt32],
        counts: inout [UInt32]
    ) throws(ShardError)

    /// Tells which of the keys are fingerprints of the document: the key's index, and the fingerprint's place among the
    /// document's.
    func find(
        _ keys: Span<UInt64>,
        in document: UInt32,
        _ found: (_ index: Int, _ place: Int) -> Void
    ) throws(ShardError)

    /// The token each of the document's fingerprints begins at.
    func positions(of document: UInt32) throws(ShardError) -> [UInt32]

    /// The hash of its token sequence.
    func contentHash(of document: UInt32) throws(ShardError) -> ContentHash

    /// Replaces `counts` by how many values of each document's signature equal those of `signature`.
    ///
    /// - Parameters:
    ///   - signature: packed.
    ///   - documents: best ascending.
    ///   - counts: one a document.
    /// - Throws: ``ShardError`` where the segment is damaged.
    func signatureMatches(
        _ signature: Span<UInt8>,
        with documents: [UInt32],
        into counts: inout [UInt32]
    ) throws(ShardError)

    /// What the document is called and where it is from.
    func identity(of document: UInt32) throws(ShardError) -> ShardIdentity

    /// Asks for what ``names(of:)`` will read of documents; a hint.
    func expectNames(of documents: [UInt32])

    /// The same for an answer, which may never ask for them.
    func names(of document: UInt32) throws(ShardError) -> MatchNames

    /// The live document of this id; the last one, if several were added.
    func document(withID id: Span<UInt8>, hash: UInt64) throws(ShardError) -> UInt32?
}

extension SegmentCursor {
    /// What is in memory needs no preparation.
    package func expectMany(_ resources: BulkResources) {}

    /// What is in memory need not be asked for.
    package func expect(_ keys: [UInt64], in kind: PostingKind) {}

    /// What is in memory need not be asked for.
    package func expectNames(of documents: [UInt32]) {}
}

/// What a posting was found by.
package enum PostingKind: Sendable {
    /// A band of the signature, or the whole content.
    case band
    /// A fingerprint.
    case fingerprint
}
