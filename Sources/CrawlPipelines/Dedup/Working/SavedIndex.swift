internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The working index where it is to be kept.
struct SavedIndex {
    private let path: String?
    private let folder: WorkingFolder

    init(_ path: String?, _ folder: WorkingFolder) {
        self.path = path
        self.folder = folder
    }

    /// Refuses a place with something there.
    func refuseOther() throws(PipelineError) {
        guard let path, FileTree.exists(path) else { return }
        throw .outputInUse(path: path, message: "there is something of that name; --save-index makes a new index")
    }

    /// Gives the index what was learned of boilerplate, and moves it; does nothing where that was done.
    func save(memory: Int) throws(PipelineError) {
        guard let path, FileTree.exists(folder.index) else { return }
        try addBoilerplate(memory: memory)
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        try PipelineError.writing { () throws(StorageError) in try DirectoryStorage(path: parent).prepare() }
        // Paths are C strings for the length of the call.
        if unsafe rename(folder.index, path) != 0 {
            guard errno == EXDEV else {
                let error = StorageError(errno: errno, operation: .rename, path: path)
                throw .output(message: error.description)
            }
            try refuseOther()
            try copy(to: path)
        }
        try PipelineError.writing { () throws(StorageError) in try DirectoryStorage(path: parent).synchronize() }
        // A run that tidies up again does not copy it again.
        try FileTree.remove(folder.index)
    }

    private func addBoilerplate(memory: Int) throws(PipelineError) {
        guard let list = try folder.learnedBoilerplate() else { return }
        try PipelineError.wrapping { () throws(IndexError) in
            let writer = try IndexWriter(
                DirectoryStorage(path: folder.index),
                settings: nil,
                policy: nil,
                memory: memory
            )
            defer { writer.close() }
            try writer.setBoilerplate(list)
        }
    }

    /// To another file system, under another name until it is whole.
    private func copy(to path: String) throws(PipelineError) {
        let partial = OutputTree.partial(path)
        try FileTree.remove(partial)
        let source = DirectoryStorage(path: folder.index)
        let target = DirectoryStorage(path: partial)
        try PipelineError.writing { () throws(StorageError) in
            try target.prepare()
            for name in try source.list() where name != "lock" {
                let bytes = try source.map(name)
                let file = try target.create(name)
                try bytes.withBytes { (bytes) throws(StorageError) in try file.append(bytes) }
                try file.synchronize()
                try file.close()
            }
            try target.synchronize()
        }
        guard unsafe rename(partial, path) == 0 else {
            let error = StorageError(errno: errno, operation: .rename, path: path)
            throw .output(message: error.description)
        }
    }
}
