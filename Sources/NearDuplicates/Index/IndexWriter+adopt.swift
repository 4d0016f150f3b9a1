internal import IndexStorage
package import ShardFormat

/// What became of the documents of a source that was merged into an index.
public struct AdoptedCounts: Hashable, Sendable {
    /// Live documents of the source.
    public var documents = 0
    /// Added, replacements included.
    public var added = 0
    /// Of ``added``: in the place of a document of the same id.
    public var replaced = 0
    /// Left out because a later document of the same source shard has their id.
    public var superseded = 0
    /// Left out because the index holds the same id with the same content, URL and date.
    public var unchanged = 0
    /// Left out because the index holds the id, as the policy says.
    public var skipped = 0
    /// Shards copied as they are.
    public var copiedShards = 0
    /// Shards written anew because most of their documents do not count.
    public var rewrittenShards = 0
    /// Shards of which the index takes nothing.
    public var leftShards = 0

    /// Creates counts of nothing.
    public init() {}
}

extension IndexWriter {
    /// Adds all documents of a shard that was built elsewhere, in their order, after those of the index, and commits.
    ///
    /// The shard is verified whole before any of it is used. It becomes the index's own: copied as it is, with tombstones
    /// for documents that do not count, or written anew without them where they are the larger part. What happens to
    /// documents whose id the index holds is the writer's policy. Stopped at any point, the index has all of it or
    /// nothing, and doing it again adds nothing twice.
    ///
    /// - Parameters:
    ///   - source: the shard.
    ///   - counts: what became of its documents is added.
    ///   - inputs: what of each input is in the index once it has the shard; committed with it.
    /// - Throws: ``IndexError``; the writer is then of no more use.
    /// - Complexity: O(size of the shard).
    package func adopt(
        _ source: ShardSegment,
        into counts: inout AdoptedCounts,
        inputs: InputLedger? = nil
    ) throws(IndexError) {
        try commit()
        do {
            let mismatches = parameters.mismatches(with: source.shard.parameters)
            guard mismatches.isEmpty else { throw IndexError.sourceParameters(path: source.shard.path, mismatches) }
            try source.shard.verify()
            let dead = try decide(source, &counts)
            if let inputs { unite(inputs) }
            guard dead.count < source.documentCount else {
                counts.leftShards += 1
                return try commit()
            }
            try install(source, dead, &counts)
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
        try mergeWhatIsDue()
    }

    /// Remembers, from the next commit on, the inputs of another index of which everything is in this one.
    func unite(_ inputs: InputLedger) {
        var united = ledger
        united.formUnion(inputs, prefersOther: policy == .replace)
        guard united != ledger else { return }
        ledger = united
        hasNewInputs = true
    }

    // MARK: - Which documents count

    /// The documents of a source that do not count; what they replace is dead from here on.
    private func decide(_ source: ShardSegment, _ counts: inout AdoptedCounts) throws -> Tombstones {
        var dead = Tombstones(shard: source.name, documentCount: source.documentCount)
        for document in source.tombstones?.documents ?? [] { dead.insert(document) }
        let cursor = ShardCursor(source.shard)
        for document in 0..<UInt32(source.documentCount) where !dead.contains(document) {
            counts.documents += 1
            let stays = try cursor.withIdentifier(of: document) { (id) throws(ShardError) -> Result<Bool, IndexError> in
                do throws(IndexError) {
                    return .success(try goes(document, id, source, dead, &counts))
                } catch {
                    return .failure(error)
                }
            }
            if try !stays.get() { dead.insert(document) }
        }
        return dead
    }

    /// Whether a document of a source goes in; makes way for it.
    private func goes(
        _ document: UInt32,
        _ id: Span<UInt8>,
        _ source: ShardSegment,
        _ dead: Tombstones,
        _ counts: inout AdoptedCounts
    ) throws(IndexError) -> Bool {
        let hash = IdentifierHash.hash(id)
        do {
            guard let policy else {
                counts.added += 1
                return true
            }
            if try isSuperseded(document, id, hash, source, dead) {
                counts.superseded += 1
                return false
            }
            guard let place = try find(id, hash) else {
                counts.added += 1
                return true
            }
            switch policy {
            case .fail:
                throw IndexError.sameID(String(decoding: id.indices.map { id[$0] }, as: UTF8.self))
            case .skip:
                counts.skipped += 1
                return false
            case .replace:
                let content = try source.shard.contentHash(of: document)
                if try holds(place, content, try cursors.detailsHash(of: document, in: source)) {
                    counts.unchanged += 1
                    return false
                }
                older[place.shard].kill(place.document)
                counts.added += 1
                counts.replaced += 1
                return true
            }
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
    }

    /// Whether another document of the shard has the id and counts in this one's place: no writer leaves such, but who
    /// knows who wrote this.
    private func isSuperseded(
        _ document: UInt32,
        _ id: Span<UInt8>,
        _ hash: UInt64,
        _ source: ShardSegment,
        _ dead: Tombstones
    ) throws -> Bool {
        // With `skip` the first counts: those before this one are live still, where they count.
        let isFirstTaken = policy != .replace
        let other = try cursors.document(withID: id, hash: hash, in: source) { other in
            other != document && (isFirstTaken ? other < document : other > document) && !dead.contains(other)
        }
        guard let other, other != document else { return false }
        if policy == .fail { throw IndexError.sameID(String(decoding: id.indices.map { id[$0] }, as: UTF8.self)) }
        return true
    }

    // MARK: - Into the index

    private func install(_ source: ShardSegment, _ dead: Tombstones, _ counts: inout AdoptedCounts) throws {
        var next = manifest
        next.generation += 1
        let isRewritten = Double(dead.count) > mergePolicy.deadShare * Double(source.documentCount)
        let entry: Manifest.ShardEntry
        if isRewritten {
            entry = try writeMerged([ShardMerge.Source(source.shard, tombstones: dead)], &next)
        } else {
            entry = try copy(source, &next)
        }
        var adopted = OlderShard(try IndexSnapshot.openSegment(storage, entry, parameters))
        if !isRewritten { for document in dead.documents { adopted.kill(document) } }
        next.shards.append(entry)
        var all = older + [adopted]
        var obsolete: [String] = []
        try writeTombstones(&all, &next, &obsolete)
        try writeInputs(hasNewInputs ? ledger : nil, &next, &obsolete)
        try swapManifest(next)
        manifest = next
        older = all
        hasNewInputs = false
        if isRewritten { counts.rewrittenShards += 1 } else { counts.copiedShards += 1 }
        cursors.removeAll()
        for name in obsolete { try? storage.remove(name) }
    }

    private func copy(_ source: ShardSegment, _ manifest: inout Manifest) throws -> Manifest.ShardEntry {
        let name = IndexFiles.shard(manifest.nextShard)
        manifest.nextShard += 1
        let file = try storage.create(name)
        do {
            try source.shard.copy(to: file)
            try file.synchronize()
            try file.close()
        } catch {
            // Nothing names it; on a full disk its room is needed.
            try? file.close()
            try? storage.remove(name)
            throw error
        }
        return Manifest.ShardEntry(
            name: name,
            documents: source.shard.documentCount,
            fingerprints: source.shard.fingerprintCount,
            bytes: source.shard.byteCount,
            footerChecksum: source.shard.footerChecksum
        )
    }
}
