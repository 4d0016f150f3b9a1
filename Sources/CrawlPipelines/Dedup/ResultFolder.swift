internal import CrawlReading
internal import IndexStorage
internal import ShardFormat

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The folder for the results: what may be in it, and what is put into it.
struct ResultFolder {
    /// The folder's path.
    let path: String
    /// The folder for working files.
    let working: String

    static let clusters = "clusters.jsonl"
    static let summary = "summary.json"
    private static let workingName = ".neardup-work"
    private static let trees = ["unique", "annotated"]
    private static let files = [clusters, KnownDocuments.lines, summary]

    /// Results in a folder, and working files in it or in another.
    ///
    /// - Parameters:
    ///   - path: the folder for the results.
    ///   - temporary: the folder that working files get a folder of their own in: it may hold anything else, and working files
    ///     for other results.
    init(_ path: String, temporary: String? = nil) {
        self.path = path
        var absolute = AbsolutePaths()
        working =
            if let temporary {
                // Hidden, so that it is no input where the folder is.
                "\(temporary)/\(Self.workingName)-"
                    + String(IdentifierHash.hash(absolute.path(of: Self.withoutSlash(path))), radix: 16)
            } else {
                path + "/" + Self.workingName
            }
    }

    private static func withoutSlash(_ path: String) -> String {
        String(path.reversed().drop { $0 == "/" }.reversed())
    }

    var storage: DirectoryStorage { DirectoryStorage(path: path) }

    /// Refuses a folder with anything in it that no run has put there.
    func refuseOtherFiles() throws(PipelineError) {
        guard FileTree.exists(path) else { return }
        let results = Self.trees + Self.files
        let own = Set(results + results.map(OutputTree.partial) + [Self.workingName])
        for name in try FileTree.names(in: path).sorted() where !own.contains(name) {
            throw .outputInUse(
                path: path,
                message: "expected an empty folder for the results, or none, found other files (\(name)); name another"
            )
        }
    }

    /// Refuses a folder with the results of an earlier run.
    func refuseResults(unless replaces: Bool) throws(PipelineError) {
        guard !replaces else { return }
        for name in Self.files + Self.trees where FileTree.exists(path + "/" + name) {
            throw .outputInUse(
                path: path,
                message: "holds the results of an earlier run (\(name)); --overwrite replaces them"
            )
        }
    }

    /// Removes results, so that others may take their names.
    func removeResults() throws(PipelineError) {
        // The summary says that all the others are there: it goes first, and comes last.
        for name in Self.files.reversed() + Self.trees { try FileTree.remove(path + "/" + name) }
    }

    /// Writes a file that has its name only once it is whole.
    func write(_ name: String, _ body: (any StorageFile) throws(PipelineError) -> Void) throws(PipelineError) {
        let partial = OutputTree.partial(name)
        try FileTree.remove(path + "/" + partial)
        let file = try PipelineError.writing { () throws(StorageError) in try storage.create(partial) }
        try body(file)
        try PipelineError.writing { () throws(StorageError) in
            try file.synchronize()
            try file.close()
        }
    }

    /// Gives a file that is whole its name.
    func name(_ name: String) throws(PipelineError) {
        try PipelineError.writing { () throws(StorageError) in
            try storage.replace(name, with: OutputTree.partial(name))
        }
    }

    /// Removes the folder where a run has put nothing into it.
    func removeIfEmpty() {
        // The path is a C string for the length of the call; a folder with anything in it stays.
        unsafe _ = rmdir(path)
    }
}
