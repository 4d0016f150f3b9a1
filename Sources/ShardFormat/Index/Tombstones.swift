internal import StreamCompression

/// The documents of one shard that were replaced or removed.
///
/// In memory a bit a document. The file names its shard, so that it can't be taken for another's.
package struct Tombstones: Hashable, Sendable {
    /// The shard's file name.
    package let shard: String
    /// The shard's documents, dead or not.
    package let documentCount: Int
    /// The dead ones.
    package private(set) var count = 0
    /// Bit *i* of word *w* is document 64 *w* + *i*.
    private(set) var words: [UInt64]

    /// Marks for the documents of a shard, of which none is dead yet; `documentCount` is at most 2^31.
    package init(shard: String, documentCount: Int) {
        precondition(
            documentCount >= 0 && documentCount <= ShardLayout.documentLimit,
            "more documents than a shard holds"
        )
        self.shard = shard
        self.documentCount = documentCount
        words = [UInt64](repeating: 0, count: (documentCount + 63) / 64)
    }

    /// Whether a document is dead; one that the shard doesn't have isn't.
    package func contains(_ document: UInt32) -> Bool {
        let word = Int(document >> 6)
        return word < words.count && words[word] >> UInt64(document & 63) & 1 == 1
    }

    /// Marks a document of the shard as dead; false where it was already.
    @discardableResult
    package mutating func insert(_ document: UInt32) -> Bool {
        precondition(document < documentCount, "the shard doesn't have this document")
        guard !contains(document) else { return false }
        words[Int(document >> 6)] |= 1 << UInt64(document & 63)
        count += 1
        return true
    }

    /// Takes the mark off a document; false where it had none.
    @discardableResult
    package mutating func remove(_ document: UInt32) -> Bool {
        guard contains(document) else { return false }
        words[Int(document >> 6)] &= ~(1 << UInt64(document & 63))
        count -= 1
        return true
    }

    /// The dead documents, ascending.
    package var documents: [UInt32] {
        words.indices.flatMap { word in
            (0..<64).filter { words[word] >> UInt64($0) & 1 == 1 }.map { UInt32(word * 64 + $0) }
        }
    }
}

// MARK: - Bytes

// Magic, u32 version, string shard, varint documents, varint count, varint raw length, u32 codec, then the dead
// documents as varint distances (the first as it is, then to the last one, less one), by zstd where that is shorter;
// u32 CRC-32C of all before.
extension Tombstones {
    static let magic: [UInt8] = [0x89, 0x4E, 0x44, 0x54, 0x4D, 0x0D, 0x0A, 0x1A]
    /// A distance takes five bytes at most.
    private static let bytesPerDocument = 5

    /// The file's bytes.
    package func encoded() -> [UInt8] {
        var distances = ByteWriter()
        var next: UInt64 = 0
        for document in documents {
            distances.appendVarint(UInt64(document) - next)
            next = UInt64(document) + 1
        }
        var packed: [UInt8] = []
        var isPacked = false
        // Without memory for zstd the distances are kept as they are, which every reader takes.
        if var compressor = try? ZstdBlockCompressor(),
            (try? compressor.compress(distances.bytes, appendingTo: &packed)) != nil
        {
            isPacked = packed.count < distances.count
        }
        var writer = ByteWriter()
        writer.append(Self.magic)
        writer.append(ShardLayout.version)
        writer.append(shard)
        writer.appendVarint(UInt64(documentCount))
        writer.appendVarint(UInt64(count))
        writer.appendVarint(UInt64(distances.count))
        writer.append((isPacked ? ShardLayout.Codec.zstd : .raw).rawValue)
        writer.append(isPacked ? packed : distances.bytes)
        writer.append(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    /// Reads a file's bytes.
    ///
    /// - Throws: ``ShardError``, of another format or version, or of damage.
    package init(decoding bytes: [UInt8], path: String) throws(ShardError) {
        var reader = try IndexFile.open(bytes, magic: Self.magic, kind: .tombstones, path: path)
        let shard = try reader.readString()
        let documents = try reader.readVarint()
        let count = try reader.readVarint()
        let rawLength = try reader.readVarint()
        let codec = ShardLayout.Codec(rawValue: try reader.readUInt32())
        guard documents <= ShardLayout.documentLimit, count <= documents,
            rawLength <= count * UInt64(Self.bytesPerDocument)
        else {
            throw reader.corrupt(
                expected: "at most \(ShardLayout.documentLimit) documents, and no more dead ones",
                found: "\(documents), \(count), in \(rawLength) bytes"
            )
        }
        let stored = try reader.readBytes(reader.remaining)
        let distances = try reader.inflate(stored, codec, count: Int(rawLength))
        self.init(shard: shard, documentCount: Int(documents))
        var cursor = VarintCursor()
        var next: UInt64 = 0
        for _ in 0..<count {
            guard let distance = cursor.next(distances.span), distance < documents, next + distance < documents else {
                throw reader.corrupt(expected: "ascending documents below \(documents)", found: "others")
            }
            insert(UInt32(next + distance))
            next += distance + 1
        }
        guard cursor.offset == distances.count else {
            throw reader.corrupt(expected: "\(count) documents", found: "more")
        }
    }
}
