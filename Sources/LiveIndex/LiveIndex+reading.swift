package import IndexStorage
public import NearDuplicates
internal import ShardFormat

extension LiveIndex {
    /// The index in a directory as it is now, for reading alone: what is in logs is read, too.
    ///
    /// So what another process has acknowledged is found, whether that goes on or was stopped.
    ///
    /// - Parameter path: the directory.
    /// - Returns: the index at a moment; it does not change.
    /// - Throws: ``NearDuplicates/IndexError/notAnIndex(path:)``, ``NearDuplicates/IndexError/damaged(_:)``.
    /// - Complexity: O(length of the logs).
    public static func snapshot(path: String) throws(IndexError) -> IndexSnapshot {
        try snapshot(of: DirectoryStorage(path: path))
    }

    package static func snapshot(of storage: any IndexDirectory) throws(IndexError) -> IndexSnapshot {
        var attempts = 0
        while true {
            let shards = try IndexSnapshot(storage)
            guard let first = shards.manifest.attachments.first(where: { $0.kind == IndexFiles.logKind })?.name else {
                return shards
            }
            do throws(IndexError) {
                return try snapshot(of: storage, shards, firstLog: first)
            } catch {
                // The writer may have made a shard of a log since the manifest was read, and removed it.
                attempts += 1
                guard attempts < 10, try IndexSnapshot(storage).generation != shards.generation else { throw error }
            }
        }
    }

    private static func snapshot(
        of storage: any IndexDirectory,
        _ shards: IndexSnapshot,
        firstLog: String
    ) throws(IndexError) -> IndexSnapshot {
        let files: [String]
        do { files = try storage.list() } catch { throw IndexError(any: error, path: storage.path) }
        let numbers = try LiveState.logs(files, from: firstLog, in: storage.path)
        var state = LiveState(
            parameters: shards.parameters,
            learned: try LearnedBoilerplate(storage, shards.manifest)
        )
        state.setShards(shards.segments)
        // The last may be written to at this moment: it is read, not mapped.
        try state.replay(storage, numbers) { name throws(StorageError) in
            MappedFile(copying: try storage.read(name, limit: readLimit))
        }
        return state.snapshot(storage, shards.manifest)
    }

    /// A log is ended when documents of a quarter of the writer's memory are in it.
    private static var readLimit: Int { 16 << 30 }
}
