internal import IndexStorage
internal import ShardFormat

/// Merging a few shards into one: reads and writes files that no commit changes, so that it can be done beside a writer.
package struct MergeJob: Sendable {
    /// A shard, and which of its documents were dead when the job was made.
    struct Source: Sendable {
        var segment: ShardSegment
        var tombstones: Tombstones?
    }

    let storage: any IndexDirectory
    let parameters: IndexParameters
    var memory: Int
    /// What it may use; the shard doesn't depend on it.
    var loop = ParallelLoop.inTurn
    /// Whether nobody reads the sources meanwhile, or afterwards.
    var isReadLast = false
    /// The new shard's.
    let number: UInt64
    let sources: [Source]

    /// The names of the shards it merges, in order.
    package var names: [String] { sources.map(\.segment.name) }

    /// Bytes of the shards it reads.
    package var byteCount: Int { sources.reduce(0) { $0 + $1.segment.shard.byteCount } }

    /// Writes and synchronises the new shard, which nothing names yet.
    func run() throws -> Manifest.ShardEntry { try write(sources.map { try mergeSource($0) }) }

    /// A mapping of its own: this one is read from start to end, lookups jump about.
    private func mergeSource(_ shard: Source) throws -> ShardMerge.Source {
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
        return ShardMerge.Source(source, tombstones: shard.tombstones, isReadLast: isReadLast)
    }

    func write(_ sources: [ShardMerge.Source]) throws -> Manifest.ShardEntry {
        let name = IndexFiles.shard(number)
        let scratch = ScratchFiles(storage, prefix: IndexFiles.scratchPrefix(number))
        let merge = try ShardMerge(sources, parameters: parameters, memory: memory, scratch: scratch)
        let file = try storage.create(name)
        do {
            let summary = try merge.write(to: file, loop)
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
