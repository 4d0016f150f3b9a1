internal import IndexStorage
package import NearDuplicates
internal import ShardFormat

/// Takes over what a writer that was stopped has left in its logs.
enum LogRecovery {
    /// Opens an index for writing, or makes one, and makes a shard of what its logs say.
    ///
    /// The manifest that names the shard names no log any more: stopped at any point, the next one finds either the logs or
    /// the shard.
    ///
    /// - Throws: ``IndexError``; of a log that is damaged elsewhere than at its end ``IndexError/damaged(_:)``.
    static func open(
        _ storage: any IndexDirectory,
        settings: IndexSettings?,
        policy: SameIDPolicy? = .replace,
        memory: Int,
        threads: WriterThreads = .none
    ) throws(IndexError) -> (IndexWriter, LiveState) {
        let writer = try IndexWriter(
            storage,
            settings: settings,
            policy: policy,
            memory: memory,
            threads: threads,
            readsLog: true
        )
        // A live index merges beside its writer.
        let mergePolicy = writer.mergePolicy
        writer.mergePolicy = .never
        defer { writer.mergePolicy = mergePolicy }
        var state = LiveState(
            parameters: writer.parameters,
            learned: try LearnedBoilerplate(storage, writer.currentManifest)
        )
        state.setShards(writer.committedSegments)
        guard let first = writer.logName else { return (writer, state) }
        let files: [String]
        do { files = try storage.list() } catch { throw IndexError(any: error, path: storage.path) }
        let numbers = try LiveState.logs(files, from: first, in: storage.path)
        // Nobody writes to them any more: the writer has the lock.
        try state.replay(storage, numbers) { name throws(StorageError) in try storage.map(name) }
        state.seal()
        let written = try writer.flushJob().run(state.sealed)
        try writer.install(written, dead: state.deadByShard, log: nil)
        state.dropSealed()
        state.setShards(writer.committedSegments)
        // The next writer removes those that stay.
        for number in numbers { try? storage.remove(IndexFiles.log(number)) }
        return (writer, state)
    }
}

extension IndexWriter {
    /// Opens an index for writing in bulk; what a live index that was stopped has left in its logs is in a shard then.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - settings: what a new index is made with, and what an old one must have; nil takes an old one as it is.
    ///   - policy: what happens to documents whose id is known; nil to add every document, whatever its id.
    ///   - memory: bytes that documents waiting for their shard may take.
    ///   - threads: what writing shards may use.
    /// - Returns: the writer.
    /// - Throws: ``IndexError``.
    package static func recovering(
        _ path: String,
        settings: IndexSettings? = nil,
        policy: SameIDPolicy? = .replace,
        memory: Int,
        threads: WriterThreads = .none
    ) throws(IndexError) -> IndexWriter {
        try LogRecovery.open(
            DirectoryStorage(path: path),
            settings: settings,
            policy: policy,
            memory: memory,
            threads: threads
        )
        .0
    }
}
