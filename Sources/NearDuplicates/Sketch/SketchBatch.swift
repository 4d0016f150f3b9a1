package import CrawlModel
package import ShardFormat
internal import Shingling

/// The sketches of one batch of documents, packed one after the other: what workers hand to the writer.
package struct SketchBatch: Sendable {
    /// One document's sketch: its figures, and where its parts end in the arrays (they begin where the last one's end).
    package struct Entry: Sendable {
        package var tokens: Int
        package var textBytes: Int
        package var contentHash: ContentHash
        var bandsEnd: Int
        var signatureEnd: Int
        var fingerprintsEnd: Int
    }

    /// In the order of the batch's documents.
    package private(set) var entries: [Entry] = []
    /// Bytes of all texts that belong to no well-formed UTF-8 sequence.
    package private(set) var illFormedBytes = 0

    private var signatures: [UInt8] = []
    private var bandKeys: [UInt64] = []
    private var fingerprints: [UInt64] = []
    private var positions: [UInt32] = []

    package init() {}

    /// Replaces the content by the sketches of a batch's documents.
    package mutating func sketch(_ documents: borrowing DocumentBatch, with sketcher: inout DocumentSketcher) {
        removeAll()
        append(documents, documents.entries.indices, with: &sketcher)
    }

    /// Appends the sketches of some of a batch's documents.
    package mutating func append(
        _ documents: borrowing DocumentBatch,
        _ range: Range<Int>,
        with sketcher: inout DocumentSketcher
    ) {
        for entry in documents.entries[range] {
            sketcher.sketch(documents, entry)
            append(sketcher)
        }
    }

    /// Appends the last sketch of a sketcher.
    package mutating func append(_ sketcher: borrowing DocumentSketcher) {
        signatures.append(sketcher.signature)
        bandKeys.append(sketcher.bandKeys)
        fingerprints.append(sketcher.fingerprints)
        positions.append(sketcher.positions)
        illFormedBytes += sketcher.illFormedBytes
        entries.append(
            Entry(
                tokens: sketcher.tokenCount,
                textBytes: sketcher.textBytes,
                contentHash: sketcher.contentHash,
                bandsEnd: bandKeys.count,
                signatureEnd: signatures.count,
                fingerprintsEnd: fingerprints.count
            )
        )
    }

    /// Empties the batch and keeps its storage, but for what one huge text needed.
    package mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        signatures.removeAll(keepingCapacity: true)
        bandKeys.removeAll(keepingCapacity: true)
        fingerprints.removeAll(keepingCapacity: fingerprints.capacity <= Self.keptFingerprints)
        positions.removeAll(keepingCapacity: positions.capacity <= Self.keptFingerprints)
        illFormedBytes = 0
    }

    /// Storage for so many fingerprints is never given back: 3 MB, several times what a batch of short texts has.
    private static var keptFingerprints: Int { 1 << 18 }

    /// Appends a document and its sketch to a shard.
    package func append(
        _ index: Int,
        id: Span<UInt8>,
        url: Span<UInt8>,
        date: Span<UInt8>,
        idHash: UInt64,
        to builder: ShardBuilder
    ) throws(ShardError) {
        let entry = entries[index]
        let before = index == 0 ? nil : entries[index - 1]
        let prints = (before?.fingerprintsEnd ?? 0)..<entry.fingerprintsEnd
        try builder.append(
            id: id,
            url: url,
            date: date,
            tokens: entry.tokens,
            textBytes: entry.textBytes,
            contentHash: entry.contentHash,
            signature: signatures.span.extracting((before?.signatureEnd ?? 0)..<entry.signatureEnd),
            bandKeys: bandKeys.span.extracting((before?.bandsEnd ?? 0)..<entry.bandsEnd),
            fingerprintKeys: fingerprints.span.extracting(prints),
            positions: positions.span.extracting(prints),
            idHash: idHash
        )
    }

    /// Appends a document and its sketch to columns.
    package func append(
        _ index: Int,
        id: Span<UInt8>,
        url: Span<UInt8>,
        date: Span<UInt8>,
        idHash: UInt64,
        to columns: inout DocumentColumns
    ) {
        let entry = entries[index]
        let before = index == 0 ? nil : entries[index - 1]
        let prints = (before?.fingerprintsEnd ?? 0)..<entry.fingerprintsEnd
        columns.append(
            id: id,
            url: url,
            date: date,
            figures: DocumentColumns.Figures(
                idHash: idHash,
                contentHash: entry.contentHash,
                tokens: UInt64(entry.tokens),
                textBytes: UInt64(entry.textBytes)
            ),
            signature: signatures.span.extracting((before?.signatureEnd ?? 0)..<entry.signatureEnd),
            bandKeys: bandKeys.span.extracting((before?.bandsEnd ?? 0)..<entry.bandsEnd),
            fingerprintKeys: fingerprints.span.extracting(prints),
            positions: positions.span.extracting(prints)
        )
    }

    /// More bytes than the first documents' sketches, appended to a shard, can add to what the writer of an index counts.
    ///
    /// A pair of a table is 8 bytes twice and 13 more; positions, lengths and an id's entry are counted generously.
    package func memoryBound(first count: Int) -> Int {
        guard count > 0 else { return 0 }
        let last = entries[count - 1]
        let pairs = last.bandsEnd + last.fingerprintsEnd + 2 * count
        let tokens = entries.prefix(count).reduce(0) { $0 + $1.tokens }
        return 32 * pairs + 4 * last.fingerprintsEnd + 2 * last.signatureEnd + tokens / 8 + 768 * count
    }

    /// How many fingerprints a document has.
    package func fingerprintCount(of index: Int) -> Int {
        entries[index].fingerprintsEnd - (index == 0 ? 0 : entries[index - 1].fingerprintsEnd)
    }
}

extension Array where Element: BitwiseCopyable {
    /// Appends the elements of a span.
    mutating func append(_ span: Span<Element>) {
        // The buffer lives for the length of the call, and is copied.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
