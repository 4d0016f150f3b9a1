package import ShardFormat

/// Documents' names and sketches, one after the other in a few arrays: what a memory segment holds, what a log's record
/// carries, and what a shard is made of.
///
/// Of each key the bits that a shard's tables keep.
package struct DocumentColumns: Sendable {
    /// The parts of one document that are of one size.
    package struct Figures: Hashable, Sendable {
        /// The hash of its id.
        package var idHash: UInt64
        /// Of its token sequence.
        package var contentHash: ContentHash
        /// How many tokens it has.
        package var tokens: UInt64
        /// The length of its text in bytes.
        package var textBytes: UInt64

        /// Names the parts.
        package init(idHash: UInt64, contentHash: ContentHash, tokens: UInt64, textBytes: UInt64) {
            self.idHash = idHash
            self.contentHash = contentHash
            self.tokens = tokens
            self.textBytes = textBytes
        }
    }

    /// Where the parts of a document end in the arrays; they begin where those of the one before end.
    private struct Ends: Sendable {
        var id = 0
        var url = 0
        var names = 0
        var signature = 0
        var bands = 0
        var fingerprints = 0
    }

    /// One a document.
    package private(set) var figures: [Figures] = []
    private var ends: [Ends] = []
    private var names: [UInt8] = []
    private var signatures: [UInt8] = []
    private var bands: [UInt32] = []
    private var fingerprints: [UInt32] = []
    private var positions: [UInt32] = []

    /// Creates columns of nothing.
    package init() {}

    /// How many documents there are.
    package var count: Int { figures.count }

    /// Whether there are none.
    package var isEmpty: Bool { figures.isEmpty }

    /// Bytes of the arrays, without room to grow.
    package var byteCount: Int {
        figures.count * (MemoryLayout<Figures>.stride + MemoryLayout<Ends>.stride) + names.count + signatures.count
            + 4 * (bands.count + fingerprints.count + positions.count)
    }

    // MARK: - Appending

    /// Appends a document whose keys have been cut to what is kept.
    package mutating func append(
        id: Span<UInt8>,
        url: Span<UInt8>,
        date: Span<UInt8>,
        figures: Figures,
        signature: Span<UInt8>,
        bands: Span<UInt32>,
        fingerprints: Span<UInt32>,
        positions: Span<UInt32>
    ) {
        precondition(fingerprints.count == positions.count, "every fingerprint must have a position")
        var end = Ends()
        names.append(id)
        end.id = names.count
        names.append(url)
        end.url = names.count
        names.append(date)
        end.names = names.count
        signatures.append(signature)
        end.signature = signatures.count
        self.bands.append(bands)
        end.bands = self.bands.count
        self.fingerprints.append(fingerprints)
        self.positions.append(positions)
        end.fingerprints = self.fingerprints.count
        ends.append(end)
        self.figures.append(figures)
    }

    /// Appends a document with the sketch that a sketcher, or a batch of sketches, has made of it.
    package mutating func append(
        id: Span<UInt8>,
        url: Span<UInt8>,
        date: Span<UInt8>,
        figures: Figures,
        signature: Span<UInt8>,
        bandKeys: Span<UInt64>,
        fingerprintKeys: Span<UInt64>,
        positions: Span<UInt32>
    ) {
        let bands = bandKeys.indices.map { StoredKey.band(bandKeys[$0]) }
        let fingerprints = fingerprintKeys.indices.map { StoredKey.fingerprint(fingerprintKeys[$0]) }
        append(
            id: id,
            url: url,
            date: date,
            figures: figures,
            signature: signature,
            bands: bands.span,
            fingerprints: fingerprints.span,
            positions: positions
        )
    }

    /// Appends the last document of a sketcher.
    package mutating func append(_ sketcher: borrowing DocumentSketcher, as identity: ShardIdentity) {
        let id = Array(identity.id.utf8)
        let url = Array(identity.url.utf8)
        let date = Array(identity.date.utf8)
        append(
            id: id.span,
            url: url.span,
            date: date.span,
            figures: Figures(
                idHash: IdentifierHash.hash(id.span),
                contentHash: sketcher.contentHash,
                tokens: UInt64(sketcher.tokenCount),
                textBytes: UInt64(sketcher.textBytes)
            ),
            signature: sketcher.signature,
            bandKeys: sketcher.bandKeys,
            fingerprintKeys: sketcher.fingerprints,
            positions: sketcher.positions
        )
    }

    /// Appends a document of other columns.
    package mutating func append(_ document: Int, of other: borrowing DocumentColumns) {
        append(
            id: other.id(of: document),
            url: other.url(of: document),
            date: other.date(of: document),
            figures: other.figures[document],
            signature: other.signature(of: document),
            bands: other.bands(of: document),
            fingerprints: other.fingerprints(of: document),
            positions: other.positions(of: document)
        )
    }

    /// Appends all documents of other columns.
    package mutating func append(contentsOf other: borrowing DocumentColumns) {
        let base = ends.last ?? Ends()
        figures.append(contentsOf: other.figures)
        for end in other.ends {
            ends.append(
                Ends(
                    id: base.names + end.id,
                    url: base.names + end.url,
                    names: base.names + end.names,
                    signature: base.signature + end.signature,
                    bands: base.bands + end.bands,
                    fingerprints: base.fingerprints + end.fingerprints
                )
            )
        }
        names.append(other.names.span)
        signatures.append(other.signatures.span)
        bands.append(other.bands.span)
        fingerprints.append(other.fingerprints.span)
        positions.append(other.positions.span)
    }

    // MARK: - Reading

    /// A document's id.
    @_lifetime(borrow self)
    package func id(of document: Int) -> Span<UInt8> {
        names.span.extracting(before(document).names..<ends[document].id)
    }

    /// A document's URL.
    @_lifetime(borrow self)
    package func url(of document: Int) -> Span<UInt8> {
        names.span.extracting(ends[document].id..<ends[document].url)
    }

    /// A document's date, as written.
    @_lifetime(borrow self)
    package func date(of document: Int) -> Span<UInt8> {
        names.span.extracting(ends[document].url..<ends[document].names)
    }

    /// A document's signature, packed.
    @_lifetime(borrow self)
    package func signature(of document: Int) -> Span<UInt8> {
        signatures.span.extracting(before(document).signature..<ends[document].signature)
    }

    /// A document's band keys.
    @_lifetime(borrow self)
    package func bands(of document: Int) -> Span<UInt32> {
        bands.span.extracting(before(document).bands..<ends[document].bands)
    }

    /// A document's fingerprints, in text order.
    @_lifetime(borrow self)
    package func fingerprints(of document: Int) -> Span<UInt32> {
        fingerprints.span.extracting(before(document).fingerprints..<ends[document].fingerprints)
    }

    /// The token each of a document's fingerprints begins at.
    @_lifetime(borrow self)
    package func positions(of document: Int) -> Span<UInt32> {
        positions.span.extracting(before(document).fingerprints..<ends[document].fingerprints)
    }

    /// How many fingerprints a document has.
    package func fingerprintCount(of document: Int) -> Int {
        ends[document].fingerprints - before(document).fingerprints
    }

    /// How many fingerprints all of them have.
    var fingerprintCount: Int { fingerprints.count }

    /// Whether a document has the content, URL and date of one of other columns.
    package func isSame(_ document: Int, as other: Int, of columns: borrowing DocumentColumns) -> Bool {
        figures[document].contentHash == columns.figures[other].contentHash
            && detailsHash(of: document) == columns.detailsHash(of: other)
    }

    /// A document's names.
    package func identity(of document: Int) -> ShardIdentity {
        ShardIdentity(id: string(id(of: document)), url: string(url(of: document)), date: string(date(of: document)))
    }

    /// The hash of a document's URL and date.
    package func detailsHash(of document: Int) -> UInt64 {
        PendingDocuments.detailsHash(url: url(of: document), date: date(of: document))
    }

    private func string(_ bytes: Span<UInt8>) -> String {
        // The buffer is copied within the call.
        unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private func before(_ document: Int) -> Ends { document == 0 ? Ends() : ends[document - 1] }

    // MARK: - Into a shard

    /// Appends a document to a shard.
    ///
    /// - Throws: ``ShardError/overLimit(what:limit:found:)``.
    package func append(_ document: Int, to builder: ShardBuilder) throws(ShardError) {
        let figures = figures[document]
        let bands = bands(of: document)
        let fingerprints = fingerprints(of: document)
        // A table keeps no other bits.
        let bandKeys = bands.indices.map { UInt64(bands[$0]) << 32 }
        let fingerprintKeys = fingerprints.indices.map { UInt64(fingerprints[$0]) << 32 }
        try builder.append(
            id: id(of: document),
            url: url(of: document),
            date: date(of: document),
            tokens: Int(clamping: figures.tokens),
            textBytes: Int(clamping: figures.textBytes),
            contentHash: figures.contentHash,
            signature: signature(of: document),
            bandKeys: bandKeys.span,
            fingerprintKeys: fingerprintKeys.span,
            positions: positions(of: document),
            idHash: figures.idHash
        )
    }
}
