package import ShardFormat
internal import Sketching

/// Documents still in memory, searched like a shard.
///
/// A value: a searcher made from it does not see what is appended later. It keeps as many bits of each key as a shard
/// does, so that the same documents give the same answers from memory and from disk.
package struct MemorySegment: Segment {
    package let name: String
    fileprivate let parameters: IndexParameters
    fileprivate var documents: [MemoryDocument] = []
    fileprivate var bands: [UInt32: [UInt32]] = [:]
    fileprivate var fingerprints: [UInt32: [UInt32]] = [:]
    fileprivate var identifiers: [String: UInt32] = [:]
    fileprivate var dead: Set<UInt32> = []

    /// Creates a segment without documents.
    package init(parameters: IndexParameters, name: String = "memory") {
        self.parameters = parameters
        self.name = name
    }

    package var documentCount: Int { documents.count }

    package var liveCount: Int { documents.count - dead.count }

    package func makeCursor() -> any SegmentCursor { MemorySegmentCursor(self) }

    /// Appends the last document of a sketcher, in the place of an older one of its id.
    ///
    /// - Complexity: O(its fingerprints).
    package mutating func append(_ sketcher: borrowing DocumentSketcher, as identity: ShardIdentity) {
        let number = UInt32(documents.count)
        if let older = identifiers.updateValue(number, forKey: identity.id) { dead.insert(older) }
        var document = MemoryDocument(identity: identity, contentHash: sketcher.contentHash)
        document.signature.append(sketcher.signature)
        document.fingerprints.append(sketcher.fingerprints)
        document.positions.append(sketcher.positions)
        documents.append(document)
        var keys: [UInt64] = [sketcher.contentHash.bandKey]
        keys.append(sketcher.bandKeys)
        for key in Set(keys.map(StoredKey.band)) { bands[key, default: []].append(number) }
        for key in document.fingerprints { fingerprints[StoredKey.fingerprint(key), default: []].append(number) }
    }
}

/// A document and its sketch.
private struct MemoryDocument {
    var identity: ShardIdentity
    var contentHash: ContentHash
    var signature: [UInt8] = []
    var fingerprints: [UInt64] = []
    var positions: [UInt32] = []
}

/// One thread's way into a memory segment.
private final class MemorySegmentCursor: SegmentCursor {
    private let segment: MemorySegment
    /// The live documents of the keys last looked up.
    private var lists: [[UInt32]] = []

    init(_ segment: MemorySegment) { self.segment = segment }

    func lookUp(
        _ keys: [UInt64],
        in kind: PostingKind,
        limits: [UInt32],
        counts: inout [UInt32]
    ) {
        let table = kind == .band ? segment.bands : segment.fingerprints
        lists.removeAll(keepingCapacity: true)
        for key in keys.indices {
            let stored = kind == .band ? StoredKey.band(keys[key]) : StoredKey.fingerprint(keys[key])
            lists.append((table[stored] ?? []).filter { !segment.dead.contains($0) })
            counts[key] = min(limits[key], UInt32(lists[key].count))
        }
    }

    func takeDocuments(limits: [UInt32], into documents: inout [UInt32]) {
        for key in limits.indices { documents.append(contentsOf: lists[key].prefix(Int(limits[key]))) }
    }

    func document(number: Int, ofKey key: Int) -> UInt32 { lists[key][number] }

    func countShared(
        _ keys: [UInt32],
        in documents: [UInt32],
        counts: inout [UInt32]
    ) {
        for key in keys.indices {
            let list = lists[Int(keys[key])]
            for index in documents.indices where list.contains(documents[index]) { counts[index] += 1 }
        }
    }

    func find(_ keys: Span<UInt64>, in document: UInt32, _ found: (_ index: Int, _ place: Int) -> Void) {
        let held = segment.documents[Int(document)].fingerprints
        let places = Dictionary(
            held.enumerated().map { (StoredKey.fingerprint($0.element), $0.offset) },
            uniquingKeysWith: min
        )
        for index in keys.indices {
            if let place = places[StoredKey.fingerprint(keys[index])] { found(index, place) }
        }
    }

    func fingerprintCounts(of documents: [UInt32], into counts: inout [UInt32]) {
        counts = documents.map { UInt32(segment.documents[Int($0)].fingerprints.count) }
    }

    func boilerplateCounts(of documents: [UInt32], _ boilerplate: BoilerplateSet, into counts: inout [UInt32]) {
        counts = documents.map { document in
            let fingerprints = segment.documents[Int(document)].fingerprints
            return UInt32(fingerprints.count { boilerplate.contains(fingerprint: $0) })
        }
    }

    func positions(of document: UInt32) -> [UInt32] { segment.documents[Int(document)].positions }

    func contentHash(of document: UInt32) -> ContentHash { segment.documents[Int(document)].contentHash }

    func signatureMatches(_ signature: Span<UInt8>, with document: UInt32) -> Int {
        let stored = segment.documents[Int(document)].signature
        return PackedSignature.matches(
            signature,
            stored.span,
            values: segment.parameters.signatureValues,
            bits: segment.parameters.signatureBits
        )
    }

    func identity(of document: UInt32) -> ShardIdentity { segment.documents[Int(document)].identity }

    func names(of document: UInt32) -> MatchNames { .given(identity(of: document)) }

    func document(withID id: Span<UInt8>, hash: UInt64) -> UInt32? {
        segment.identifiers[String(decoding: id.indices.map { id[$0] }, as: UTF8.self)]
    }
}
