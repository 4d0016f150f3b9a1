internal import ShardFormat
internal import Sketching

/// One thread's way into a memory segment.
final class MemorySegmentCursor: SegmentCursor {
    private let segment: MemorySegment
    private var hits: MemoryHits

    init(_ segment: MemorySegment) {
        self.segment = segment
        hits = MemoryHits(segment)
    }

    func lookUp(
        _ keys: [UInt64],
        in kind: PostingKind,
        limits: [UInt32],
        counts: inout [UInt32]
    ) {
        hits.find(keys, in: kind)
        hits.count(limits: limits, into: &counts)
    }

    func takeDocuments(limits: [UInt32], into documents: inout [UInt32]) {
        hits.takeDocuments(limits: limits, into: &documents)
    }

    func document(number: Int, ofKey key: Int) -> UInt32 { hits.document(number: number, ofKey: key) }

    func countShared(
        _ keys: [UInt32],
        in documents: [UInt32],
        counts: inout [UInt32]
    ) {
        for key in keys { hits.count(Int(key), in: documents, into: &counts) }
    }

    func find(_ keys: Span<UInt64>, in document: UInt32, _ found: (_ index: Int, _ place: Int) -> Void) {
        let (content, own) = place(of: document)
        let columns = content.columns
        let held = columns.fingerprints(of: own)
        let places = Dictionary(held.indices.map { (held[$0], $0) }, uniquingKeysWith: min)
        for index in keys.indices {
            if let place = places[StoredKey.fingerprint(keys[index])] { found(index, place) }
        }
    }

    func fingerprintCounts(of documents: [UInt32], into counts: inout [UInt32]) {
        counts.removeAll(keepingCapacity: true)
        for document in documents {
            let (content, own) = place(of: document)
            counts.append(UInt32(content.columns.fingerprintCount(of: own)))
        }
    }

    func boilerplateCounts(of documents: [UInt32], _ boilerplate: BoilerplateSet, into counts: inout [UInt32]) {
        counts.removeAll(keepingCapacity: true)
        for document in documents {
            let (content, own) = place(of: document)
            let columns = content.columns
            let held = columns.fingerprints(of: own)
            counts.append(UInt32(held.indices.count { boilerplate.contains(held[$0]) }))
        }
    }

    func positions(of document: UInt32) -> [UInt32] {
        let (content, own) = place(of: document)
        let columns = content.columns
        let positions = columns.positions(of: own)
        return positions.indices.map { positions[$0] }
    }

    func contentHash(of document: UInt32) -> ContentHash {
        let (content, own) = place(of: document)
        return content.columns.figures[own].contentHash
    }

    func signatureMatches(_ signature: Span<UInt8>, with documents: [UInt32], into counts: inout [UInt32]) {
        counts.removeAll(keepingCapacity: true)
        for document in documents {
            let (content, own) = place(of: document)
            let columns = content.columns
            let matches = PackedSignature.matches(
                signature,
                columns.signature(of: own),
                values: segment.parameters.signatureValues,
                bits: segment.parameters.signatureBits
            )
            counts.append(UInt32(matches))
        }
    }

    func identity(of document: UInt32) -> ShardIdentity {
        let (content, own) = place(of: document)
        return content.columns.identity(of: own)
    }

    func names(of document: UInt32) -> MatchNames { .given(identity(of: document)) }

    func document(withID id: Span<UInt8>, hash: UInt64) -> UInt32? { segment.document(withID: id, hash: hash) }

    private func place(of document: UInt32) -> (content: MemoryPart.Content, own: Int) {
        let part = segment.part(of: document)
        return (segment.parts[part].content, Int(document - segment.firsts[part]))
    }
}
