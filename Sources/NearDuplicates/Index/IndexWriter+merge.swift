internal import IndexStorage
internal import ShardFormat

/// What compacting an index came to.
public struct CompactionSummary: Hashable, Sendable {
    /// What an index takes.
    public struct Size: Hashable, Sendable {
        /// Documents, those replaced or removed included.
        public var documents: Int
        /// Documents replaced or removed that still take room.
        public var deadDocuments: Int
        /// Shards.
        public var shards: Int
        /// Bytes of all shards.
        public var bytes: Int
    }

    /// Before.
    public var before: Size
    /// After.
    public var after: Size

    /// Whether anything was rewritten.
    public var hasChanged: Bool { before != after }
}

extension IndexWriter {
    /// Merges all shards into as few as ``MergePolicy/largestShard`` allows, and drops the dead documents.
    ///
    /// What was added is committed first. Afterwards nothing of a document that was replaced or removed is in any file.
    /// Each new shard is committed on its own: stopped half-way, the index is whole, and compacting again goes on.
    ///
    /// - Parameter progress: told before each step: the bytes done and the bytes of all shards.
    /// - Returns: what the index took before and takes now.
    /// - Throws: ``IndexError``; what was committed before stays.
    /// - Complexity: O(size of the index), in bounded memory.
    public func compact(
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws(IndexError) -> CompactionSummary {
        try commit()
        let before = size
        var done = 0
        // From the last group on, so that merging one does not move those still to come.
        for group in mergePolicy.groups(manifest.shards, bands: parameters.bands).reversed() {
            progress(done, before.bytes)
            let shards = manifest.shards[group]
            done += shards.reduce(0) { $0 + $1.bytes }
            if shards.count > 1 || shards.contains(where: { $0.dead > 0 }) { try merge(group) }
        }
        progress(done, before.bytes)
        if size != before { try countBoilerplate() }
        return CompactionSummary(before: before, after: size)
    }

    private var size: CompactionSummary.Size {
        manifest.shards.reduce(into: CompactionSummary.Size(documents: 0, deadDocuments: 0, shards: 0, bytes: 0)) {
            $0.documents += $1.documents
            $0.deadDocuments += $1.dead
            $0.shards += 1
            $0.bytes += $1.bytes
        }
    }

    /// Merges what the policy says is due; each merge is a commit of its own.
    func mergeWhatIsDue() throws(IndexError) {
        while let range = mergePolicy.next(manifest.shards, bands: parameters.bands) { try merge(range) }
    }

    /// Puts one shard in the place of neighbours, without their dead.
    ///
    /// All that was added and removed must have been committed.
    private func merge(_ range: Range<Int>) throws(IndexError) {
        // What documents on their way into the index took is free for this.
        builder.reset(keepingCapacity: false)
        pending = PendingDocuments()
        spare = nil
        cursors.removeAll()
        do {
            var next = manifest
            next.generation += 1
            let sources = try range.map { try mergeSource(older[$0]) }
            let entry = try writeMerged(sources, &next)
            let merged = OlderShard(try IndexSnapshot.openSegment(storage, entry, parameters))
            let obsolete = manifest.shards[range].flatMap { [$0.name, $0.tombstones] }.filter { !$0.isEmpty }
            next.shards.replaceSubrange(range, with: [entry])
            try swapManifest(next)
            manifest = next
            older.replaceSubrange(range, with: [merged])
            mergedShards += range.count
            for name in obsolete { try? storage.remove(name) }
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
    }

    /// A mapping of its own: this one is read from start to end, lookups jump about.
    private func mergeSource(_ shard: OlderShard) throws -> ShardMerge.Source {
        let file = try storage.map(shard.segment.name)
        file.adviseSequential()
        let source = try Shard(file: file, path: shard.segment.shard.path, expecting: parameters)
        guard source.footerChecksum == shard.segment.shard.footerChecksum else {
            throw ShardError.corrupt(
                path: source.path,
                section: "footer",
                offset: UInt64(source.byteCount),
                expected: "the shard that was opened before",
                found: "another"
            )
        }
        return ShardMerge.Source(source, tombstones: shard.tombstones)
    }

    /// Writes a shard of the sources' live documents under the manifest's next number.
    func writeMerged(_ sources: [ShardMerge.Source], _ manifest: inout Manifest) throws -> Manifest.ShardEntry {
        let name = IndexFiles.shard(manifest.nextShard)
        let scratch = ScratchFiles(storage, prefix: IndexFiles.scratchPrefix(manifest.nextShard))
        manifest.nextShard += 1
        let merge = try ShardMerge(sources, parameters: parameters, memory: mergeMemory, scratch: scratch)
        let file = try storage.create(name)
        do {
            let summary = try merge.write(to: file)
            try file.synchronize()
            try file.close()
            return Manifest.ShardEntry(name, summary)
        } catch {
            // Nothing names it; on a full disk its room is needed.
            try? file.close()
            try? storage.remove(name)
            throw error
        }
    }
}

extension Manifest.ShardEntry {
    /// The entry of a shard that was just written.
    init(_ name: String, _ summary: ShardSummary) {
        self.init(
            name: name,
            documents: summary.documents,
            fingerprints: summary.fingerprints,
            bytes: summary.bytes,
            footerChecksum: summary.footerChecksum
        )
    }
}
