package import IndexStorage
package import ShardFormat

// What a live index needs of the writer: shards are written and merged beside it, and become part of the index here, each
// with the tombstones of that moment.

/// A shard that is to be written of documents in memory, under a number of its own.
package struct FlushJob: Sendable {
    let storage: any IndexDirectory
    let parameters: IndexParameters
    let number: UInt64

    /// Writes and synchronises a shard of a segment's live documents, which nothing names yet.
    ///
    /// - Returns: what to install; nil where nothing lives.
    /// - Throws: ``IndexError/storage(path:message:)``.
    package func run(_ segment: MemorySegment) throws(IndexError) -> WrittenShard? {
        do {
            let builder = ShardBuilder(parameters: parameters)
            for part in segment.parts {
                for document in 0..<part.count where !part.dead.contains(UInt32(document)) {
                    try part.columns.append(document, to: builder)
                }
            }
            guard !builder.isEmpty else { return nil }
            let name = IndexFiles.shard(number)
            let file = try storage.create(name)
            do {
                let summary = try builder.write(to: file, .inTurn)
                try file.synchronize()
                try file.close()
                return WrittenShard(entry: Manifest.ShardEntry(name, summary))
            } catch {
                // Nothing names it; on a full disk its room is needed.
                try? file.close()
                try? storage.remove(name)
                throw error
            }
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
    }
}

/// A shard that is on disk and that no manifest names yet.
package struct WrittenShard: Sendable {
    let entry: Manifest.ShardEntry

    /// How many documents it has.
    package var documentCount: Int { entry.documents }
    /// Its length.
    package var byteCount: Int { entry.bytes }
    /// Its file name.
    package var name: String { entry.name }
}

extension MergeJob {
    /// Writes and synchronises the merged shard, which nothing names yet.
    ///
    /// - Throws: ``IndexError``.
    package func write() throws(IndexError) -> WrittenShard {
        do { return WrittenShard(entry: try run()) } catch { throw IndexError(any: error, path: storage.path) }
    }

    /// The numbers in the merged shard of documents that died since the job was made.
    ///
    /// - Parameter dead: by shard name, the documents that are dead now; a shard that is not among them is gone.
    /// - Returns: ascending numbers.
    /// - Complexity: O(documents of shards of which some died).
    package func numbers(ofNewlyDead dead: [String: Tombstones]) -> [UInt32] {
        var numbers: [UInt32] = []
        var base: UInt32 = 0
        for source in sources {
            let live = UInt32(source.segment.documentCount - (source.tombstones?.count ?? 0))
            if let now = dead[source.segment.name] {
                if now.count > source.tombstones?.count ?? 0 { append(source, now, base, to: &numbers) }
            } else {
                numbers.append(contentsOf: base..<base + live)
            }
            base += live
        }
        return numbers
    }

    private func append(_ source: Source, _ dead: Tombstones, _ base: UInt32, to numbers: inout [UInt32]) {
        var next = base
        for document in 0..<UInt32(source.segment.documentCount)
        where source.tombstones?.contains(document) != true {
            if dead.contains(document) { numbers.append(next) }
            next += 1
        }
    }
}

extension IndexWriter {
    /// The first log whose content is in no shard; nil where there is none.
    package var logName: String? { manifest.logName }

    /// The manifest as last committed, or as the next commit will build on it.
    package var currentManifest: Manifest { manifest }

    /// The shards, with the tombstones that are committed.
    package var committedSegments: [ShardSegment] {
        older.map { shard in
            shard.tombstones.map { shard.segment.with(tombstones: $0) } ?? shard.segment
        }
    }

    /// Where the index lies.
    package var directory: any IndexDirectory { storage }

    /// Takes the next shard's number for documents in memory.
    package func flushJob() -> FlushJob {
        defer { manifest.nextShard += 1 }
        return FlushJob(storage: storage, parameters: parameters, number: manifest.nextShard)
    }

    /// What a policy says is to be merged next; nil where nothing is.
    package func dueMerge(_ policy: MergePolicy) -> MergeJob? {
        policy.next(manifest.shards, bands: parameters.bands).map(mergeJob)
    }

    /// What compacting is to merge next: a group of several shards, or of one with dead documents, that does not begin
    /// with one of `done`.
    package func dueCompaction(_ policy: MergePolicy, done: Set<String>) -> MergeJob? {
        policy.groups(manifest.shards, bands: parameters.bands)
            .first { group in
                let shards = manifest.shards[group]
                return shards.allSatisfy { !done.contains($0.name) }
                    && (shards.count > 1 || shards.contains { $0.dead > 0 })
            }
            .map(mergeJob)
    }

    /// Makes a shard that was written beside the writer part of the index, in one commit with what has died.
    ///
    /// - Parameters:
    ///   - written: the shard; nil for none.
    ///   - job: what it was merged from, in whose place it comes; nil for a new one, which comes last.
    ///   - deadInIt: its documents that have died since it was made.
    ///   - dead: by shard name, all documents that are dead.
    ///   - log: the first log whose content is in no shard; nil for none.
    /// - Throws: ``IndexError/storage(path:message:)``; the writer is then of no more use.
    package func install(
        _ written: WrittenShard?,
        mergedFrom job: MergeJob? = nil,
        deadInIt: [UInt32] = [],
        dead: [String: Tombstones],
        log: String?
    ) throws(IndexError) {
        do {
            var next = manifest
            next.generation += 1
            var all = older
            var obsolete: [String] = []
            for index in all.indices {
                if let tombstones = dead[all[index].segment.name] { all[index].kill(all: tombstones) }
            }
            let place = replace(job, &all, &next, &obsolete)
            if let written {
                var shard = OlderShard(try IndexSnapshot.openSegment(storage, written.entry, parameters))
                for document in deadInIt { shard.kill(document) }
                all.insert(shard, at: place)
                next.shards.insert(written.entry, at: place)
            }
            try writeTombstones(&all, &next, &obsolete)
            next.setLog(log)
            try swapManifest(next)
            manifest = next
            older = all
            cursors.removeAll()
            for name in obsolete { try? storage.remove(name) }
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
    }

    /// Takes the sources of a merge out of the list; where what they became is to stand.
    private func replace(
        _ job: MergeJob?,
        _ all: inout [OlderShard],
        _ next: inout Manifest,
        _ obsolete: inout [String]
    ) -> Int {
        guard let job else { return all.count }
        let names = Set(job.names)
        // Those of which nothing lives any more are gone.
        let places = all.indices.filter { names.contains(all[$0].segment.name) }
        for place in places.reversed() {
            obsolete += [next.shards[place].name, next.shards[place].tombstones].filter { !$0.isEmpty }
            all.remove(at: place)
            next.shards.remove(at: place)
        }
        return places.first ?? all.count
    }
}

extension Manifest {
    /// The first log whose content is in no shard.
    var logName: String? { attachments.first { $0.kind == IndexFiles.logKind }?.name }

    fileprivate mutating func setLog(_ name: String?) {
        attachments.removeAll { $0.kind == IndexFiles.logKind }
        guard let name else { return }
        // A program that knows nothing of logs may search the shards, and must not write to the index.
        attachments.append(IndexAttachment(kind: IndexFiles.logKind, name: name, flags: [.grows, .requiredToWrite]))
    }
}
