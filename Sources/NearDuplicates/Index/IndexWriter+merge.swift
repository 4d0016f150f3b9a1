internal import CFreeMemory
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
        // Other threads than those that freed it would take more; so would those that go on with documents.
        nd_give_back_free_memory()
        defer { nd_give_back_free_memory() }
        do {
            var job = mergeJob(range)
            // There is nothing else that wants threads or memory, or the shards.
            job.loop = threads.whileWaiting
            job.memory = mergeMemory
            job.isReadLast = true
            var next = manifest
            next.generation += 1
            let entry = try job.run()
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

    /// What merging neighbours beside the writer takes, under the next number, which is taken with it.
    func mergeJob(_ range: Range<Int>) -> MergeJob {
        defer { manifest.nextShard += 1 }
        return MergeJob(
            storage: storage,
            parameters: parameters,
            memory: min(mergeMemory, Self.memoryBesideWriter),
            number: manifest.nextShard,
            sources: older[range].map { MergeJob.Source(segment: $0.segment, tombstones: $0.tombstones) }
        )
    }

    /// What a merge may take while documents go on to come: more would save some scratch files, and no more than that.
    private static let memoryBesideWriter = 256 << 20

    /// Writes a shard of the sources' live documents under the manifest's next number.
    func writeMerged(_ sources: [ShardMerge.Source], _ manifest: inout Manifest) throws -> Manifest.ShardEntry {
        defer { manifest.nextShard += 1 }
        return try MergeJob(
            storage: storage,
            parameters: parameters,
            memory: mergeMemory,
            loop: threads.whileWaiting,
            number: manifest.nextShard,
            sources: []
        )
        .write(sources)
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
