internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

/// What documents are called: copied out of the index in its order, so that they can be looked up in any.
final class DocumentNames {
    /// What one document is called.
    struct Names {
        var id: ArraySlice<UInt8>
        var url: ArraySlice<UInt8>
        var date: ArraySlice<UInt8>
    }

    private let starts: MappedFile
    private let bytes: MappedFile
    private static let startsName = "names-starts"
    private static let bytesName = "names"

    /// Copies names.
    ///
    /// - Parameters:
    ///   - snapshot: the working index.
    ///   - folder: takes two working files.
    ///   - isWanted: says whose names; nil for all.
    ///   - body: told of each of them, in order.
    /// - Throws: ``PipelineError``.
    init(
        of snapshot: IndexSnapshot,
        in folder: WorkingFolder,
        wanted isWanted: ((_ number: Int) -> Bool)?,
        _ body: (_ number: Int, Names) -> Void = { _, _ in }
    ) throws(PipelineError) {
        let (starts, bytes) = (try folder.create(Self.startsName), try folder.create(Self.bytesName))
        var number = 0
        for segment in snapshot.segments {
            let cursor = ShardCursor(segment.shard)
            for document in 0..<UInt32(segment.documentCount) where segment.tombstones?.contains(document) != true {
                var start: [UInt8] = []
                start.appendLittleEndian(bytes.size)
                try Self.append(start, to: starts)
                if isWanted?(number) ?? true {
                    let names: (id: [UInt8], url: [UInt8], date: [UInt8])
                    do throws(ShardError) {
                        names = try cursor.rawIdentity(of: document)
                    } catch {
                        throw .index(IndexError(error))
                    }
                    let parts = [names.id, names.url, names.date]
                    var row: [UInt8] = []
                    for part in parts { row.appendLittleEndian(UInt64(part.count)) }
                    for part in parts { row += part }
                    try Self.append(row, to: bytes)
                    body(number, Names(id: names.id[...], url: names.url[...], date: names.date[...]))
                }
                number += 1
            }
        }
        for file in [starts, bytes] { try PipelineError.writing { () throws(StorageError) in try file.close() } }
        self.starts = try PipelineError.mapping(folder.storage, Self.startsName)
        self.bytes = try PipelineError.mapping(folder.storage, Self.bytesName)
    }

    private static func append(_ bytes: [UInt8], to file: any StorageFile) throws(PipelineError) {
        try PipelineError.writing { () throws(StorageError) in try file.append(bytes) }
    }

    /// What a document is called; only of those that were copied.
    subscript(number: Int) -> Names {
        let start = Int(Self.word(starts, 8 * number))
        let counts = (0..<3).map { Int(Self.word(bytes, start + 8 * $0)) }
        let (id, url) = (start + 24, start + 24 + counts[0])
        return Names(
            id: part(id, counts[0]),
            url: part(url, counts[1]),
            date: part(url + counts[1], counts[2])
        )
    }

    private func part(_ start: Int, _ count: Int) -> ArraySlice<UInt8> {
        precondition(start >= 0 && count >= 0 && start + count <= bytes.count, "names lie where they were written")
        // Copied within the call.
        return unsafe bytes.withUnsafeBytes { unsafe Array($0[start..<start + count])[...] }
    }

    private static func word(_ file: MappedFile, _ offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset + 8 <= file.count, "names are of documents that were copied")
        // The word lies within the file.
        return unsafe file.withUnsafeBytes { bytes in
            UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }
}

extension PipelineError {
    /// Maps a working file, in this module's terms.
    static func mapping(_ storage: any IndexDirectory, _ name: String) throws(PipelineError) -> MappedFile {
        try writing { () throws(StorageError) in try storage.map(name) }
    }
}
