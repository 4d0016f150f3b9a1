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
    /// The bytes it holds and those that writing will need on top: a function of what was appended alone.
    package var estimatedMemory: Int {
        // Sorting the largest table needs as much again; its packed form, made when the scratch is gone, is smaller.
        let scratch = 8 * max(columns.bandPairs.count, columns.fingerprintPairs.count, columns.identifierPairs.count)
        return columns.byteCount + scratch + Self.fixedMemory
    }

    /// zstd's context, a block and its packed form, page checksums.
    private static let fixedMemory = 2 << 20

    /// Writes the shard; the file is then complete, but neither synchronised nor closed.
    ///
    /// After it only ``reset(keepingCapacity:)`` or another `write` make sense: pairs lie in another order now.
    ///
    /// - Throws: ``StorageError``; nothing refers to the file yet, so that it can be removed.
    /// - Complexity: O(*n*) in what was appended.
    package func write(to file: any StorageFile) throws(StorageError) -> ShardSummary {
        columns.bandPairs.sort()
        var footer = ShardFooter()
        footer.documents = UInt64(documentCount)
        footer.fingerprints = UInt64(fingerprintCount)
        footer.bandPairs = UInt64(columns.bandPairs.count)
        var writer = try ShardFileWriter(file: file, parameters: parameters, footer: footer)
        try columns.bandPairs.write(.bands, valueLimit: documentCount, to: &writer)
        columns.fingerprintPairs.sort()
        try columns.fingerprintPairs.write(.fingerprints, valueLimit: fingerprintCount, to: &writer)
        columns.identifierPairs.sort()
        try columns.identifierPairs.write(.identifiers, valueLimit: documentCount, to: &writer)
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

extension BuilderColumns {
    fileprivate func writeDocuments(fingerprintCount: Int, to writer: inout ShardFileWriter) throws(StorageError) {
        try writer.section(.contentHashes) { (writer) throws(StorageError) in
            try Self.append(contentHashes, to: &writer)
            return nil
        }
        try writer.section(.firstOrdinals) { (writer) throws(StorageError) in
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

    /// For each 64 ordinals the document of the first.
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
        try blocks.write(.identifiers, values: identifiers, to: &writer)
        try blocks.write(.urls, values: urls, to: &writer)
        try blocks.write(.dates, values: dates, to: &writer)
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
