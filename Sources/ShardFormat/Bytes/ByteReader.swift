/// Reads small structures little-endian; every read is bounded, and an error says where in which file it happened.
struct ByteReader {
    let bytes: [UInt8]
    let path: String
    let section: String
    /// Where `bytes` begin in the file.
    let base: UInt64
    private(set) var offset = 0

    init(_ bytes: [UInt8], path: String, section: String, base: UInt64 = 0) {
        self.bytes = bytes
        self.path = path
        self.section = section
        self.base = base
    }

    var remaining: Int { bytes.count - offset }

    mutating func readUInt32() throws(ShardError) -> UInt32 { UInt32(try readLittleEndian(4)) }

    mutating func readUInt64() throws(ShardError) -> UInt64 { try readLittleEndian(8) }

    mutating func readVarint() throws(ShardError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 63, by: 7) {
            let byte = try readLittleEndian(1)
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { break }
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw corrupt(expected: "a number of at most 64 bits", found: "more")
    }

    /// A varint that counts things of which each takes at least `unit` of the bytes that are left.
    mutating func readCount(unit: Int) throws(ShardError) -> Int {
        let count = try readVarint()
        guard count <= UInt64(remaining / unit) else {
            throw corrupt(expected: "a count that the \(remaining) bytes left can hold", found: "\(count)")
        }
        return Int(count)
    }

    mutating func readBytes(_ count: Int) throws(ShardError) -> [UInt8] {
        guard count >= 0, count <= remaining else {
            throw corrupt(expected: "\(count) more bytes", found: "\(remaining)")
        }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    mutating func readString() throws(ShardError) -> String {
        let count = try readCount(unit: 1)
        let utf8 = try readBytes(count)
        guard let string = String(validating: utf8, as: UTF8.self) else {
            throw corrupt(expected: "UTF-8", found: "other bytes")
        }
        return string
    }

    func finish() throws(ShardError) {
        guard remaining == 0 else { throw corrupt(expected: "the end", found: "\(remaining) more bytes") }
    }

    func corrupt(expected: String, found: String) -> ShardError {
        .corrupt(path: path, section: section, offset: base + UInt64(offset), expected: expected, found: found)
    }

    private mutating func readLittleEndian(_ count: Int) throws(ShardError) -> UInt64 {
        guard remaining >= count else { throw corrupt(expected: "\(count) more bytes", found: "\(remaining)") }
        var value: UInt64 = 0
        for index in 0..<count {
            value |= UInt64(bytes[offset + index]) << (8 * index)
        }
        offset += count
        return value
    }
}
