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
        let isNew = manifest.generation == 0
        builder.remove(pending.dead)
        // With no document left their ids are of no more use; they would fill the memory that commits are made for.
        if builder.isEmpty { pending.removeAll() } else { pending.removeDead() }
        guard isNew || !builder.isEmpty || hasNewInputs || older.contains(where: \.hasNewDead) else { return }
        do {
            var next = manifest
            next.generation += 1
            var added: OlderShard?
            if !builder.isEmpty {
                let name = IndexFiles.shard(next.nextShard)
                next.nextShard += 1
                let summary = try writeShard(name)
                let entry = Manifest.ShardEntry(
                    name: name,
                    documents: summary.documents,
                    fingerprints: summary.fingerprints,
                    bytes: summary.bytes,
                    footerChecksum: summary.footerChecksum,
                    tombstones: "",
                    dead: 0
                )
                next.shards.append(entry)
                added = OlderShard(try IndexSnapshot.openSegment(storage, entry, parameters))
            }
            var all = older + (added.map { [$0] } ?? [])
            var obsolete: [String] = []
            try writeTombstones(&all, &next, &obsolete)
            try writeInputs(&next, &obsolete)
            try swapManifest(next)
            manifest = next
            older = all
            hasNewInputs = false
            committedShards += added == nil ? 0 : 1
            builder.reset(keepingCapacity: true)
            pending.removeAll()
            // The index no longer needs these; one that stays is removed by the next writer.
            for name in obsolete { try? storage.remove(name) }
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
        try mergeWhatIsDue()
    }

    private func writeShard(_ name: String) throws -> ShardSummary {
        let file = try storage.create(name)
        do {
            let summary = try builder.write(to: file)
            try file.synchronize()
            try file.close()
            return summary
        } catch {
            // Nothing names it; on a full disk its room is needed.
            try? file.close()
            try? storage.remove(name)
            throw error
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
    func writeInputs(_ manifest: inout Manifest, _ obsolete: inout [String]) throws {
        guard hasNewInputs else { return }
        if let old = manifest.inputs { obsolete.append(old.name) }
        let name = IndexFiles.inputs(generation: manifest.generation)
        let bytes = ledger.encoded()
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
