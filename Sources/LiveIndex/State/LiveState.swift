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
    private(set) var sealed: MemorySegment
    /// Added last.
    private(set) var active: MemorySegment
    private let cursors = OlderShardCursors()
    /// The names that were read lately, of all shards together.
    private let cache = BlockCache()
    private var nextCacheNumber = 0

    /// What the index had learned to be boilerplate when it was opened.
    private let learned: LearnedBoilerplate?

    init(parameters: IndexParameters, learned: LearnedBoilerplate? = nil) {
        self.parameters = parameters
        self.learned = learned
        sealed = MemorySegment(parameters: parameters)
        active = sealed
    }

    /// Documents that are neither replaced nor removed.
    var documentCount: Int {
        shards.reduce(0) { $0 + $1.segment.documentCount - $1.dead.count } + sealed.liveCount + active.liveCount
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
        if let document = active.document(withID: id, hash: hash) { return .active(document) }
        if let document = sealed.document(withID: id, hash: hash) { return .sealed(document) }
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
        switch place {
        case .active(let other): return active.holds(other, sameAs: document, of: columns)
        case .sealed(let other): return sealed.holds(other, sameAs: document, of: columns)
        case .shard(let index, let other):
            let segment = shards[index].segment
            do {
                guard try segment.shard.contentHash(of: other) == columns.figures[document].contentHash else {
                    return false
                }
                return try cursors.detailsHash(of: other, in: segment) == columns.detailsHash(of: document)
            } catch {
                throw IndexError(error)
            }
        }
    }

    /// Marks a document as replaced or removed.
    mutating func kill(_ place: DocumentPlace) {
        switch place {
        case .active(let document): active.kill(document)
        case .sealed(let document): sealed.kill(document)
        case .shard(let index, let document):
            if shards[index].dead.insert(document) { shards[index].hasNewDead = true }
        }
    }

    /// Adds documents after all others; what they replace must be dead already.
    mutating func append(_ columns: DocumentColumns) { active.append(columns) }

    // MARK: - From memory to disk

    /// Puts what was added last on its way to a shard.
    mutating func seal() {
        precondition(sealed.isEmpty, "one shard is on its way at a time")
        sealed = active
        active = MemorySegment(parameters: parameters)
    }

    /// The sealed documents are in a shard.
    mutating func dropSealed() { sealed = MemorySegment(parameters: parameters) }

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
            memory: [sealed, active].filter { $0.liveCount > 0 },
            learned: learned
        )
    }
}
