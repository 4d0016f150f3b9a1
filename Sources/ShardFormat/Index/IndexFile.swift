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
