/// What a builder holds: the documents' values column by column, and the pairs of the tables.
struct BuilderColumns: ~Copyable {
    var bandPairs = TablePairs(for: .bands)
    var fingerprintPairs = TablePairs(for: .fingerprints)
    var identifierPairs = TablePairs(for: .identifiers)
    var contentHashes = GrowableBuffer<UInt64>()
    var firstOrdinals = GrowableBuffer<UInt32>()
    var signatures = GrowableBuffer<UInt8>()
    var names = ColumnBuffer()
    var lengths = ColumnBuffer()
    var positions = ColumnBuffer()

    init() {}

    /// The bytes of all of it, the three tables' pairs included.
    var byteCount: Int {
        8 * (bandPairs.count + fingerprintPairs.count + identifierPairs.count)
            + contentHashes.byteCount + firstOrdinals.byteCount + signatures.byteCount
            + names.byteCount + lengths.byteCount + positions.byteCount
    }

    /// Appends a document that is known to be within the limits.
    mutating func append(
        id: Span<UInt8>,
        url: Span<UInt8>,
        date: Span<UInt8>,
        tokens: Int,
        textBytes: Int,
        contentHash: ContentHash,
        signature: Span<UInt8>,
        bandKeys: Span<UInt64>,
        fingerprintKeys: Span<UInt64>,
        positions: Span<UInt32>,
        idHash: UInt64,
        document: UInt32,
        firstOrdinal: UInt32
    ) {
        firstOrdinals.append(firstOrdinal)
        contentHashes.append(contentHash.low)
        contentHashes.append(contentHash.high)
        signatures.append(signature)
        names.append { bytes in DocumentNames.append(id: id, url: url, date: date, to: &bytes) }
        lengths.append { bytes in
            bytes.appendVarint(UInt64(tokens))
            bytes.appendVarint(UInt64(textBytes))
        }
        self.positions.append { bytes in Nibbles.append(positions, to: &bytes) }
        bandPairs.append(keys: bandKeys, from: document, step: 0)
        bandPairs.append(key: contentHash.bandKey, value: document)
        fingerprintPairs.append(keys: fingerprintKeys, from: firstOrdinal, step: 1)
        identifierPairs.append(key: idHash, value: document)
    }

    mutating func removeAll(keepingCapacity: Bool) {
        bandPairs.removeAll(keepingCapacity: keepingCapacity)
        fingerprintPairs.removeAll(keepingCapacity: keepingCapacity)
        identifierPairs.removeAll(keepingCapacity: keepingCapacity)
        contentHashes.removeAll(keepingCapacity: keepingCapacity)
        firstOrdinals.removeAll(keepingCapacity: keepingCapacity)
        signatures.removeAll(keepingCapacity: keepingCapacity)
        names.removeAll(keepingCapacity: keepingCapacity)
        lengths.removeAll(keepingCapacity: keepingCapacity)
        positions.removeAll(keepingCapacity: keepingCapacity)
    }
}
