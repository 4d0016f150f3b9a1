internal import StreamCompression

// The header: magic, u32 version, u32 length of the header, parameters, u32 CRC-32C of all before.
extension ShardLayout {
    static func encodeHeader(_ parameters: IndexParameters) -> [UInt8] {
        var fields = ByteWriter()
        parameters.encode(to: &fields)
        var header = ByteWriter()
        header.append(magic)
        header.append(version)
        header.append(UInt32(headerPrefixBytes + fields.count + 4))
        header.append(fields.bytes)
        header.append(CRC32C.checksum(header.bytes))
        return header.bytes
    }

    /// The length that a header's first 16 bytes state, once magic and version are known to be right.
    static func headerLength(_ prefix: [UInt8], path: String) throws(ShardError) -> Int {
        var reader = ByteReader(prefix, path: path, section: "header")
        guard try reader.readBytes(magic.count) == magic else {
            throw .unrecognised(path: path, kind: .shard, found: "a file that begins with \(hex(prefix.prefix(8)))")
        }
        try checkVersion(try reader.readUInt32(), kind: .shard, path: path)
        let length = Int(try reader.readUInt32())
        guard length > headerPrefixBytes + 4, length <= headerLimit else {
            throw reader.corrupt(expected: "a header of at most \(headerLimit) bytes", found: "\(length)")
        }
        return length
    }

    static func decodeHeader(_ header: [UInt8], path: String) throws(ShardError) -> IndexParameters {
        let body = Array(header.dropLast(4))
        var checksum = ByteReader(Array(header.suffix(4)), path: path, section: "header", base: UInt64(body.count))
        try check(try checksum.readUInt32(), is: CRC32C.checksum(body), section: "header", offset: 0, path: path)
        var reader = ByteReader(body, path: path, section: "header")
        _ = try reader.readBytes(headerPrefixBytes)
        let parameters = try IndexParameters(from: &reader)
        try reader.finish()
        return parameters
    }

    static func checkVersion(_ found: UInt32, kind: IndexFileKind, path: String) throws(ShardError) {
        if found > version { throw .versionTooNew(path: path, kind: kind, expected: version, found: found) }
        if found < version { throw .versionTooOld(path: path, kind: kind, expected: version, found: found) }
    }

    static func check(
        _ stored: UInt32,
        is computed: UInt32,
        section: String,
        offset: UInt64,
        path: String
    ) throws(ShardError) {
        guard stored != computed else { return }
        throw .corrupt(
            path: path,
            section: section,
            offset: offset,
            expected: "checksum \(hex(stored))",
            found: hex(computed)
        )
    }

    static func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
