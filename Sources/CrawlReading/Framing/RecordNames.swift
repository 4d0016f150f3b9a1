package import CrawlModel

/// What a WARC record is called and what it belongs to, as far as records that belong together can be told by it.
///
/// Names are hashes: they are compared with those of a few records nearby.
package struct RecordNames: Sendable, Hashable {
    /// Whether the record tells of another one: a request, or metadata.
    package var isCompanion: Bool
    /// Whether what it belongs to usually comes after it.
    package var isRequest: Bool
    /// The record's id; 0 for none.
    package var id: UInt64
    /// The id of the record it belongs to; 0 for none.
    package var concurrentTo: UInt64
    /// The address; 0 for none.
    package var target: UInt64

    /// Reads the header of a WARC record of a batch; nil where it can't be read.
    ///
    /// O(its length).
    package init?(_ record: RecordExtent, of batch: borrowing RecordBatch) {
        // The header is read within the call; the record lies within the counted bytes.
        let names = unsafe batch.bytes.withPaddedBytes { all -> Self? in
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: all[..<(record.start + record.count)])
            guard case .complete(let header) = unsafe WARCHeader.read(bytes, at: record.start) else { return nil }
            let isRequest = unsafe WARCHeader.equals(bytes, header.type, "request")
            let isMetadata = unsafe WARCHeader.equals(bytes, header.type, "metadata")
            return Self(
                isCompanion: isRequest || isMetadata,
                isRequest: isRequest,
                id: unsafe Self.hash(bytes, header.recordID),
                concurrentTo: unsafe Self.hash(bytes, header.concurrentTo),
                target: unsafe Self.hash(bytes, header.targetURI)
            )
        }
        guard let names else { return nil }
        self = names
    }

    private init(isCompanion: Bool, isRequest: Bool, id: UInt64, concurrentTo: UInt64, target: UInt64) {
        self.isCompanion = isCompanion
        self.isRequest = isRequest
        self.id = id
        self.concurrentTo = concurrentTo
        self.target = target
    }

    /// FNV-1a of a value without brackets; 0 for none.
    private static func hash(_ bytes: UnsafeRawBufferPointer, _ value: ByteRange) -> UInt64 {
        let range = unsafe WARCHeader.unbracketed(bytes, value)
        guard !range.isEmpty else { return 0 }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for at in range.start..<range.end { hash = (hash ^ UInt64(unsafe bytes[at])) &* 0x100_0000_01B3 }
        return max(hash, 1)
    }
}
