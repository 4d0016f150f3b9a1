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
    /// What one thread reads the segment through.
    func makeCursor() -> any SegmentCursor
}

/// One thread's way into a segment: keeps the blocks it read last.
///
/// Not thread-safe.
package protocol SegmentCursor: AnyObject {
    /// Adds to `postings` the live documents that hold the keys: for each key the first ones, as many as its budget
    /// allows, which is counted down.
    ///
    /// - Complexity: a few cache misses a key, and linear in the documents found.
    func findDocuments(
        with keys: Span<UInt64>,
        in kind: PostingKind,
        budget: inout [UInt32],
        into postings: inout PostingList
    ) throws(ShardError)

    /// Tells which of the keys are fingerprints of the document: the key's index, and the fingerprint's place among the
    /// document's.
    func find(
        _ keys: Span<UInt64>,
        in document: UInt32,
        _ found: (_ index: Int, _ place: Int) -> Void
    ) throws(ShardError)

    /// How many distinct fingerprints the document has.
    func fingerprintCount(of document: UInt32) throws(ShardError) -> Int

    /// The token each of the document's fingerprints begins at.
    func positions(of document: UInt32) throws(ShardError) -> [UInt32]

    /// The hash of its token sequence.
    func contentHash(of document: UInt32) throws(ShardError) -> ContentHash

    /// How many values of the document's signature equal those of `signature`.
    func signatureMatches(_ signature: Span<UInt8>, with document: UInt32) throws(ShardError) -> Int

    /// What the document is called and where it is from.
    func identity(of document: UInt32) throws(ShardError) -> ShardIdentity

    /// The live document of this id; the last one, if several were added.
    func document(withID id: Span<UInt8>, hash: UInt64) throws(ShardError) -> UInt32?
}

/// What a posting was found by.
package enum PostingKind: Sendable {
    /// A band of the signature, or the whole content.
    case band
    /// A fingerprint.
    case fingerprint
}

/// Documents found for the keys of a query, in one segment.
package struct PostingList: Sendable {
    /// The documents, grouped by key in the order of the keys; ascending for one key.
    package var documents: [UInt32] = []
    /// For each of ``documents`` the place of its key among the keys asked for.
    package var keys: [UInt32] = []
    /// The places of keys that are held by more documents than were taken.
    package var cappedKeys: [UInt32] = []

    package init() {}

    package mutating func removeAll() {
        documents.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        cappedKeys.removeAll(keepingCapacity: true)
    }
}
