/// Collects documents in memory and writes them as one shard.
///
/// Not thread-safe. The file depends on the documents and their order alone.
package final class ShardBuilder {
    /// What all documents were sketched with.
    package let parameters: IndexParameters
    /// The documents appended since the last reset; the next one's number.
    package internal(set) var documentCount = 0
    /// Their fingerprints; the next one's ordinal.
    package internal(set) var fingerprintCount = 0

    /// One value, so that an append is one access to it and not one to each column.
    var columns = BuilderColumns()

    /// Creates an empty builder.
    package init(parameters: IndexParameters) {
        self.parameters = parameters
    }

    /// Whether no document was appended.
    package var isEmpty: Bool { documentCount == 0 }

    /// Whether a document with so many fingerprints must go to the next shard.
    package func wouldOverflow(fingerprints: Int, bandKeys: Int = 64) -> Bool {
        documentCount >= ShardLayout.documentLimit - 1
            || fingerprints > ShardLayout.pairLimit - fingerprintCount
            || bandKeys + 1 > ShardLayout.pairLimit - columns.bandPairs.count
    }

    /// Appends one document; its number is ``documentCount`` before.
    ///
    /// - Parameters:
    ///   - id: its name, in bytes; so are `url` and `date`, which may be empty. At most 64 MiB each.
    ///   - url: where it was found.
    ///   - date: when.
    ///   - tokens: how many it has.
    ///   - textBytes: the length of its text.
    ///   - contentHash: of its token sequence.
    ///   - signature: packed, of ``IndexParameters/signatureBytes``.
    ///   - bandKeys: hashes of its bands' full rows; equal ones count once.
    ///   - fingerprintKeys: distinct, in text order.
    ///   - positions: the token each fingerprint begins at, strictly ascending.
    ///   - idHash: ``IdentifierHash`` of `id`.
    /// - Throws: ``ShardError/overLimit(what:limit:found:)``; the document is then not appended.
    package func append(
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
        idHash: UInt64
    ) throws(ShardError) {
        precondition(signature.count == parameters.signatureBytes, "a signature must have the length of all others")
        precondition(fingerprintKeys.count == positions.count, "every fingerprint must have a position")
        precondition(tokens >= 0 && textBytes >= 0, "lengths can't be negative")
        try checkLimits(id: id, url: url, date: date, bandKeys: bandKeys.count, positions: positions)
        columns.append(
            id: id,
            url: url,
            date: date,
            tokens: tokens,
            textBytes: textBytes,
            contentHash: contentHash,
            signature: signature,
            bandKeys: bandKeys,
            fingerprintKeys: fingerprintKeys,
            positions: positions,
            idHash: idHash,
            document: UInt32(documentCount),
            firstOrdinal: UInt32(fingerprintCount)
        )
        documentCount += 1
        fingerprintCount += fingerprintKeys.count
    }

    private func checkLimits(
        id: Span<UInt8>,
        url: Span<UInt8>,
        date: Span<UInt8>,
        bandKeys: Int,
        positions: Span<UInt32>
    ) throws(ShardError) {
        try Self.check(id.count, "the bytes of an id")
        try Self.check(url.count, "the bytes of a URL")
        try Self.check(date.count, "the bytes of a date")
        let last = positions.isEmpty ? 0 : Int(positions[positions.count - 1])
        try Self.check(positions.count / 2 + last / 30 + 1, "the bytes of a document's positions")
        guard !wouldOverflow(fingerprints: positions.count, bandKeys: bandKeys) else {
            throw .overLimit(
                what: "the fingerprints or bands of a shard",
                limit: UInt64(ShardLayout.pairLimit),
                found: UInt64(max(fingerprintCount + positions.count, columns.bandPairs.count + bandKeys + 1))
            )
        }
    }

    private static func check(_ count: Int, _ what: String) throws(ShardError) {
        guard count <= ShardLayout.valueLimit else {
            throw .overLimit(what: what, limit: UInt64(ShardLayout.valueLimit), found: UInt64(count))
        }
    }

    /// Forgets all documents.
    ///
    /// With `keepingCapacity` the memory stays for the next shard, as much as the largest one so far took of each kind.
    package func reset(keepingCapacity: Bool = false) {
        documentCount = 0
        fingerprintCount = 0
        columns.removeAll(keepingCapacity: keepingCapacity)
    }
}
