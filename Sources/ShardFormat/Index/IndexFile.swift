internal import StreamCompression

/// What manifest and tombstone files have in common: magic, u32 version, content, u32 CRC-32C of all before.
enum IndexFile {
    /// Checks magic, version and checksum; a reader of the content.
    static func open(
        _ bytes: [UInt8],
        magic: [UInt8],
        kind: IndexFileKind,
        path: String
    ) throws(ShardError) -> ByteReader {
        guard bytes.prefix(magic.count).elementsEqual(magic) else {
            let start = bytes.isEmpty ? "an empty file" : "a file that begins with \(ShardLayout.hex(bytes.prefix(8)))"
            throw .unrecognised(path: path, kind: kind, found: start)
        }
        let least = magic.count + 8
        guard bytes.count >= least else {
            throw .truncated(path: path, kind: kind, expected: UInt64(least), found: UInt64(bytes.count))
        }
        var prefix = ByteReader(Array(bytes[magic.count..<least]), path: path, section: kind.rawValue)
        try ShardLayout.checkVersion(try prefix.readUInt32(), kind: kind, path: path)
        let body = Array(bytes.dropLast(4))
        var end = ByteReader(Array(bytes.suffix(4)), path: path, section: kind.rawValue, base: UInt64(body.count))
        try ShardLayout.check(
            try end.readUInt32(),
            is: CRC32C.checksum(body),
            section: "whole file",
            offset: 0,
            path: path
        )
        var reader = ByteReader(body, path: path, section: kind.rawValue)
        _ = try reader.readBytes(magic.count + 4)
        return reader
    }
}

extension ByteReader {
    /// The bytes of a part that is kept as it is or by zstd.
    ///
    /// - Parameters:
    ///   - stored: the part as it lies in the file.
    ///   - codec: how it is kept; nil for a way this program doesn't know.
    ///   - count: its length before zstd; the caller has bounded it.
    /// - Returns: so many bytes.
    /// - Throws: ``ShardError`` where they are not that.
    func inflate(_ stored: [UInt8], _ codec: ShardLayout.Codec?, count: Int) throws(ShardError) -> [UInt8] {
        if codec == .raw, stored.count == count { return stored }
        guard codec == .zstd else {
            throw corrupt(expected: "\(count) bytes, packed by zstd or not at all", found: "\(stored.count)")
        }
        var inflated: [UInt8] = []
        do throws(CompressionError) {
            var decompressor = try ZstdBlockDecompressor()
            try decompressor.decompress(stored, count: count, appendingTo: &inflated)
        } catch {
            throw corrupt(expected: "a zstd block of \(count) bytes", found: error.description)
        }
        return inflated
    }
}
