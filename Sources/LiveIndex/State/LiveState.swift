internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

/// All documents of a live index at a moment: shards on disk, less what died since they were committed; documents on their
/// way to a shard; and documents added since.
///
/// A value: a copy is a snapshot, which shares all that is large.
struct LiveState {
    /// A shard, and its dead as they are now.
    struct LiveShard {
        /// As it was last published.
        fileprivate(set) var segment: ShardSegment
        fileprivate(set) var dead: Tombstones
        fileprivate var hasNewDead = false
    }

    let parameters: IndexParameters
    private(set) var shards: [LiveShard] = []
    /// On their way to a shard; nothing is added to them.
    private(set) var sealed: [MemorySegment] = []
    private(set) var active: [MemorySegment] = []
    /// About how many bytes those added last take.
    private(set) var activeBytes = 0
    private let cursors = OlderShardCursors()
    /// The names that were read lately, of all shards together.
    private let cache = BlockCache()
    private var nextCacheNumber = 0

    /// A segment of fewer documents is always made one with the next: it is cheaper to build than to search.
    private static let leastDocuments = 16

    /// What the index had learned to be boilerplate when it was opened.
    private let learned: LearnedBoilerplate?

    init(parameters: IndexParameters, learned: LearnedBoilerplate? = nil) {
        self.parameters = parameters
        self.learned = learned
    }

    /// Documents that are neither replaced nor removed.
    var documentCount: Int {
        shards.reduce(0) { $0 + $1.segment.documentCount - $1.dead.count }
            + (sealed + active).reduce(0) { $0 + $1.liveCount }
    }

    // MARK: - Shards

    /// Goes over to the shards of a commit; what died since in those that stay is dead still.
    mutating func setShards(_ committed: [ShardSegment]) {
        let known = Dictionary(shards.map { ($0.segment.name, $0) }, uniquingKeysWith: { first, _ in first })
        shards = committed.map { segment in
            if let shard = known[segment.name] { return shard }
            nextCacheNumber += 1
            let dead =
                segment.tombstones ?? Tombstones(shard: segment.name, documentCount: segment.documentCount)
            return LiveShard(
                segment: ShardSegment(
                    segment.shard,
                    name: segment.name,
                    tombstones: segment.tombstones,
                    cache: cache,
                    number: nextCacheNumber
                ),
                dead: dead
            )
        }
        cursors.removeAll()
    }

    /// Takes what was removed from committed shards by their writer.
    mutating func addDead(of committed: [ShardSegment]) {
        for index in shards.indices {
            guard let tombstones = committed.first(where: { $0.name == shards[index].segment.name })?.tombstones,
                tombstones.count > 0
            else { continue }
            for document in tombstones.documents where shards[index].dead.insert(document) {
                shards[index].hasNewDead = true
            }
        }
    }

    /// By shard, what is dead now, where anything is.
    var deadByShard: [String: Tombstones] {
        Dictionary(uniqueKeysWithValues: shards.map { ($0.segment.name, $0.dead) })
    }

    // MARK: - Documents

    /// The live document of an id, the last one where there are several.
    func find(_ id: Span<UInt8>, hash: UInt64) throws(IndexError) -> DocumentPlace? {
        for index in active.indices.reversed() {
            if let document = active[index].document(withID: id, hash: hash) { return .active(index, document) }
        }
        for index in sealed.indices.reversed() {
            if let document = sealed[index].document(withID: id, hash: hash) { return .sealed(index, document) }
        }
        do {
            for index in shards.indices.reversed() {
                let shard = shards[index]
                let found = try cursors.document(withID: id, hash: hash, in: shard.segment) {
                    !shard.dead.contains($0)
                }
                if let found { return .shard(index, found) }
            }
            return nil
        } catch {
            throw IndexError(error)
        }
    }

    /// Whether a document has the content, URL and date of one that is to be added.
    func holds(_ place: DocumentPlace, sameAs document: Int, of columns: DocumentColumns) throws(IndexError) -> Bool {
        let content = columns.figures[document].contentHash
        let details = columns.detailsHash(of: document)
        switch place {
        case .active(let index, let other):
            return Self.holds(active[index].columns, Int(other), content, details)
        case .sealed(let index, let other):
            return Self.holds(sealed[index].columns, Int(other), content, details)
        case .shard(let index, let other):
            let segment = shards[index].segment
            do {
                guard try segment.shard.contentHash(of: other) == content else { return false }
                return try cursors.detailsHash(of: other, in: segment) == details
            } catch {
                throw IndexError(error)
            }
        }
    }

    private static func holds(
        _ columns: DocumentColumns,
        _ document: Int,
        _ content: ContentHash,
        _ details: UInt64
    ) -> Bool {
        columns.figures[document].contentHash == content && columns.detailsHash(of: document) == details
    }

    /// Marks a document as replaced or removed.
    mutating func kill(_ place: DocumentPlace) {
        switch place {
        case .active(let index, let document): active[index].kill(document)
        case .sealed(let index, let document): sealed[index].kill(document)
        case .shard(let index, let document):
            if shards[index].dead.insert(document) { shards[index].hasNewDead = true }
        }
    }

    /// Adds documents after all others; what they replace must be dead already.
    ///
    /// Segments are made one as in a binary counter, so that there are O(log *n*) of them and a document is copied
    /// O(log *n*) times.
    mutating func append(_ columns: DocumentColumns) {
        guard !columns.isEmpty else { return }
        var last = MemorySegment(columns, parameters: parameters)
        while let before = active.last,
            before.documentCount <= last.documentCount || before.documentCount < Self.leastDocuments
        {
            active.removeLast()
            activeBytes -= before.byteCount
            last = MemorySegment(before, last)
        }
        activeBytes += last.byteCount
        active.append(last)
    }

    // MARK: - From memory to disk

    /// Puts what was added last on its way to a shard.
    mutating func seal() {
        precondition(sealed.isEmpty, "one shard is on its way at a time")
        sealed = active
        active = []
        activeBytes = 0
    }

    /// The sealed documents are in a shard.
    mutating func dropSealed() { sealed = [] }

    /// The numbers that newly dead documents have in a shard that was made of these segments as they were.
    func numbersOfDead(since before: [MemorySegment]) -> [UInt32] {
        var numbers: [UInt32] = []
        var next: UInt32 = 0
        for (old, new) in zip(before, sealed) {
            for document in 0..<UInt32(old.documentCount) where !old.dead.contains(document) {
                if new.dead.contains(document) { numbers.append(next) }
                next += 1
            }
        }
        return numbers
    }

    /// The index as it is now, for readers.
    mutating func snapshot(_ storage: any IndexDirectory, _ manifest: Manifest) -> IndexSnapshot {
        for index in shards.indices where shards[index].hasNewDead {
            shards[index].segment = shards[index].segment.with(tombstones: shards[index].dead)
            shards[index].hasNewDead = false
        }
        return IndexSnapshot(
            storage,
            manifest: manifest,
            segments: shards.map(\.segment),
            memory: (sealed + active).filter { $0.liveCount > 0 },
            learned: learned
        )
    }
}
