import ShardFormat

/// A question to a shard with a comparable answer.
typealias Query = (Shard, ShardCursor) throws -> AnyHashable

/// Every question that can be asked about these documents, each on its own, so that damage spoils some and not others.
func queries(about documents: [TestDocument], probing keys: [UInt64], cap: UInt32 = .max) -> [Query] {
    documents.indices.flatMap { documentQueries(UInt32($0)) }
        + probeQueries(keys, hashes: documents.map { IdentifierHash.hash($0.id.span) }, cap: cap)
        + keys.prefix(6).map { rangeQuery($0, documents: UInt32(documents.count)) }
}

private func documentQueries(_ document: UInt32) -> [Query] {
    [
        { _, cursor in AnyHashable(try cursor.identity(of: document)) },
        { _, cursor in AnyHashable(try cursor.positions(of: document)) },
        { shard, _ in AnyHashable(try shard.contentHash(of: document)) },
        { shard, _ in AnyHashable(try shard.fingerprintRange(of: document)) },
        { _, cursor in
            let lengths = try cursor.lengths(of: document)
            return AnyHashable([lengths.tokens, lengths.textBytes])
        },
        { _, cursor in
            let signature = try cursor.withSignature(of: document) { (bytes) throws(ShardError) in
                bytes.indices.map { bytes[$0] }
            }
            return AnyHashable(signature)
        },
    ]
}

private func probeQueries(_ keys: [UInt64], hashes: [UInt64], cap: UInt32) -> [Query] {
    [
        { shard, _ in
            let answer = try shard.probed(keys, cap: cap) { (keys, remaining, hits) throws(ShardError) in
                try shard.probeBands(keys, remaining: &remaining, into: hits)
            }
            return AnyHashable(answer)
        },
        { shard, _ in
            let answer = try shard.probed(keys, cap: cap) { (keys, remaining, hits) throws(ShardError) in
                try shard.probeFingerprints(keys, remaining: &remaining, into: hits)
                try shard.resolveDocuments(in: hits)
            }
            return AnyHashable(answer)
        },
        { shard, _ in
            let answer = try shard.probed(hashes, cap: cap) { (keys, remaining, hits) throws(ShardError) in
                try shard.probeIdentifiers(keys, remaining: &remaining, into: hits, countsLeft: true)
            }
            return AnyHashable(answer)
        },
    ]
}

private func rangeQuery(_ key: UInt64, documents: UInt32) -> Query {
    { shard, _ in
        var found: [UInt32?] = []
        for document in 0..<min(documents, UInt32(shard.documentCount)) {
            found.append(try shard.ordinal(of: key, in: document))
        }
        return AnyHashable(found)
    }
}

/// What a probe gave.
struct ProbeAnswer: Hashable {
    /// For each key its values.
    var values: [[UInt32]]
    /// For each key what more it has.
    var left: [UInt32]
    /// For each hit its document, where asked for.
    var documents: [UInt32]
}

extension Shard {
    func probed(
        _ keys: [UInt64],
        cap: UInt32,
        _ probe: (Span<UInt64>, inout MutableSpan<UInt32>, ProbeHits) throws(ShardError) -> Void
    ) throws(ShardError) -> ProbeAnswer {
        let hits = ProbeHits(capacity: 16)
        var remaining = [UInt32](repeating: cap, count: keys.count)
        var span = remaining.mutableSpan
        try probe(keys.span, &span, hits)
        var answer = ProbeAnswer(values: keys.map { _ in [] }, left: [], documents: [])
        hits.withHits { hits in
            for index in hits.indices { answer.values[Int(hits[index].keyIndex)].append(hits[index].value) }
        }
        answer.left = hits.withLeft { left in left.indices.map { left[$0] } }
        answer.documents = hits.withDocuments { documents in documents.indices.map { documents[$0] } }
        return answer
    }
}
