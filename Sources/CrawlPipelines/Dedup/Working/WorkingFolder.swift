internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

/// The folder with everything a run needs until it is done.
final class WorkingFolder {
    /// The folder's path.
    let path: String
    let storage: DirectoryStorage
    private let lock: any StorageLock

    private static let lockName = "lock"
    private static let stateName = "state.json"
    private static let stateLimit = 1 << 30
    private static let boilerplateLimit = 1 << 30
    /// The folder of the working index.
    var index: String { path + "/index" }
    /// Where the documents lie.
    static let places = "places"
    /// What was learned to be boilerplate.
    static let boilerplate = "boilerplate"

    /// Makes the folder, or takes over what a stopped run has left.
    ///
    /// - Throws: ``PipelineError/outputInUse(path:message:)`` where another run is at it.
    init(_ path: String) throws(PipelineError) {
        self.path = path
        let storage = DirectoryStorage(path: path)
        self.storage = storage
        do throws(StorageError) {
            try storage.prepare()
            lock = try storage.lock(Self.lockName)
        } catch {
            if case .locked(let holder) = error.code {
                let process = holder.map { " (\($0))" } ?? ""
                throw .outputInUse(
                    path: path,
                    message: "another run\(process) is working here; wait for it to end, or stop it"
                )
            }
            throw .output(message: error.description)
        }
    }

    /// A file's path.
    func file(_ name: String) -> String { path + "/" + name }

    /// How far an earlier run has come; nil where there is none, or none that can be gone on with.
    func readState() throws(PipelineError) -> DedupState? {
        do throws(StorageError) {
            return DedupState(decoding: try storage.read(Self.stateName, limit: Self.stateLimit))
        } catch {
            if error.code == .notFound { return nil }
            throw .output(message: error.description)
        }
    }

    /// Writes how far the run has come, in one step.
    func write(_ state: DedupState) throws(PipelineError) {
        try put(state.encoded, as: Self.stateName)
    }

    /// Creates a file, in the place of one that there is.
    func create(_ name: String) throws(PipelineError) -> any StorageFile {
        try FileTree.remove(file(name))
        return try PipelineError.writing { () throws(StorageError) in try storage.create(name) }
    }

    /// Writes a small file in one step.
    func put(_ bytes: [UInt8], as name: String) throws(PipelineError) {
        let new = try create(name + ".new")
        try PipelineError.writing { () throws(StorageError) in
            try new.append(bytes)
            try new.synchronize()
            try new.close()
            try storage.replace(name, with: name + ".new")
        }
    }

    /// What was learned to be boilerplate; nil where nothing was.
    func learnedBoilerplate() throws(PipelineError) -> BoilerplateList? {
        guard FileTree.exists(file(Self.boilerplate)) else { return nil }
        let bytes = try PipelineError.writing { () throws(StorageError) in
            try storage.read(Self.boilerplate, limit: Self.boilerplateLimit)
        }
        do throws(ShardError) {
            let list = try BoilerplateList(decoding: bytes, path: file(Self.boilerplate))
            return list.keys.isEmpty ? nil : list
        } catch {
            throw .index(IndexError(error))
        }
    }

    /// Removes everything, but for the lock, and files of these names.
    func clear(keeping kept: Set<String> = []) throws(PipelineError) {
        for name in try FileTree.names(in: path) where name != Self.lockName && !kept.contains(name) {
            try FileTree.remove(file(name))
        }
    }

    /// Removes the folder; what an interrupted removal leaves still says how far the run had come.
    func remove() throws(PipelineError) {
        try clear(keeping: [Self.stateName])
        try FileTree.remove(path)
        lock.release()
    }
}
