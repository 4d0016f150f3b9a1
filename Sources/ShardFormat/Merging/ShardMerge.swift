package import IndexStorage

/// Merges shards into one, without their dead documents, in bounded memory.
///
/// The documents of the first source come first, each source's in their order, numbered anew. The file is the one that a
/// ``ShardBuilder`` would write of the same documents appended in that order: byte for byte, but for where blocks of names,
/// lengths and positions end. Where a source has many of these they go on packed as they are (``SourceBlocks``).
///
/// Sources stay mapped and are read from start to end, table after table and column after column. One packed table at a time,
/// and the new numbers of what has dead neighbours, lie in scratch files where memory has no room for them.
package struct ShardMerge {
    /// A shard to be merged.
    package struct Source {
        package let shard: Shard
        /// Its dead documents, which are left out.
        package let tombstones: Tombstones?
        /// Whether nobody reads the shard after it is merged, or beside that.
        let isReadLast: Bool

        /// Names a shard and its dead; nil for none.
        ///
        /// With `isReadLast` what was read of a shard's mapping is given back to the system.
        package init(_ shard: Shard, tombstones: Tombstones? = nil, isReadLast: Bool = false) {
            let count = tombstones?.documentCount ?? shard.documentCount
            precondition(count == shard.documentCount, "another shard's tombstones")
            self.shard = shard
            self.tombstones = tombstones
            self.isReadLast = isReadLast
        }
    }

    /// What the sources and the merged shard were sketched with.
    package let parameters: IndexParameters
    /// Documents of the merged shard.
    package let documentCount: Int
    /// Fingerprints of the merged shard.
    package let fingerprintCount: Int

    let inputs: [MergeInput]
    private let scratch: MergeScratch

    /// Counts what will be merged.
    ///
    /// - Parameters:
    ///   - sources: in document order; all of the parameters given.
    ///   - parameters: what the merged shard carries.
    ///   - memory: bytes that a packed table and new numbers may take. On top come some 4 MB for each thread, 4 bytes for each
    ///     page and 24 for each block written.
    ///   - scratch: where files go that memory has no room for.
    /// - Throws: ``ShardError/overLimit(what:limit:found:)`` where one shard can't hold it all, and for damage.
    package init(
        _ sources: [Source],
        parameters: IndexParameters,
        memory: Int,
        scratch: ScratchFiles
    ) throws(ShardError) {
        self.parameters = parameters
        self.scratch = MergeScratch(scratch, memory: max(memory, 0), sources: sources.count)
        var inputs: [MergeInput] = []
        var documents = 0
        var fingerprints = 0
        for source in sources {
            let mismatches = parameters.mismatches(with: source.shard.parameters)
            guard mismatches.isEmpty else { throw .parameterMismatch(path: source.shard.path, mismatches) }
            let input = try MergeInput(source, firstDocument: documents, firstOrdinal: fingerprints)
            inputs.append(input)
            documents += input.documentCount
            fingerprints += input.fingerprintCount
            try Self.check(documents, below: ShardLayout.documentLimit, "the documents of a shard")
            try Self.check(fingerprints, below: ShardLayout.pairLimit + 1, "the fingerprints of a shard")
        }
        self.inputs = inputs
        documentCount = documents
        fingerprintCount = fingerprints
    }

    /// Whether one shard has room for so many documents, of which each has so many bands and a content key.
    package static func holds(documents: Int, fingerprints: Int, bands: Int) -> Bool {
        documents < ShardLayout.documentLimit && fingerprints <= ShardLayout.pairLimit
            && documents <= ShardLayout.pairLimit / (bands + 1)
    }

    private static func check(_ count: Int, below limit: Int, _ what: String) throws(ShardError) {
        guard count < limit else { throw .overLimit(what: what, limit: UInt64(limit - 1), found: UInt64(count)) }
    }

    /// Writes the merged shard; the file is then complete, but neither synchronised nor closed.
    ///
    /// - Parameters:
    ///   - file: an empty one.
    ///   - loop: what reading, sorting and packing may use; the bytes don't depend on it.
    /// - Returns: what was written.
    /// - Throws: ``ShardError``, of damage to a source or of storage; nothing refers to the file yet.
    /// - Complexity: O(*n*) in the bytes of the sources.
    package func write(
        to file: any StorageFile,
        _ loop: ParallelLoop = .inTurn
    ) throws(ShardError) -> ShardSummary {
        var bands: MergedTable? = try merge(.bands, valueLimit: documentCount, loop)
        let bandPairs = bands?.pairCount ?? 0
        try Self.check(bandPairs, below: ShardLayout.pairLimit + 1, "the band keys of a shard")
        var footer = ShardFooter()
        footer.documents = UInt64(documentCount)
        footer.fingerprints = UInt64(fingerprintCount)
        footer.bandPairs = UInt64(bandPairs)
        var writer = try ShardError.wrapping { () throws(StorageError) in
            try ShardFileWriter(file: file, parameters: parameters, footer: footer)
        }
        if let bands { try Self.write(bands, to: &writer) }
        // Their memory, or their scratch file, is needed for the next table.
        bands = nil
        try Self.write(try merge(.fingerprints, valueLimit: fingerprintCount, loop), to: &writer)
        try Self.write(try merge(.identifiers, valueLimit: documentCount, loop), to: &writer)
        try writeDocuments(to: &writer)
        let pool = ColumnMergePool(pieces: scratch.piecesInWave, pieceBytes: scratch.pieceBytes)
        for column in ShardLayout.Column.allCases {
            let width = column == .signatures ? parameters.signatureBytes : nil
            try ColumnMerge.write(column, of: inputs, width: width, pool, loop, to: &writer)
        }
        let end = try ShardError.wrapping { () throws(StorageError) in try writer.finish() }
        return ShardSummary(
            documents: documentCount,
            fingerprints: fingerprintCount,
            bytes: Int(end.bytes),
            footerChecksum: end.footerChecksum
        )
    }

    private func merge(
        _ table: ShardLayout.Table,
        valueLimit: Int,
        _ loop: ParallelLoop
    ) throws(ShardError) -> MergedTable {
        try TableMerge.merge(table, of: inputs, valueLimit: valueLimit, scratch, loop)
    }

    private static func write(_ table: MergedTable, to writer: inout ShardFileWriter) throws(ShardError) {
        try ShardError.wrapping { () throws(StorageError) in try table.write(to: &writer) }
    }
}

extension ShardError {
    /// The same error in this module's terms.
    init(_ error: StorageError) { self = .storage(path: error.path, message: error.description) }

    /// Runs one step on storage.
    static func wrapping<Result>(_ body: () throws(StorageError) -> Result) throws(ShardError) -> Result {
        do throws(StorageError) { return try body() } catch { throw ShardError(error) }
    }
}
