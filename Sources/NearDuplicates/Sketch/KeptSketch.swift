internal import ShardFormat

/// The sketch of one document, copied out of the sketcher that made it: so that it can be made on one thread and looked up
/// on another.
package struct KeptSketch: Sendable {
    /// How many tokens the document has.
    package let tokenCount: Int
    /// The length of its text in bytes.
    package let textBytes: Int
    let contentHash: ContentHash
    let shingles: [UInt64]
    let signature: [UInt8]
    let bandKeys: [UInt64]
    let fingerprints: [UInt64]
    let positions: [UInt32]

    /// Copies the last sketch of a sketcher.
    ///
    /// - Parameters:
    ///   - sketcher: what made it.
    ///   - keepsShingles: whether passages are to be told of it; else only a short text, which is looked up by all of its
    ///     shingles, keeps them.
    package init(_ sketcher: borrowing DocumentSketcher, keepsShingles: Bool = false) {
        tokenCount = sketcher.tokenCount
        textBytes = sketcher.textBytes
        contentHash = sketcher.contentHash
        let isNeeded =
            tokenCount < Searcher.shortTokens || keepsShingles && tokenCount <= Searcher.denseTokens
        shingles = Self.copy(sketcher.shingles.extracting(first: isNeeded ? .max : 0))
        signature = Self.copy(sketcher.signature)
        bandKeys = Self.copy(sketcher.bandKeys)
        fingerprints = Self.copy(sketcher.fingerprints)
        positions = Self.copy(sketcher.positions)
    }

    private static func copy<Element: BitwiseCopyable>(_ span: Span<Element>) -> [Element] {
        var copy: [Element] = []
        copy.append(span)
        return copy
    }

    /// Appends the document to columns.
    package func append(
        id: Span<UInt8>,
        url: Span<UInt8>,
        date: Span<UInt8>,
        to columns: inout DocumentColumns
    ) {
        columns.append(
            id: id,
            url: url,
            date: date,
            figures: DocumentColumns.Figures(
                idHash: IdentifierHash.hash(id),
                contentHash: contentHash,
                tokens: UInt64(tokenCount),
                textBytes: UInt64(textBytes)
            ),
            signature: signature.span,
            bandKeys: bandKeys.span,
            fingerprintKeys: fingerprints.span,
            positions: positions.span
        )
    }
}
