internal import ShardFormat

/// The documents of the shard being built, found by id.
///
/// Makes no `String`: ids lie in one arena.
struct PendingDocuments {
    struct Entry {
        var document: UInt32
        var contentHash: ContentHash
        /// A hash of URL and date.
        var detailsHash: UInt64
        /// The document of an older shard whose place it took.
        var replaced: OlderPlace?
        fileprivate var idStart: Int
        fileprivate var idCount: Int
    }

    /// Documents of the shard that were replaced by later ones of it.
    private(set) var dead: [UInt32] = []
    private var entries: [UInt64: Entry] = [:]
    private var ids: [UInt8] = []

    /// About how many bytes it takes.
    var memory: Int { ids.count + entries.count * 96 }

    /// The document of this id.
    ///
    /// O(length of the id).
    func entry(withID id: Span<UInt8>, hash: UInt64) -> Entry? {
        guard let entry = entries[hash], entry.idCount == id.count else { return nil }
        let stored = ids.span.extracting(entry.idStart..<entry.idStart + entry.idCount)
        // Two ids of one 64-bit hash are not told of: the later hides the earlier, and both stay in the index.
        return id.indices.allSatisfy { id[$0] == stored[$0] } ? entry : nil
    }

    /// Takes out the document of this id, which is then dead.
    mutating func remove(withID id: Span<UInt8>, hash: UInt64) {
        guard let old = entry(withID: id, hash: hash) else { return }
        dead.append(old.document)
        entries[hash] = nil
    }

    /// Adds a document whose id is new among those pending.
    mutating func insert(
        _ document: UInt32,
        id: Span<UInt8>,
        hash: UInt64,
        contentHash: ContentHash,
        detailsHash: UInt64,
        replaced: OlderPlace?
    ) {
        entries[hash] = Entry(
            document: document,
            contentHash: contentHash,
            detailsHash: detailsHash,
            replaced: replaced,
            idStart: ids.count,
            idCount: id.count
        )
        ids.append(id)
    }

    /// The dead are no longer among the documents of the shard.
    mutating func removeDead() { dead.removeAll() }

    mutating func removeAll() {
        dead.removeAll()
        entries.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
    }

    static func detailsHash(url: Span<UInt8>, date: Span<UInt8>) -> UInt64 {
        IdentifierHash.hash(url) &* 31 &+ IdentifierHash.hash(date)
    }
}
