public import CrawlModel
package import IndexStorage
public import ShardFormat

/// What adding a document does when its id is in the index already.
public enum SameIDPolicy: String, CaseIterable, Hashable, Sendable {
    /// The new document takes the place of the old one.
    case replace
    /// The old one stays.
    case skip
    /// Adding fails.
    case fail
}

/// What became of the documents given to a writer.
public struct AddedCounts: Hashable, Sendable {
    /// Added, replacements included.
    public var added = 0
    /// Of ``added``: in the place of an older document of the same id.
    public var replaced = 0
    /// Left out because a later document of the run has their id.
    public var superseded = 0
    /// Left as they were: the index holds the same id with the same content, URL and date.
    public var unchanged = 0
    /// Left out because the index holds the id, as the policy says.
    public var skipped = 0
    /// Left out because they have no token.
    public var empty = 0
    /// Left out because they have fewer tokens than the index takes.
    public var tooShort = 0

    /// Creates counts of nothing.
    public init() {}
}

/// The one writer of an index: collects documents, writes them as shards, and commits by swapping the manifest last.
///
/// Documents go in from one thread, in the order that decides everything. What was committed stays whatever happens;
/// a writer that is stopped leaves at most files that no manifest names, which the next writer removes.
public final class IndexWriter {
    /// What the index was made with.
    public let parameters: IndexParameters
    /// What became of the documents so far.
    public internal(set) var counts = AddedCounts()
    /// Shards written and committed by this writer.
    public internal(set) var committedShards = 0
    /// When shards are merged after a commit.
    public var mergePolicy = MergePolicy()
    /// Shards that merging replaced by fewer, so far.
    public internal(set) var mergedShards = 0

    let storage: any IndexDirectory
    private let lock: any StorageLock
    /// Nil where ids tell nothing apart.
    let policy: SameIDPolicy?
    private let memory: Int
    /// What merging may take while nothing else does: a part of what documents may, which is free then.
    package var mergeMemory: Int
    var manifest: Manifest
    private var single: SingleDocument?
    var older: [OlderShard]
    let cursors = OlderShardCursors()
    let threads: WriterThreads
    /// The shard that is being filled, and its documents' ids.
    var builder: ShardBuilder
    var pending = PendingDocuments()
    /// The shard before it, on its way to the disk.
    var sealed: SealedShard?
    /// The memory of a shard that was written, for the next.
    var spare: (ShardBuilder, PendingDocuments)?
    /// The hashes of a batch's ids, and whether an older shard may have them.
    var idHashes: [UInt64] = []
    var isSuspect: [Bool] = []
    /// What of each input is in the index once the next commit is done.
    var ledger = InputLedger()
    var hasNewInputs = false

    /// Opens an index for writing, or makes one.
    ///
    /// - Parameters:
    ///   - storage: the directory; made if it is missing.
    ///   - settings: what a new index is made with, and what an old one must have; nil takes an old one as it is.
    ///   - policy: what happens to documents whose id is known; nil to add every document, whatever its id. Then nothing keeps
    ///     a document from being added twice but the list of inputs.
    ///   - memory: bytes that documents waiting for their shard, or on their way to the disk, may take.
    ///   - threads: what writing shards may use.
    ///   - readsLog: whether the caller sees to documents that are in a log and in no shard yet; else the index is refused.
    /// - Throws: ``IndexError/unreadLog(path:file:)``, ``IndexError/locked(path:holder:)``, ``IndexError/directoryInUse(path:file:)``,
    ///   ``IndexError/otherParameters(path:_:)`` and what opening an index throws.
    package init(
        _ storage: any IndexDirectory,
        settings: IndexSettings?,
        policy: SameIDPolicy? = .replace,
        memory: Int,
        threads: WriterThreads = .none,
        readsLog: Bool = false
    ) throws(IndexError) {
        self.storage = storage
        self.threads = threads
        self.policy = policy
        self.memory = memory
        mergeMemory = memory / 2
        let wanted = try (settings ?? IndexSettings()).parameters()
        do {
            try storage.prepare()
            let files = try storage.list()
            if !files.contains(IndexFiles.manifest) { try Self.refuseOtherFiles(files, in: storage.path) }
            lock = try storage.lock(IndexFiles.lock)
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
        manifest =
            try Self.existingManifest(storage, wanted: settings == nil ? nil : wanted)
            ?? Manifest(parameters: wanted, generation: 0, nextShard: 1, shards: [])
        parameters = manifest.parameters
        builder = ShardBuilder(parameters: parameters)
        older = []
        if !readsLog, let log = manifest.logName { throw .unreadLog(path: storage.path, file: log) }
        for entry in manifest.shards {
            older.append(OlderShard(try IndexSnapshot.openSegment(storage, entry, parameters)))
        }
        ledger = try IndexSnapshot.readInputs(storage, manifest)
        try removeLeftovers()
        // From here on a directory with shards and no manifest has lost it: it must never be taken for a new index.
        if manifest.generation == 0 { try commit() }
    }

    /// A new index is made only where there is nothing else, least of all what is left of another index.
    private static func refuseOtherFiles(_ files: [String], in path: String) throws(IndexError) {
        if let shard = files.first(where: IndexFiles.holdsDocuments) {
            throw .manifestMissing(path: path, file: shard)
        }
        if let foreign = files.first(where: { !IndexFiles.isOfIndex($0) }) {
            throw .directoryInUse(path: path, file: foreign)
        }
    }

    /// The manifest of the index in a directory; nil where there is none.
    private static func existingManifest(
        _ storage: any IndexDirectory,
        wanted: IndexParameters?
    ) throws(IndexError) -> Manifest? {
        do throws(IndexError) {
            let manifest = try IndexSnapshot.readManifest(storage)
            do { try IndexSnapshot.refuseUnknown(manifest, .requiredToWrite, in: storage.path) } catch {
                throw IndexError(error)
            }
            let mismatches = (wanted ?? manifest.parameters.asWrittenHere).mismatches(with: manifest.parameters)
            guard mismatches.isEmpty, manifest.parameters.sketching != nil else {
                throw .otherParameters(path: storage.path, mismatches)
            }
            return manifest
        } catch .notAnIndex {
            return nil
        }
    }

    /// Opens the index in a directory for writing, or makes one.
    ///
    /// - Parameters:
    ///   - path: the directory; made if it is missing.
    ///   - settings: what a new index is made with, and what an old one must have; nil takes an old one as it is.
    ///   - policy: what happens to documents whose id is known.
    ///   - memory: bytes that documents waiting for their shard may take.
    /// - Throws: ``IndexError/locked(path:holder:)``, ``IndexError/otherParameters(path:_:)`` and what opening an index
    ///   throws.
    public convenience init(
        path: String,
        settings: IndexSettings? = nil,
        policy: SameIDPolicy = .replace,
        memory: Int = 256 << 20
    ) throws(IndexError) {
        try self.init(DirectoryStorage(path: path), settings: settings, policy: policy, memory: memory)
    }

    /// Adds one document; it is found by searches of snapshots opened after the next ``commit()``.
    ///
    /// - Throws: ``IndexError/sameID(_:)`` where the policy is to fail; ``IndexError/storage(path:message:)``.
    /// - Complexity: O(length of the text).
    public func add(_ document: Document) throws(IndexError) {
        let work: SingleDocument
        if let single { work = single } else { work = try SingleDocument(parameters) }
        single = work
        work.batch.removeAll()
        work.batch.append(document)
        work.sketches.sketch(work.batch, with: &work.sketcher)
        try add(work.batch, work.sketches)
    }

    /// Adds the documents of a batch, in order; a shard that fills its memory is written beside the next, and committed
    /// before that is full.
    ///
    /// - Parameters:
    ///   - documents: the batch.
    ///   - sketches: a sketch for each of its documents.
    ///   - count: how many of the documents, from the first on; nil for all.
    ///   - progress: how much of the input is in the index with them.
    /// - Throws: what ``add(_:)`` throws.
    package func add(
        _ documents: borrowing DocumentBatch,
        _ sketches: borrowing SketchBatch,
        first count: Int? = nil,
        progress: InputProgress? = nil
    ) throws(IndexError) {
        precondition(documents.entries.count == sketches.entries.count, "every document has a sketch")
        let fields = documents.fields.storage.span
        let count = min(count ?? .max, documents.entries.count)
        if policy == nil { hashIdentifiers(documents, first: count) } else { try suspect(documents, first: count) }
        let generation = manifest.generation
        // Asking after each document costs more than adding it, and is needed near the end of a shard alone.
        let mayFill = isFull(after: sketches.memoryBound(first: count) + 5 * fields.count)
        for index in 0..<count {
            let entry = documents.entries[index]
            let sketch = sketches.entries[index]
            guard sketch.tokens >= parameters.minimumTokens else {
                if sketch.tokens == 0 { counts.empty += 1 } else { counts.tooShort += 1 }
                continue
            }
            let id = fields.extracting(entry.id.start..<entry.id.end)
            let url = fields.extracting(entry.url.start..<entry.url.end)
            let date = fields.extracting(entry.date.start..<entry.date.end)
            let idHash = idHashes[index]
            let details = PendingDocuments.detailsHash(url: url, date: date)
            // Before anything makes way for this document: what is replaced and what replaces it are committed as one.
            if builder.wouldOverflow(fingerprints: sketches.fingerprintCount(of: index), bandKeys: parameters.bands) {
                if let progress { note(progress, before: entry) }
                try commitAside()
            }
            if policy != nil {
                // A commit since has given the index a shard that was not asked.
                let mayBeOlder = isSuspect[index] || manifest.generation != generation
                let decision = try decide(id, idHash, sketch.contentHash, details, mayBeOlder: mayBeOlder)
                guard case .goes(let replaced) = decision else { continue }
                pending.insert(
                    UInt32(builder.documentCount),
                    id: id,
                    hash: idHash,
                    contentHash: sketch.contentHash,
                    detailsHash: details,
                    replaced: replaced
                )
            }
            do {
                try sketches.append(index, id: id, url: url, date: date, idHash: idHash, to: builder)
            } catch {
                throw IndexError(error)
            }
            counts.added += 1
            guard mayFill, isFull(after: 0) else { continue }
            if let progress, index + 1 < documents.entries.count {
                note(progress, before: documents.entries[index + 1])
            } else if let progress {
                note(progress)
            }
            try commitAside()
        }
        if let progress { note(progress) }
    }

    /// Whether documents take all the memory they may, with so many bytes more: as much as these have those of the shard
    /// before, while it is written.
    private func isFull(after more: Int) -> Bool {
        builder.estimatedMemory + builder.heldBytes + 2 * pending.memory + more >= memory
    }

    /// Gives up the lock; what was not committed is lost.
    public func close() {
        sealed?.abandon()
        sealed = nil
        lock.release()
    }

    // The file must not be written on when the next writer has the lock.
    deinit { sealed?.abandon() }

    /// Removes the files that a stopped writer left behind.
    private func removeLeftovers() throws(IndexError) {
        var named = manifest.fileNames
        // Those after the first are named by their numbers.
        let firstLog = manifest.logName.flatMap(IndexFiles.logNumber)
        do {
            let files = try storage.list()
            if let firstLog {
                for name in files where IndexFiles.logNumber(name).map({ $0 >= firstLog }) == true {
                    named.insert(name)
                }
            }
            for name in files where IndexFiles.isOurs(name) && !named.contains(name) {
                try storage.remove(name)
            }
        } catch {
            throw IndexError(error)
        }
    }
}
