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
        // The largest table is sorted into as much memory again, and packed from there into a little more than half of it.
        let scratch = 13 * max(columns.bandPairs.count, columns.fingerprintPairs.count, columns.identifierPairs.count)
        return columns.byteCount + scratch + Self.fixedMemory
    }

    /// The chunks that each part of the pairs has open, zstd's context, a block and its packed form, page checksums.
    private static let fixedMemory = 2 << 20

    /// Writes the shard; the file is then complete, but neither synchronised nor closed.
    ///
    /// - Parameters:
    ///   - file: an empty one.
    ///   - loop: what sorting and packing may use; the bytes don't depend on it.
    /// - Returns: what was written.
    /// - Throws: ``StorageError``; nothing refers to the file yet, so that it can be removed.
    /// - Complexity: O(*n*) in what was appended.
    package func write(
        to file: any StorageFile,
        _ loop: ParallelLoop = .inTurn
    ) throws(StorageError) -> ShardSummary {
        var footer = ShardFooter()
        footer.documents = UInt64(documentCount)
        footer.fingerprints = UInt64(fingerprintCount)
        var sorted = SortedPairs()
        columns.bandPairs.sort(into: &sorted, loop)
        footer.bandPairs = UInt64(sorted.count)
        var writer = try ShardFileWriter(file: file, parameters: parameters, footer: footer)
        try Self.write(&sorted, as: .bands, valueLimit: documentCount, to: &writer, loop)
        columns.fingerprintPairs.sort(into: &sorted, loop)
        try Self.write(&sorted, as: .fingerprints, valueLimit: fingerprintCount, to: &writer, loop)
        columns.identifierPairs.sort(into: &sorted, loop)
        try Self.write(&sorted, as: .identifiers, valueLimit: documentCount, to: &writer, loop)
        sorted = SortedPairs()
        try columns.writeDocuments(fingerprintCount: fingerprintCount, to: &writer)
        try columns.writeBlocks(signatureBytes: parameters.signatureBytes, to: &writer)
        let end = try writer.finish()
        return ShardSummary(
            documents: documentCount,
            fingerprints: fingerprintCount,
            bytes: Int(end.bytes),
            footerChecksum: end.footerChecksum
        )
    }
}

extension ShardBuilder {
    private static func write(
        _ sorted: inout SortedPairs,
        as table: ShardLayout.Table,
        valueLimit: Int,
        to writer: inout ShardFileWriter,
        _ loop: ParallelLoop
    ) throws(StorageError) {
        let geometry = sorted.plan(table, valueLimit: valueLimit, loop)
        var packed = PackedTable(geometry)
        sorted.pack(geometry, into: &packed, loop)
        writer.setGeometry(ShardFooter.TableGeometry(geometry), of: table)
        try packed.write(as: table, to: &writer)
    }
}

extension BuilderColumns {
    fileprivate func writeDocuments(fingerprintCount: Int, to writer: inout ShardFileWriter) throws(StorageError) {
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

    fileprivate func writeBlocks(signatureBytes: Int, to writer: inout ShardFileWriter) throws(StorageError) {
        var blocks = BlockColumnWriter()
        try blocks.write(.signatures, values: signatures, width: signatureBytes, to: &writer)
        try blocks.write(.names, values: names, to: &writer)
        try blocks.write(.lengths, values: lengths, to: &writer)
        try blocks.write(.positions, values: positions, to: &writer)
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
