/// Builds small structures (headers, footers, manifests) byte by byte, little-endian.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    mutating func append(_ value: UInt32) { appendLittleEndian(value) }

    mutating func append(_ value: UInt64) { appendLittleEndian(value) }

    mutating func append(_ raw: [UInt8]) { bytes.append(contentsOf: raw) }

    /// LEB128: seven bits a byte, low ones first; the high bit says that more follow.
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A varint length, then the UTF-8.
    mutating func append(_ string: String) {
        let utf8 = Array(string.utf8)
        appendVarint(UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    private mutating func appendLittleEndian(_ value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
