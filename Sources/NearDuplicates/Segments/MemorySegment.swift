package import ShardFormat
internal import Sketching

/// Documents still in memory, searched like a shard.
///
/// A value: a searcher made from it does not see what becomes of it later. Documents and tables never change and are
/// shared by copies; what dies is marked in a copy of its own. It keeps as many bits of each key as a shard does, so that
/// the same documents give the same answers from memory and from disk.
package struct MemorySegment: Segment {
    /// What never changes.
    fileprivate final class Core: Sendable {
        let parameters: IndexParameters
        let columns: DocumentColumns
        let bands: KeyTable
        let fingerprints: KeyTable
        let identifiers: KeyTable

        init(_ columns: DocumentColumns, _ parameters: IndexParameters) {
            self.parameters = parameters
            self.columns = columns
            var bands: [UInt64] = []
            var fingerprints: [UInt64] = []
            var identifiers: [UInt64] = []
            identifiers.reserveCapacity(columns.count)
            bands.reserveCapacity(columns.count * (parameters.bands + 1))
            for document in 0..<columns.count {
                let figures = columns.figures[document]
                let number = UInt64(document)
                identifiers.append(figures.idHash & ~0xFFFF_FFFF | number)
                bands.append(UInt64(StoredKey.band(figures.contentHash.bandKey)) << 32 | number)
                let ownBands = columns.bands(of: document)
                for index in ownBands.indices { bands.append(UInt64(ownBands[index]) << 32 | number) }
                let own = columns.fingerprints(of: document)
                for index in own.indices { fingerprints.append(UInt64(own[index]) << 32 | number) }
            }
            self.bands = KeyTable(bands, isDistinct: true)
            self.fingerprints = KeyTable(fingerprints, isDistinct: false)
            self.identifiers = KeyTable(identifiers, isDistinct: true)
        }
    }

    package let name: String
    fileprivate let core: Core
    /// The documents that were replaced or removed.
    package private(set) var dead: Tombstones

    /// Creates a segment of documents.
    ///
    /// - Complexity: O(keys of the documents).
    package init(_ columns: DocumentColumns, parameters: IndexParameters, name: String = "memory") {
        self.name = name
        core = Core(columns, parameters)
        dead = Tombstones(shard: name, documentCount: columns.count)
    }

    /// Creates a segment of the documents of two, in order; their numbers go on from one to the other.
    package init(_ first: MemorySegment, _ second: MemorySegment) {
        var columns = DocumentColumns()
        columns.append(contentsOf: first.columns)
        columns.append(contentsOf: second.columns)
        self.init(columns, parameters: first.core.parameters, name: first.name)
        for document in first.dead.documents { dead.insert(document) }
        for document in second.dead.documents { dead.insert(UInt32(first.documentCount) + document) }
    }

    /// The documents, dead ones too.
    package var columns: DocumentColumns { core.columns }

    package var documentCount: Int { core.columns.count }

    package var liveCount: Int { core.columns.count - dead.count }

    package var identity: SegmentIdentity { SegmentIdentity(core, deadCount: dead.count) }

    /// About how many bytes it takes.
    package var byteCount: Int {
        core.columns.byteCount + core.bands.byteCount + core.fingerprints.byteCount + core.identifiers.byteCount
    }

    package func makeCursor() -> any SegmentCursor { MemorySegmentCursor(self) }

    /// Marks a document as dead.
    package mutating func kill(_ document: UInt32) { dead.insert(document) }

    /// The last live document of an id.
    package func document(withID id: Span<UInt8>, hash: UInt64) -> UInt32? {
        let places = core.identifiers.places(of: UInt32(truncatingIfNeeded: hash >> 32))
        if places.isEmpty { return nil }
        let columns = core.columns
        for place in places.reversed() {
            let document = core.identifiers.document(at: place)
            guard !dead.contains(document), columns.figures[Int(document)].idHash == hash else { continue }
            let stored = columns.id(of: Int(document))
            if stored.count == id.count, stored.indices.allSatisfy({ stored[$0] == id[$0] }) { return document }
        }
        return nil
    }
}

/// One thread's way into a memory segment.
private final class MemorySegmentCursor: SegmentCursor {
    private let segment: MemorySegment
    private let core: MemorySegment.Core
    private let hasDead: Bool
    private var table: KeyTable
    /// Where the documents of the keys last looked up lie in the table.
    private var places: [Range<Int>] = []

    init(_ segment: MemorySegment) {
        self.segment = segment
        core = segment.core
        hasDead = segment.dead.count > 0
        table = segment.core.fingerprints
    }

    func lookUp(
        _ keys: [UInt64],
        in kind: PostingKind,
        limits: [UInt32],
        counts: inout [UInt32]
    ) {
        table = kind == .band ? core.bands : core.fingerprints
        places.removeAll(keepingCapacity: true)
        for key in keys.indices {
            let stored = kind == .band ? StoredKey.band(keys[key]) : StoredKey.fingerprint(keys[key])
            let range = table.places(of: stored)
            places.append(range)
            guard hasDead else {
                counts[key] = min(limits[key], UInt32(range.count))
                continue
            }
            var count: UInt32 = 0
            for place in range where count < limits[key] && !segment.dead.contains(table.document(at: place)) {
                count += 1
            }
            counts[key] = count
        }
    }

    func takeDocuments(limits: [UInt32], into documents: inout [UInt32]) {
        for key in limits.indices where limits[key] > 0 {
            var left = limits[key]
            for place in places[key] {
                let document = table.document(at: place)
                if hasDead, segment.dead.contains(document) { continue }
                documents.append(document)
                left -= 1
                if left == 0 { break }
            }
        }
    }

    func document(number: Int, ofKey key: Int) -> UInt32 {
        var left = number
        for place in places[key] {
            let document = table.document(at: place)
            if hasDead, segment.dead.contains(document) { continue }
            if left == 0 { return document }
            left -= 1
        }
        return 0
    }

    func countShared(
        _ keys: [UInt32],
        in documents: [UInt32],
        counts: inout [UInt32]
    ) {
        for key in keys {
            // Both ascend.
            var index = 0
            for place in places[Int(key)] {
                let document = table.document(at: place)
                while index < documents.count, documents[index] < document { index += 1 }
                if index == documents.count { break }
                if documents[index] == document {
                    counts[index] += 1
                    index += 1
                }
            }
        }
    }

    func find(_ keys: Span<UInt64>, in document: UInt32, _ found: (_ index: Int, _ place: Int) -> Void) {
        let columns = core.columns
        let held = columns.fingerprints(of: Int(document))
        let places = Dictionary(held.indices.map { (held[$0], $0) }, uniquingKeysWith: min)
        for index in keys.indices {
            if let place = places[StoredKey.fingerprint(keys[index])] { found(index, place) }
        }
    }

    func fingerprintCounts(of documents: [UInt32], into counts: inout [UInt32]) {
        counts.removeAll(keepingCapacity: true)
        for document in documents { counts.append(UInt32(core.columns.fingerprintCount(of: Int(document)))) }
    }

    func boilerplateCounts(of documents: [UInt32], _ boilerplate: BoilerplateSet, into counts: inout [UInt32]) {
        let columns = core.columns
        counts.removeAll(keepingCapacity: true)
        for document in documents {
            let held = columns.fingerprints(of: Int(document))
            counts.append(UInt32(held.indices.count { boilerplate.contains(held[$0]) }))
        }
    }

    func positions(of document: UInt32) -> [UInt32] {
        let columns = core.columns
        let positions = columns.positions(of: Int(document))
        return positions.indices.map { positions[$0] }
    }

    func contentHash(of document: UInt32) -> ContentHash { core.columns.figures[Int(document)].contentHash }

    func signatureMatches(_ signature: Span<UInt8>, with documents: [UInt32], into counts: inout [UInt32]) {
        let columns = core.columns
        counts.removeAll(keepingCapacity: true)
        for document in documents {
            let matches = PackedSignature.matches(
                signature,
                columns.signature(of: Int(document)),
                values: core.parameters.signatureValues,
                bits: core.parameters.signatureBits
            )
            counts.append(UInt32(matches))
        }
    }

    func identity(of document: UInt32) -> ShardIdentity { core.columns.identity(of: Int(document)) }

    func names(of document: UInt32) -> MatchNames { .given(identity(of: document)) }

    func document(withID id: Span<UInt8>, hash: UInt64) -> UInt32? { segment.document(withID: id, hash: hash) }
}
