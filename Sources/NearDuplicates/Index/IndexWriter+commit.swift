internal import IndexStorage
internal import ShardFormat

extension IndexWriter {
    /// Writes what was added since the last commit as a shard, and makes it part of the index.
    ///
    /// Documents that were replaced before their shard was written leave no trace in it. Shard and tombstones are on
    /// disk, synchronised, before the manifest that names them replaces the old one.
    ///
    /// - Throws: ``IndexError/storage(path:message:)``; what was committed before stays, and the writer is of no more use.
    public func commit() throws(IndexError) {
        try finishSealed()
        // Most often there is no other shard after it.
        try seal(threads.whileWaiting, in: .none, keepsMemory: false)
        try finishSealed()
        try mergeWhatIsDue()
    }

    /// Commits the shard before the one that is full, and starts writing this one while the next is filled.
    ///
    /// Merging wants that nothing is uncommitted: where it is due the writer waits for both shards first.
    func commitAside() throws(IndexError) {
        try finishSealed()
        guard mergePolicy.next(manifest.shards, bands: parameters.bands) == nil else { return try commit() }
        try seal(threads.whileAdding, in: threads, keepsMemory: true)
    }

    /// Starts writing what was added, and makes room for more; where there is nothing to write, commits what else there is.
    ///
    /// Until ``finishSealed()`` no document of an older shard may be replaced: what is dead now is committed with the
    /// shard, and what dies later with the next.
    private func seal(
        _ loop: ParallelLoop,
        in threads: WriterThreads,
        keepsMemory: Bool
    ) throws(IndexError) {
        builder.remove(pending.dead)
        // With no document left their ids are of no more use; they would fill the memory that commits are made for.
        if builder.isEmpty { pending.removeAll() } else { pending.removeDead() }
        let inputs = hasNewInputs ? ledger : nil
        guard !builder.isEmpty else {
            guard manifest.generation == 0 || hasNewInputs || older.contains(where: \.hasNewDead) else { return }
            hasNewInputs = false
            return try install(nil, inputs)
        }
        hasNewInputs = false
        let shard = SealedShard(builder, pending, name: IndexFiles.shard(manifest.nextShard), inputs: inputs)
        (builder, pending) = spare.take() ?? (ShardBuilder(parameters: parameters), PendingDocuments())
        sealed = shard
        shard.start(in: storage, loop, threads, keepsMemory: keepsMemory)
    }

    /// Waits for the shard that is being written, if any, and makes it part of the index.
    func finishSealed() throws(IndexError) {
        guard let shard = sealed else { return }
        sealed = nil
        let entry: Manifest.ShardEntry
        do { entry = Manifest.ShardEntry(shard.name, try shard.finish()) } catch {
            throw IndexError(any: error, path: storage.path)
        }
        try install(entry, shard.inputs)
        shard.pending.removeAll()
        spare = (shard.builder, shard.pending)
    }

    /// Makes a shard that is on disk, if any, and what has died since the last commit part of the index.
    private func install(_ entry: Manifest.ShardEntry?, _ inputs: InputLedger?) throws(IndexError) {
        do {
            var next = manifest
            next.generation += 1
            var all = older
            if let entry {
                next.nextShard += 1
                next.shards.append(entry)
                all.append(OlderShard(try IndexSnapshot.openSegment(storage, entry, parameters)))
            }
            var obsolete: [String] = []
            try writeTombstones(&all, &next, &obsolete)
            try writeInputs(inputs, &next, &obsolete)
            try swapManifest(next)
            manifest = next
            older = all
            committedShards += entry == nil ? 0 : 1
            // The index no longer needs these; one that stays is removed by the next writer.
            for name in obsolete { try? storage.remove(name) }
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
    }

    /// Writes the tombstones that changed, and leaves out shards of which nothing lives.
    func writeTombstones(
        _ shards: inout [OlderShard],
        _ manifest: inout Manifest,
        _ obsolete: inout [String]
    ) throws {
        var kept: [(OlderShard, Manifest.ShardEntry)] = []
        for (var shard, var entry) in zip(shards, manifest.shards) {
            if shard.hasNewDead, let tombstones = shard.tombstones {
                if !entry.tombstones.isEmpty { obsolete.append(entry.tombstones) }
                if tombstones.count == entry.documents {
                    obsolete.append(entry.name)
                    continue
                }
                entry.tombstones = IndexFiles.tombstones(ofShard: entry.name, generation: manifest.generation)
                entry.dead = tombstones.count
                let file = try storage.create(entry.tombstones)
                try file.append(tombstones.encoded())
                try file.synchronize()
                try file.close()
                shard.settle()
            }
            kept.append((shard, entry))
        }
        shards = kept.map(\.0)
        manifest.shards = kept.map(\.1)
    }

    /// Writes the list of inputs, if it changed.
    func writeInputs(_ inputs: InputLedger?, _ manifest: inout Manifest, _ obsolete: inout [String]) throws {
        guard let inputs else { return }
        if let old = manifest.inputs { obsolete.append(old.name) }
        let name = IndexFiles.inputs(generation: manifest.generation)
        let bytes = inputs.encoded()
        let file = try storage.create(name)
        try file.append(bytes)
        try file.synchronize()
        try file.close()
        manifest.inputs = Manifest.InputsEntry(name: name, checksum: InputLedger.checksum(of: bytes))
    }

    func swapManifest(_ manifest: Manifest) throws {
        let file = try storage.create(IndexFiles.newManifest)
        try file.append(manifest.encoded())
        try file.synchronize()
        try file.close()
        // The shards' names must be on disk before the manifest that needs them.
        try storage.synchronize()
        try storage.replace(IndexFiles.manifest, with: IndexFiles.newManifest)
    }
}
