package import IndexStorage
public import ShardFormat

/// An index as it was when it was opened: immutable, and shared by any number of threads.
///
/// A writer that commits meanwhile does not disturb it: shards never change, and mapped files outlive their names.
public final class IndexSnapshot: Sendable {
    /// The directory.
    public let path: String
    /// What the index was made with.
    public let parameters: IndexParameters
    /// Counts the commits so far.
    public let generation: UInt64

    package let segments: [ShardSegment]
    /// Of a live index, documents in no shard yet.
    let memory: [MemorySegment]
    /// What is searched: the shards, and documents in memory after them.
    package let searched: [any Segment]
    let storage: any IndexDirectory
    package let manifest: Manifest
    /// Read with the shards, since a writer may remove the file later.
    private let learned: LearnedBoilerplate?

    /// Opens the index in a directory.
    ///
    /// - Throws: ``IndexError/notAnIndex(path:)``; ``IndexError/damaged(_:)`` for a file that is damaged, or of a format
    ///   version this program doesn't read; ``IndexError/otherParameters(path:_:)`` for hashes of another version.
    public convenience init(path: String) throws(IndexError) {
        try self.init(DirectoryStorage(path: path))
    }

    package init(_ storage: any IndexDirectory) throws(IndexError) {
        path = storage.path
        self.storage = storage
        var attempts = 0
        while true {
            let manifest = try Self.readManifest(storage)
            do {
                (segments, learned) = (
                    try Self.openSegments(storage, manifest), try LearnedBoilerplate(storage, manifest)
                )
                memory = []
                searched = segments
                self.manifest = manifest
                break
            } catch {
                // A writer may have merged or dropped a shard since the manifest was read: then there is a newer one.
                attempts += 1
                guard attempts < 10, try Self.readManifest(storage).generation != manifest.generation else {
                    throw error
                }
            }
        }
        parameters = manifest.parameters
        generation = manifest.generation
        guard parameters.sketching != nil else {
            throw .otherParameters(path: path, parameters.asWrittenHere.mismatches(with: parameters))
        }
    }

    /// A live index as it is at a moment: its shards, less what died since they were committed, and what is in memory.
    package init(
        _ storage: any IndexDirectory,
        manifest: Manifest,
        segments: [ShardSegment],
        memory: [MemorySegment],
        learned: LearnedBoilerplate?
    ) {
        self.learned = learned
        path = storage.path
        self.storage = storage
        self.manifest = manifest
        self.segments = segments
        self.memory = memory
        searched = segments + memory as [any Segment]
        parameters = manifest.parameters
        generation = manifest.generation
    }

    /// What the index in a directory was made with; nil where there is none.
    ///
    /// Opens no shard.
    ///
    /// - Throws: ``IndexError`` where there is one, and its manifest can't be read.
    public static func parameters(path: String) throws(IndexError) -> IndexParameters? {
        do throws(IndexError) {
            return try readManifest(DirectoryStorage(path: path)).parameters
        } catch .notAnIndex {
            return nil
        }
    }

    /// Documents in the index, without those replaced or removed.
    public var documentCount: Int { searched.reduce(0) { $0 + $1.liveCount } }

    /// What was learned to be boilerplate; nil where nothing was.
    ///
    /// - Throws: ``IndexError/damaged(_:)``.
    package func boilerplate() throws(IndexError) -> BoilerplateSet? { try learned?.set() }

    /// Checks every byte and every invariant of every file.
    ///
    /// O(size of the index).
    ///
    /// - Parameter progress: told of each shard before it is read.
    /// - Throws: ``IndexError/damaged(_:)`` naming the first damage found.
    public func verify(progress: (String) -> Void = { _ in }) throws(IndexError) {
        for (entry, segment) in zip(manifest.shards, segments) {
            progress(entry.name)
            do {
                try segment.shard.verify()
            } catch {
                throw IndexError(error)
            }
        }
        if let inputs = manifest.inputs {
            progress(inputs.name)
            do throws(IndexError) {
                _ = try Self.readInputs(storage, manifest)
            } catch {
                // A writer that has committed since this was opened has removed it.
                guard try Self.readManifest(storage).generation != generation else { throw error }
            }
        }
        for attachment in manifest.attachments where !attachment.flags.contains(.grows) {
            progress(attachment.name)
            do throws(IndexError) {
                _ = try Self.read(attachment, of: storage)
            } catch {
                guard try Self.readManifest(storage).generation != generation else { throw error }
            }
        }
        _ = try boilerplate()
    }

    /// What of each input is in the index; not found where a writer has committed since this was opened.
    func inputs() throws(IndexError) -> InputLedger { try Self.readInputs(storage, manifest) }

    /// What of each input is in the index.
    static func readInputs(_ storage: any IndexDirectory, _ manifest: Manifest) throws(IndexError) -> InputLedger {
        guard let entry = manifest.inputs else { return InputLedger() }
        let path = storage.path + "/" + entry.name
        do {
            let bytes = try named(entry.name, in: storage) { () throws(StorageError) in
                try storage.read(entry.name, limit: IndexFiles.inputsLimit)
            }
            let ledger = try InputLedger(decoding: bytes, path: path)
            guard InputLedger.checksum(of: bytes) == entry.checksum else {
                throw ShardError.corrupt(
                    path: path,
                    section: "whole file",
                    offset: 0,
                    expected: "the list of inputs the manifest names",
                    found: "another"
                )
            }
            return ledger
        } catch {
            throw IndexError(any: error, path: path)
        }
    }

    static func readManifest(_ storage: any IndexDirectory) throws(IndexError) -> Manifest {
        let bytes: [UInt8]
        do {
            bytes = try storage.read(IndexFiles.manifest, limit: IndexFiles.manifestLimit)
        } catch {
            switch error.code {
            case .notFound, .notADirectory:
                if let shard = try? storage.list().first(where: IndexFiles.holdsDocuments) {
                    throw .manifestMissing(path: storage.path, file: shard)
                }
                throw .notAnIndex(path: storage.path)
            default: throw IndexError(error)
            }
        }
        do {
            let manifest = try Manifest(decoding: bytes, path: storage.path + "/" + IndexFiles.manifest)
            try refuseUnknown(manifest, .requiredToRead, in: storage.path)
            return manifest
        } catch {
            throw IndexError(error)
        }
    }

    private static func openSegments(
        _ storage: any IndexDirectory,
        _ manifest: Manifest
    ) throws(IndexError) -> [ShardSegment] {
        var segments: [ShardSegment] = []
        let cache = BlockCache()
        for entry in manifest.shards {
            let number = segments.count
            segments.append(try openSegment(storage, entry, manifest.parameters, cache: cache, number: number))
        }
        return segments
    }

    /// Opens a file that the manifest names: without it the index is damaged.
    static func named<File>(
        _ name: String,
        in storage: any IndexDirectory,
        _ open: () throws(StorageError) -> File
    ) throws -> File {
        do throws(StorageError) {
            return try open()
        } catch  where error.code == .notFound {
            throw ShardError.corrupt(
                path: storage.path + "/" + name,
                section: "file",
                offset: 0,
                expected: "the file that the manifest names",
                found: "no file of that name"
            )
        }
    }

    /// Tombstones of another shard, or of another commit, would hide the wrong documents.
    private static func readTombstones(
        _ bytes: [UInt8],
        of entry: Manifest.ShardEntry,
        path: String
    ) throws(ShardError) -> Tombstones {
        let tombstones = try Tombstones(decoding: bytes, path: path)
        guard tombstones.shard == entry.name, tombstones.documentCount == entry.documents,
            tombstones.count == entry.dead
        else {
            throw .corrupt(
                path: path,
                section: "header",
                offset: 0,
                expected: "\(entry.dead) dead of the \(entry.documents) documents of \(entry.name)",
                found: "\(tombstones.count) dead of the \(tombstones.documentCount) documents of \(tombstones.shard)"
            )
        }
        return tombstones
    }

    static func openSegment(
        _ storage: any IndexDirectory,
        _ entry: Manifest.ShardEntry,
        _ parameters: IndexParameters,
        cache: BlockCache = BlockCache(),
        number: Int = 0
    ) throws(IndexError) -> ShardSegment {
        do {
            let path = storage.path + "/" + entry.name
            let file = try named(entry.name, in: storage) { () throws(StorageError) in try storage.map(entry.name) }
            file.adviseRandom()
            let shard = try Shard(file: file, path: path, expecting: parameters)
            guard shard.footerChecksum == entry.footerChecksum, shard.documentCount == entry.documents else {
                throw ShardError.corrupt(
                    path: path,
                    section: "footer",
                    offset: UInt64(shard.byteCount),
                    expected: "the shard the manifest names, with \(entry.documents) documents",
                    found: "another, with \(shard.documentCount)"
                )
            }
            var tombstones: Tombstones?
            if !entry.tombstones.isEmpty {
                let bytes = try named(entry.tombstones, in: storage) { () throws(StorageError) in
                    try storage.read(entry.tombstones, limit: IndexFiles.tombstoneLimit)
                }
                tombstones = try readTombstones(bytes, of: entry, path: storage.path + "/" + entry.tombstones)
            }
            return ShardSegment(shard, name: entry.name, tombstones: tombstones, cache: cache, number: number)
        } catch {
            throw IndexError(any: error, path: storage.path)
        }
    }
}
