package import ShardFormat
internal import Sketching

/// A shard on disk, less the documents that were replaced or removed since it was written.
package final class ShardSegment: Segment {
    package let shard: Shard
    /// The dead documents; nil where there are none.
    package let tombstones: Tombstones?
    package let name: String

    package init(_ shard: Shard, name: String, tombstones: Tombstones?) {
        self.shard = shard
        self.name = name
        self.tombstones = tombstones?.count == 0 ? nil : tombstones
    }

    package var documentCount: Int { shard.documentCount }

    package var liveCount: Int { shard.documentCount - (tombstones?.count ?? 0) }

    package func makeCursor() -> any SegmentCursor { ShardSegmentCursor(self) }
}

/// One thread's way into a shard.
private final class ShardSegmentCursor: SegmentCursor {
    private let shard: Shard
    private let tombstones: Tombstones?
    private let cursor: ShardCursor
    private let hits = ProbeHits()
    private var live: [UInt32] = []

    /// How many dead documents of a key are looked past at first.
    private static let firstSlack = 1024

    /// And at most, since it must end somewhere.
    ///
    /// A key with more dead documents than this in front may miss some live ones, until the shard is rewritten without
    /// the dead.
    private static let deadLimit = 1 << 20

    /// Documents of one id hash that are looked at: more than one means that ids were chosen to collide.
    private static let identifierLimit: UInt32 = 4096

    init(_ segment: ShardSegment) {
        shard = segment.shard
        tombstones = segment.tombstones
        cursor = ShardCursor(segment.shard)
    }

    func findDocuments(
        with keys: Span<UInt64>,
        in kind: PostingKind,
        budget: inout [UInt32],
        into postings: inout PostingList
    ) throws(ShardError) {
        guard let tombstones else {
            try probe(keys, kind, &budget)
            for index in 0..<hits.count {
                postings.documents.append(document(ofHit: index, kind))
                postings.keys.append(hits[index].keyIndex)
            }
            hits.withLeft { left in
                for key in left.indices where left[key] > 0 { postings.cappedKeys.append(UInt32(key)) }
            }
            return
        }
        // Dead documents do not count against a budget: so many more are asked for, until every budget is used up, the
        // lists end, or the limit is reached.
        var slack = min(tombstones.count, Self.firstSlack)
        while true {
            var wider = budget.map { $0 == 0 ? 0 : $0 + UInt32(slack) }
            try probe(keys, kind, &wider)
            let isEnough = hits.withLeft { left in
                live.removeAll(keepingCapacity: true)
                live.append(contentsOf: repeatElement(0, count: budget.count))
                for index in 0..<hits.count where !tombstones.contains(document(ofHit: index, kind)) {
                    live[Int(hits[index].keyIndex)] += 1
                }
                return left.indices.allSatisfy { left[$0] == 0 || live[$0] >= budget[$0] }
            }
            if isEnough || slack >= min(tombstones.count, Self.deadLimit) { break }
            slack = min(8 * slack, tombstones.count, Self.deadLimit)
        }
        takeLive(tombstones, kind, &budget, &postings)
    }

    private func takeLive(
        _ tombstones: Tombstones,
        _ kind: PostingKind,
        _ budget: inout [UInt32],
        _ postings: inout PostingList
    ) {
        var isCapped = [Bool](repeating: false, count: budget.count)
        for index in 0..<hits.count {
            let document = document(ofHit: index, kind)
            let key = hits[index].keyIndex
            if tombstones.contains(document) { continue }
            guard budget[Int(key)] > 0 else {
                isCapped[Int(key)] = true
                continue
            }
            budget[Int(key)] -= 1
            postings.documents.append(document)
            postings.keys.append(key)
        }
        hits.withLeft { left in
            for key in left.indices where left[key] > 0 || isCapped[key] { postings.cappedKeys.append(UInt32(key)) }
        }
    }

    private func probe(_ keys: Span<UInt64>, _ kind: PostingKind, _ budget: inout [UInt32]) throws(ShardError) {
        hits.removeAll()
        var remaining = budget.mutableSpan
        switch kind {
        case .band:
            try shard.probeBands(keys, remaining: &remaining, into: hits)
        case .fingerprint:
            try shard.probeFingerprints(keys, remaining: &remaining, into: hits)
            try shard.resolveDocuments(in: hits)
        }
    }

    private func document(ofHit index: Int, _ kind: PostingKind) -> UInt32 {
        switch kind {
        case .band: hits[index].value
        case .fingerprint: hits.document(at: index)
        }
    }

    func find(
        _ keys: Span<UInt64>,
        in document: UInt32,
        _ found: (_ index: Int, _ place: Int) -> Void
    ) throws(ShardError) {
        let range = try shard.fingerprintRange(of: document)
        for index in keys.indices {
            if let ordinal = try shard.ordinal(of: keys[index], within: range) {
                found(index, Int(ordinal - range.lowerBound))
            }
        }
    }

    func fingerprintCount(of document: UInt32) throws(ShardError) -> Int {
        try shard.fingerprintRange(of: document).count
    }

    func positions(of document: UInt32) throws(ShardError) -> [UInt32] {
        try cursor.positions(of: document)
    }

    func contentHash(of document: UInt32) throws(ShardError) -> ContentHash {
        try shard.contentHash(of: document)
    }

    func signatureMatches(_ signature: Span<UInt8>, with document: UInt32) throws(ShardError) -> Int {
        let (values, bits) = (shard.parameters.signatureValues, shard.parameters.signatureBits)
        return try cursor.withSignature(of: document) { stored throws(ShardError) in
            PackedSignature.matches(signature, stored, values: values, bits: bits)
        }
    }

    func identity(of document: UInt32) throws(ShardError) -> ShardIdentity {
        try cursor.identity(of: document)
    }

    func document(withID id: Span<UInt8>, hash: UInt64) throws(ShardError) -> UInt32? {
        hits.removeAll()
        // Ids chosen to collide must not make this long.
        var budget: [1 of UInt32] = [Self.identifierLimit]
        let keys: [1 of UInt64] = [hash]
        var remaining = budget.mutableSpan
        try shard.probeIdentifiers(keys.span, remaining: &remaining, into: hits)
        for index in stride(from: hits.count - 1, through: 0, by: -1) {
            let document = hits[index].value
            if tombstones?.contains(document) == true { continue }
            let isSame = try cursor.withIdentifier(of: document) { stored throws(ShardError) in
                stored.count == id.count && stored.indices.allSatisfy { stored[$0] == id[$0] }
            }
            if isSame { return document }
        }
        return nil
    }
}
