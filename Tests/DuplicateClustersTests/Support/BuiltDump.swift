import CrawlModel
import Dispatch
import IndexStorage
import NearDuplicates
import ShardFormat
import Sketching

@testable import DuplicateClusters

/// An index of every document, in their order, cut into shards of so many documents each.
func index(_ documents: [Document], shardDocuments: Int) throws -> ClusterSources {
    let storage = MemoryStorage()
    let writer = try IndexWriter(storage, settings: IndexSettings(), policy: nil, memory: 1 << 30)
    defer { writer.close() }
    writer.mergePolicy = .never
    for (number, document) in documents.enumerated() {
        try writer.add(document)
        if number % shardDocuments == shardDocuments - 1 { try writer.commit() }
    }
    try writer.commit()
    return ClusterSources(try IndexSnapshot(storage))
}

/// What a run works with, on so many threads and in so little memory that everything is spilled.
func work(
    _ sources: ClusterSources,
    rule: MatchRule = MatchRule(),
    threads: Int = 1,
    memory: Int = 1
) throws -> ClusterWork {
    let storage = MemoryStorage()
    try storage.prepare()
    let loop = ParallelLoop { count, body in
        DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
    return ClusterWork(
        sources,
        in: storage,
        rule: rule,
        memory: memory,
        loop: threads > 1 ? loop : .inTurn,
        threads: threads
    )
}

/// A document's sketch in plain arrays.
struct PlainSketch {
    var tokens: Int
    var contentHash: ContentHash
    var signature: [UInt8]
    var bands: Set<UInt32>
    var fingerprints: Set<UInt32>

    /// Sketches documents; those without a token are left out, as they are of an index.
    static func sketches(of documents: [Document]) throws -> [PlainSketch] {
        var sketcher = try DocumentSketcher(parameters: IndexSettings().parameters())
        var sketches: [PlainSketch] = []
        for document in documents {
            sketcher.sketch(document.text)
            let contentKey = sketcher.contentHash.bandKey
            sketches.append(
                PlainSketch(
                    tokens: sketcher.tokenCount,
                    contentHash: sketcher.contentHash,
                    signature: array(sketcher.signature),
                    bands: Set((array(sketcher.bandKeys) + [contentKey]).map(StoredKey.band)),
                    fingerprints: Set(array(sketcher.fingerprints).map(StoredKey.fingerprint))
                )
            )
        }
        return sketches
    }

    private static func array<Element>(_ span: Span<Element>) -> [Element] { span.indices.map { span[$0] } }

    /// How much two texts resemble each other, by their signatures.
    func jaccard(_ other: PlainSketch, _ parameters: IndexParameters) -> Double { estimate(other, parameters).value }

    /// The same, by their fingerprints too, of which so many are shared.
    func jaccard(_ other: PlainSketch, _ parameters: IndexParameters, shared: Int) -> Double {
        Estimate.jaccard(
            signatures: estimate(other, parameters),
            values: parameters.signatureValues,
            bits: parameters.signatureBits,
            shared: shared,
            own: fingerprints.count,
            theirs: other.fingerprints.count
        )
        .value
    }

    private func estimate(_ other: PlainSketch, _ parameters: IndexParameters) -> Estimate {
        let (values, bits) = (parameters.signatureValues, parameters.signatureBits)
        let matches = PackedSignature.matches(signature.span, other.signature.span, values: values, bits: bits)
        return Estimate.jaccard(matches: matches, values: values, bits: bits)
    }
}
