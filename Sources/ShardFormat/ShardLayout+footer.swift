internal import CKernels
internal import StreamCompression

/// What the end of a shard file says about the rest.
struct ShardFooter: Equatable {
    /// A lookup table's geometry; where its parts lie is in the sections.
    struct TableGeometry: Equatable {
        var keyBits: UInt32 = UInt32(ND_KEY_BITS)
        var bucketBits: UInt32 = 0
        var valueBits: UInt32 = 0
        var entries: UInt64 = 0
        var commonKeys: UInt64 = 0
        var commonValues: UInt64 = 0
    }

    struct Section: Equatable {
        var identifier: ShardLayout.SectionIdentifier
        var flags: UInt32
        var offset: UInt64
        var length: UInt64
        /// What the section holds uncompressed, for `stats` and to bound what blocks may claim.
        var rawLength: UInt64
    }

    var documents: UInt64 = 0
    var fingerprints: UInt64 = 0
    var bandPairs: UInt64 = 0
    /// Indexed by ``ShardLayout/Table``.
    var tables = [TableGeometry](repeating: TableGeometry(), count: ShardLayout.Table.allCases.count)
    /// The bytes from the start of the file on whose pages have checksums; those begin here.
    var checkedLength: UInt64 = 0
    var pageChecksumsChecksum: UInt32 = 0
    var sections: [Section] = []

    var pageCount: UInt64 {
        checkedLength / UInt64(ShardLayout.pageBytes) + (checkedLength % UInt64(ShardLayout.pageBytes) == 0 ? 0 : 1)
    }
}

// The footer: counts, geometries, the checked length, the checksum of the page checksums, the section table.
// The tail: u64 length of the file, u32 length of the footer, u32 CRC-32C of footer and the 12 bytes before, magic.
extension ShardFooter {
    /// Footer and tail, to be appended to a file of `offset` bytes, and the footer's checksum.
    func encoded(at offset: UInt64) -> (bytes: [UInt8], checksum: UInt32) {
        var writer = ByteWriter()
        writer.append(documents)
        writer.append(fingerprints)
        writer.append(bandPairs)
        for table in tables {
            writer.append(table.keyBits)
            writer.append(table.bucketBits)
            writer.append(table.valueBits)
            writer.append(UInt32(0))
            writer.append(table.entries)
            writer.append(table.commonKeys)
            writer.append(table.commonValues)
        }
        writer.append(checkedLength)
        writer.append(pageChecksumsChecksum)
        writer.append(UInt32(sections.count))
        for section in sections {
            writer.append(section.identifier.rawValue)
            writer.append(section.flags)
            writer.append(section.offset)
            writer.append(section.length)
            writer.append(section.rawLength)
        }
        let length = writer.count
        writer.append(offset + UInt64(length + ShardLayout.tailBytes))
        writer.append(UInt32(length))
        let checksum = CRC32C.checksum(writer.bytes)
        writer.append(checksum)
        writer.append(ShardLayout.tailMagic)
        return (writer.bytes, checksum)
    }

    /// What the last 24 bytes of a file say: the footer's length and checksum.
    static func decodeTail(
        _ tail: [UInt8],
        fileLength: UInt64,
        path: String
    ) throws(ShardError) -> (length: Int, checksum: UInt32) {
        var reader = ByteReader(
            tail,
            path: path,
            section: "tail",
            base: fileLength - UInt64(ShardLayout.tailBytes)
        )
        let stated = try reader.readUInt64()
        let length = try reader.readUInt32()
        let checksum = try reader.readUInt32()
        guard try reader.readBytes(ShardLayout.tailMagic.count) == ShardLayout.tailMagic else {
            throw reader.corrupt(
                expected: "the end of a shard",
                found: ShardLayout.hex(tail.suffix(8)) + ", so that the file was cut off or overwritten"
            )
        }
        guard stated == fileLength else {
            throw .truncated(path: path, kind: .shard, expected: stated, found: fileLength)
        }
        guard length <= ShardLayout.footerLimit, UInt64(length) + UInt64(ShardLayout.tailBytes) < fileLength else {
            throw reader.corrupt(expected: "a footer of at most \(ShardLayout.footerLimit) bytes", found: "\(length)")
        }
        return (Int(length), checksum)
    }

    init(decoding bytes: [UInt8], at offset: UInt64, path: String) throws(ShardError) {
        var reader = ByteReader(bytes, path: path, section: "footer", base: offset)
        documents = try reader.readUInt64()
        fingerprints = try reader.readUInt64()
        bandPairs = try reader.readUInt64()
        for index in tables.indices {
            tables[index].keyBits = try reader.readUInt32()
            tables[index].bucketBits = try reader.readUInt32()
            tables[index].valueBits = try reader.readUInt32()
            // Kept free: something else here would be a table that this version can't read.
            guard try reader.readUInt32() == 0 else {
                throw reader.corrupt(expected: "a table of this version", found: "one of another kind")
            }
            tables[index].entries = try reader.readUInt64()
            tables[index].commonKeys = try reader.readUInt64()
            tables[index].commonValues = try reader.readUInt64()
        }
        checkedLength = try reader.readUInt64()
        pageChecksumsChecksum = try reader.readUInt32()
        let count = Int(try reader.readUInt32())
        guard count == reader.remaining / 32 else {
            throw reader.corrupt(expected: "\(reader.remaining / 32) sections", found: "\(count)")
        }
        for _ in 0..<count {
            sections.append(
                Section(
                    identifier: ShardLayout.SectionIdentifier(rawValue: try reader.readUInt32()),
                    flags: try reader.readUInt32(),
                    offset: try reader.readUInt64(),
                    length: try reader.readUInt64(),
                    rawLength: try reader.readUInt64()
                )
            )
        }
        try reader.finish()
    }
}
