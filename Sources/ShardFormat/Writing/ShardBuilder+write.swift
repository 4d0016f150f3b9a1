package import IndexStorage

/// What was written.
package struct ShardSummary: Hashable, Sendable {
    /// Documents.
    package let documents: Int
    /// Fingerprints of them all.
    package let fingerprints: Int
    /// The file's length.
    package let bytes: Int
    /// The checksum of the footer, which covers the page checksums and through them the file: it names the content.
    package let footerChecksum: UInt32
}

extension ShardBuilder {
    /// The bytes of what was appended.
    package var heldBytes: Int { columns.byteCount }

    /// The bytes it holds and those that writing will need on top: a function of what was appended alone.
    package var estimatedMemory: Int {
        // More than lines, common keys, packed names and what threads sort a part in take. It is not cut closer, since where
        // one shard ends and the next begins follows from it.
        let scratch = 13 * max(columns.bandPairs.count, columns.fingerprintPairs.count, columns.identifierPairs.count)
        return columns.byteCount + scratch + Self.fixedMemory
    }

    /// The chunks that each part of the pairs has open, zstd's context, a block and its packed form, page checksums.
    private static let fixedMemory = 2 << 20

    /// Writes the shard and forgets its documents; the file is then complete, but neither synchronised nor closed.
    ///
    /// Tables are sorted and packed in the memory in which their pairs came. What one thread writes is written while others
    /// pack what comes after it.
    ///
    /// - Parameters:
    ///   - file: an empty one.
    ///   - loop: what sorting and packing may use; the bytes don't depend on it.
    ///   - keepsMemory: whether the memory stays for the next shard, as with ``reset(keepingCapacity:)``; else a table's is given
    ///     back once it is written, so that the system has it for what is written next.
    /// - Returns: what was written.
    /// - Throws: ``StorageError``; nothing refers to the file yet, so that it can be removed.
    /// - Complexity: O(*n*) in what was appended.
    package func write(
        to file: any StorageFile,
        _ loop: ParallelLoop = .inTurn,
        keepsMemory: Bool = false
    ) throws(StorageError) -> ShardSummary {
        defer { reset(keepingCapacity: keepsMemory) }
        let scratch = ReusePool { PartScratch() }
        let tables = [
            columns.bandPairs.takeParts(of: .bands, valueLimit: documentCount),
            columns.fingerprintPairs.takeParts(of: .fingerprints, valueLimit: fingerprintCount),
            columns.identifierPairs.takeParts(of: .identifiers, valueLimit: documentCount),
        ]
        loop(tables.count * TablePairs.parts) { index in
            tables[index / TablePairs.parts].sort(index % TablePairs.parts, in: scratch)
        }
        let bandPairs = tables[0].pairCount
        for table in tables { table.plan(loop, in: scratch) }
        var footer = ShardFooter()
        footer.documents = UInt64(documentCount)
        footer.fingerprints = UInt64(fingerprintCount)
        footer.bandPairs = UInt64(bandPairs)
        let writer = try ShardFileWriter(file: file, parameters: parameters, footer: footer)
        let end = try ShardWriting(self, tables, writer, keepsMemory: keepsMemory).run(loop, in: scratch)
        if keepsMemory {
            columns.bandPairs.reuse(tables[0].takeMemory())
            columns.fingerprintPairs.reuse(tables[1].takeMemory())
            columns.identifierPairs.reuse(tables[2].takeMemory())
        }
        return ShardSummary(
            documents: documentCount,
            fingerprints: fingerprintCount,
            bytes: Int(end.bytes),
            footerChecksum: end.footerChecksum
        )
    }
}

extension BuilderColumns {
    /// Writes what is neither a table nor in blocks.
    func writeDocuments(fingerprintCount: Int, to writer: inout ShardFileWriter) throws(StorageError) {
        try writer.section(.contentHashes) { (writer) throws(StorageError) in
            try Self.append(contentHashes, to: &writer)
            return nil
        }
        try writer.section(.firstOrdinals) { (writer) throws(StorageError) in
            guard fingerprintCount > 0 else { return nil }
            try Self.append(firstOrdinals, to: &writer)
            var end = ByteWriter()
            end.append(UInt32(fingerprintCount))
            try writer.append(end.bytes.span)
            return nil
        }
        try writer.section(.ordinalBlocks) { (writer) throws(StorageError) in
            try Self.append(ordinalBlocks(fingerprintCount: fingerprintCount), to: &writer)
            return nil
        }
    }

    /// For each 256 ordinals the document of the first.
    private func ordinalBlocks(fingerprintCount: Int) -> GrowableBuffer<UInt32> {
        var blocks = GrowableBuffer<UInt32>()
        var document = 0
        for ordinal in stride(from: 0, to: fingerprintCount, by: ShardLayout.ordinalBlock) {
            while document + 1 < firstOrdinals.count, Int(firstOrdinals[document + 1]) <= ordinal { document += 1 }
            blocks.append(UInt32(document))
        }
        return blocks
    }

    /// Appends integers little-endian, in pieces so that a big-endian machine needs no copy of the whole.
    private static func append<Element: FixedWidthInteger & BitwiseCopyable>(
        _ values: borrowing GrowableBuffer<Element>,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        let piece = 16 << 10
        for start in stride(from: 0, to: values.count, by: piece) {
            let little = (start..<min(start + piece, values.count)).map { values[$0].littleEndian }
            try writer.append(little.span)
        }
    }
}
