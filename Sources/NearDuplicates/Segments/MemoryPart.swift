internal import ShardFormat

/// Documents of a memory segment that were added one after the other, and tables from their keys.
///
/// Documents and tables never change and are shared by copies; what dies is marked in a copy of its own.
struct MemoryPart: Sendable {
    /// What never changes.
    final class Content: Sendable {
        let columns: DocumentColumns
        let bands: KeyTable
        let fingerprints: KeyTable
        let identifiers: KeyTable

        init(_ columns: DocumentColumns, bands: Int) {
            self.columns = columns
            var bandPairs: [UInt64] = []
            var fingerprints: [UInt64] = []
            var identifiers: [UInt64] = []
            identifiers.reserveCapacity(columns.count)
            bandPairs.reserveCapacity(columns.count * (bands + 1))
            fingerprints.reserveCapacity(columns.fingerprintCount)
            for document in 0..<columns.count {
                let figures = columns.figures[document]
                let number = UInt64(document)
                identifiers.append(figures.idHash & ~0xFFFF_FFFF | number)
                bandPairs.append(UInt64(StoredKey.band(figures.contentHash.bandKey)) << 32 | number)
                let ownBands = columns.bands(of: document)
                for index in ownBands.indices { bandPairs.append(UInt64(ownBands[index]) << 32 | number) }
                let own = columns.fingerprints(of: document)
                for index in own.indices { fingerprints.append(UInt64(own[index]) << 32 | number) }
            }
            self.bands = KeyTable(bandPairs, isDistinct: true)
            self.fingerprints = KeyTable(fingerprints, isDistinct: false)
            self.identifiers = KeyTable(identifiers, isDistinct: false)
        }

        /// Tables are made of tables: sorted runs, which sort faster than what they were made of.
        init(_ contents: some Sequence<Content>) {
            var columns = DocumentColumns()
            var bands: [(KeyTable, UInt32)] = []
            var fingerprints: [(KeyTable, UInt32)] = []
            var identifiers: [(KeyTable, UInt32)] = []
            for content in contents {
                let first = UInt32(columns.count)
                columns.append(contentsOf: content.columns)
                bands.append((content.bands, first))
                fingerprints.append((content.fingerprints, first))
                identifiers.append((content.identifiers, first))
            }
            self.columns = columns
            // The bands' tables are rid of repetitions, and documents of two are never the same.
            self.bands = KeyTable(bands)
            self.fingerprints = KeyTable(fingerprints)
            self.identifiers = KeyTable(identifiers)
        }

        var byteCount: Int {
            columns.byteCount + bands.byteCount + fingerprints.byteCount + identifiers.byteCount
        }
    }

    let content: Content
    /// The documents that were replaced or removed.
    private(set) var dead: Tombstones

    init(_ columns: DocumentColumns, bands: Int) {
        content = Content(columns, bands: bands)
        dead = Tombstones(shard: "", documentCount: columns.count)
    }

    /// The documents of several parts, in order; their numbers go on from one to the next.
    init(_ parts: some Collection<MemoryPart>) {
        content = Content(parts.lazy.map(\.content))
        dead = Tombstones(shard: "", documentCount: content.columns.count)
        var first: UInt32 = 0
        for part in parts {
            if part.dead.count > 0 {
                for document in part.dead.documents { dead.insert(first + document) }
            }
            first += UInt32(part.count)
        }
    }

    /// Documents, dead ones too.
    var count: Int { content.columns.count }

    var columns: DocumentColumns { content.columns }

    /// Marks a document as dead; false where it was already.
    mutating func kill(_ document: UInt32) -> Bool { dead.insert(document) }

    /// The last live document of an id.
    func document(withID id: Span<UInt8>, hash: UInt64) -> UInt32? {
        let table = content.identifiers
        let key = UInt32(truncatingIfNeeded: hash >> 32)
        guard table.mayHold(key) else { return nil }
        let places = table.places(of: key)
        let columns = content.columns
        for place in places.reversed() {
            let document = table.document(at: place)
            guard !dead.contains(document), columns.figures[Int(document)].idHash == hash else { continue }
            let stored = columns.id(of: Int(document))
            if stored.count == id.count, stored.indices.allSatisfy({ stored[$0] == id[$0] }) { return document }
        }
        return nil
    }
}
