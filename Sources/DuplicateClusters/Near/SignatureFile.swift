internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat
internal import Sketching

/// The signatures of all documents side by side, in a scratch file: they are compared in an order in which reading blocks
/// of a shard would inflate one for nearly every document.
final class SignatureFile: Sendable {
    private let signatures: WorkingArray<UInt8>
    private let width: Int
    private let values: Int
    private let bits: Int
    /// For each number of equal values the Jaccard it tells of.
    private let estimates: [Estimate]

    /// Copies the signatures.
    init(_ work: ClusterWork) throws(ClusterError) {
        let parameters = work.sources.parameters
        width = parameters.signatureBytes
        values = parameters.signatureValues
        bits = parameters.signatureBits
        let (values, bits) = (values, bits)
        estimates = (0...values)
            .map {
                values == 0 ? Estimate(value: 0, standardError: 1) : .jaccard(matches: $0, values: values, bits: bits)
            }
        signatures = try WorkingArray(
            work.storage,
            named: work.scratchName("signatures"),
            count: width * work.sources.documentCount
        )
        guard width > 0 else { return }
        let parts = zip(work.sources.shards, work.sources.first)
            .flatMap { source, first in
                stride(from: 0, to: source.shard.documentCount, by: Self.partDocuments)
                    .map {
                        (source.shard, $0..<min($0 + Self.partDocuments, source.shard.documentCount), first)
                    }
            }
        try work.forEach(parts.count) { [self] (index) throws(ClusterError) in
            let (shard, documents, first) = parts[index]
            try ClusterError.reading { () throws(ShardError) in try copy(documents, of: shard, from: first) }
        }
    }

    /// Documents whose signatures one thread copies at a time: where they end in the middle of a block, two inflate it.
    private static let partDocuments = 1 << 16

    private func copy(_ documents: Range<Int>, of shard: Shard, from first: Int) throws(ShardError) {
        let cursor = ShardCursor(shard)
        for document in documents {
            try cursor.withSignature(of: UInt32(document)) { (bytes) throws(ShardError) in
                let start = (first + document) * width
                precondition(bytes.count == width, "signatures have one width")
                // The array has a width for each document.
                unsafe bytes.withUnsafeBufferPointer {
                    unsafe (signatures.pointer + start).update(from: $0.baseAddress!, count: width)
                }
            }
        }
    }

    /// How much two documents resemble each other, by their signatures.
    func jaccard(_ a: Int, _ b: Int) -> Estimate {
        estimates[PackedSignature.matches(signature(a), signature(b), values: values, bits: bits)]
    }

    /// The same, by the fingerprints that they share too, of all that each has.
    func jaccard(_ a: Int, _ b: Int, shared: Int, own: Int, theirs: Int) -> Estimate {
        .jaccard(signatures: jaccard(a, b), values: values, bits: bits, shared: shared, own: own, theirs: theirs)
    }

    @_lifetime(borrow self)
    private func signature(_ document: Int) -> Span<UInt8> {
        precondition(document >= 0 && (document + 1) * width <= signatures.count, "no such document")
        // Within the array, which this object holds.
        let span = unsafe Span(_unsafeStart: signatures.pointer + document * width, count: width)
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
