internal import CrawlModel
internal import IndexStorage

/// The folder that outputs are written to: it has its name once all of them are whole.
///
/// Until then it is called `….partial`; a run that finds one left behind removes it.
final class OutputTree {
    private let parent: any IndexDirectory
    private let name: String
    private let makeFolder: (String) -> any IndexDirectory
    private var names = OutputNames()
    private var open: (file: any StorageFile, folder: any IndexDirectory)?
    private var prepared: Set<String> = []
    /// Files written.
    private(set) var files = 0
    /// Bytes written, packed.
    private(set) var bytes: UInt64 = 0

    /// What is not whole yet is called this way.
    static func partial(_ name: String) -> String { name + ".partial" }

    /// Begins a folder in another; what an earlier run left of it is removed.
    ///
    /// - Parameters:
    ///   - parent: where it will lie.
    ///   - name: what it will be called.
    ///   - makeFolder: opens a folder by its path.
    /// - Throws: ``PipelineError/output(message:)``.
    init(
        in parent: any IndexDirectory,
        named name: String,
        makeFolder: @escaping (String) -> any IndexDirectory = { DirectoryStorage(path: $0) }
    ) throws(PipelineError) {
        self.parent = parent
        self.name = name
        self.makeFolder = makeFolder
        try FileTree.remove(parent.path + "/" + Self.partial(name))
        try prepare(root)
    }

    private var root: String { parent.path + "/" + Self.partial(name) }

    private func prepare(_ folder: String) throws(PipelineError) {
        guard prepared.insert(folder).inserted else { return }
        try PipelineError.writing { () throws(StorageError) in try makeFolder(folder).prepare() }
    }

    /// Begins the file of an input.
    func begin(_ input: String, _ source: RecordSource, asJSONLines: Bool) throws(PipelineError) {
        let path = names.path(of: input, source, asJSONLines: asJSONLines)
        let folder = ([root] + path.dropLast()).joined(separator: "/")
        try prepare(folder)
        let storage = makeFolder(folder)
        open = (try PipelineError.writing { () throws(StorageError) in try storage.create(path.last!) }, storage)
        files += 1
    }

    /// Adds to the file that was begun last.
    func append(_ bytes: [UInt8]) throws(PipelineError) {
        guard let open else { return }
        try PipelineError.writing { () throws(StorageError) in try open.file.append(bytes) }
        self.bytes += UInt64(bytes.count)
    }

    /// Ends the file that was begun last.
    func end() throws(PipelineError) {
        guard let ended = open else { return }
        open = nil
        try PipelineError.writing { () throws(StorageError) in
            try ended.file.synchronize()
            try ended.file.close()
        }
    }

    /// Makes everything survive a power cut, and gives the folder its name.
    func finish() throws(PipelineError) {
        try PipelineError.writing { () throws(StorageError) in
            for folder in prepared.sorted() { try makeFolder(folder).synchronize() }
            try parent.replace(name, with: Self.partial(name))
        }
    }
}

extension PipelineError {
    /// Writes something, in this module's terms.
    static func writing<Result: ~Copyable>(
        _ body: () throws(StorageError) -> sending Result
    ) throws(PipelineError) -> sending Result {
        do throws(StorageError) {
            return try body()
        } catch {
            throw .output(message: error.description)
        }
    }
}
