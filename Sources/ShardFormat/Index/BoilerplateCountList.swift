internal import StreamCompression

/// How many fingerprints of each document are boilerplate, shard by shard, so that nobody has to count them again.
package struct BoilerplateCountList: Hashable, Sendable {
    /// The counts of one shard's documents, packed.
    package struct Entry: Hashable, Sendable {
        /// Names the shard's content.
        package var footerChecksum: UInt32
        fileprivate var documents: Int
        fileprivate var rawLength: Int
        fileprivate var codec: UInt32
        fileprivate var stored: [UInt8]
    }

    /// The checksum of the attachment of boilerplate that was counted.
    package let boilerplate: UInt32
    private var entries: [Entry] = []

    /// A list without shards.
    package init(boilerplate: UInt32) { self.boilerplate = boilerplate }

    /// Adds the counts of a shard's documents.
    package mutating func add(_ counts: [UInt32], footerChecksum: UInt32) {
        var raw = ByteWriter()
        for count in counts { raw.appendVarint(UInt64(count)) }
        var packed: [UInt8] = []
        var isPacked = false
        // Without memory for zstd the counts are kept as they are, which every reader takes.
        if var compressor = try? ZstdBlockCompressor(),
            (try? compressor.compress(raw.bytes, appendingTo: &packed)) != nil
        {
            isPacked = packed.count < raw.count
        }
        entries.append(
            Entry(
                footerChecksum: footerChecksum,
                documents: counts.count,
                rawLength: raw.count,
                codec: (isPacked ? ShardLayout.Codec.zstd : .raw).rawValue,
                stored: isPacked ? packed : raw.bytes
            )
        )
    }
}

// MARK: - Bytes

// The content of an attachment of kind `boilerplatecounts`: varint 1, the version of what follows; u32 checksum of the
// attachment of boilerplate; varint shards, for each u32 footer checksum, varint documents, varint raw length, u32 codec,
// varint length and so many bytes: a varint for each document, by zstd where that is shorter.
extension BoilerplateCountList {
    /// The kind of the attachment that holds it.
    package static let attachmentKind = "boilerplatecounts"

    private static let version: UInt64 = 1
    /// Checksum, codec, and three numbers.
    private static let leastEntryBytes = 11
    /// A count takes five bytes at most.
    private static let bytesPerCount = 5

    /// The attachment's content.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.appendVarint(Self.version)
        writer.append(boilerplate)
        writer.appendVarint(UInt64(entries.count))
        for entry in entries {
            writer.append(entry.footerChecksum)
            writer.appendVarint(UInt64(entry.documents))
            writer.appendVarint(UInt64(entry.rawLength))
            writer.append(entry.codec)
            writer.appendVarint(UInt64(entry.stored.count))
            writer.append(entry.stored)
        }
        return writer.bytes
    }

    /// Reads an attachment's content; counts stay packed.
    ///
    /// - Throws: ``ShardError``, of another version, or of damage.
    package init(decoding content: [UInt8], path: String) throws(ShardError) {
        var reader = ByteReader(content, path: path, section: Self.attachmentKind)
        let version = try reader.readVarint()
        guard version == Self.version else {
            throw .versionTooNew(
                path: path,
                kind: .attachment,
                expected: UInt32(Self.version),
                found: UInt32(clamping: version)
            )
        }
        boilerplate = try reader.readUInt32()
        for _ in 0..<(try reader.readCount(unit: Self.leastEntryBytes)) {
            let checksum = try reader.readUInt32()
            let (documents, rawLength) = (try reader.readVarint(), try reader.readVarint())
            guard documents < ShardLayout.documentLimit, rawLength >= documents,
                rawLength <= documents * UInt64(Self.bytesPerCount)
            else {
                throw reader.corrupt(expected: "a byte or a few a document", found: "\(rawLength) for \(documents)")
            }
            entries.append(
                Entry(
                    footerChecksum: checksum,
                    documents: Int(documents),
                    rawLength: Int(rawLength),
                    codec: try reader.readUInt32(),
                    stored: try reader.readBytes(try reader.readCount(unit: 1))
                )
            )
        }
        try reader.finish()
    }

    /// The counts of a shard's documents; nil where the list has none, or what no writer leaves.
    ///
    /// - Complexity: O(documents).
    package func counts(of shard: Shard) -> [UInt32]? {
        guard let entry = entries.first(where: { $0.footerChecksum == shard.footerChecksum }),
            entry.documents == shard.documentCount
        else { return nil }
        let reader = ByteReader([], path: shard.path, section: Self.attachmentKind)
        let codec = ShardLayout.Codec(rawValue: entry.codec)
        guard let raw = try? reader.inflate(entry.stored, codec, count: entry.rawLength) else { return nil }
        var counts: [UInt32] = []
        counts.reserveCapacity(entry.documents)
        var cursor = VarintCursor()
        let bytes = raw.span
        while counts.count < entry.documents {
            guard let count = cursor.next(bytes), let small = UInt32(exactly: count) else { return nil }
            counts.append(small)
        }
        return cursor.offset == raw.count ? counts : nil
    }
}
