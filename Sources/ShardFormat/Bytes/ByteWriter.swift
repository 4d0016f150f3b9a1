/// Builds small structures (headers, footers, manifests, frames of a log) byte by byte, little-endian.
package struct ByteWriter {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// Creates a writer of nothing, with room for some bytes.
    package init(reserving count: Int = 0) { bytes.reserveCapacity(count) }

    var count: Int { bytes.count }

    /// Appends a number, four bytes.
    package mutating func append(_ value: UInt32) { bytes.appendLittleEndian(value) }

    /// Appends a number, eight bytes.
    package mutating func append(_ value: UInt64) { bytes.appendLittleEndian(value) }

    /// Appends bytes as they are.
    package mutating func append(_ raw: [UInt8]) { bytes.append(contentsOf: raw) }

    /// Appends bytes as they are.
    package mutating func append(_ raw: Span<UInt8>) {
        // The buffer lives for the length of the call, and is copied.
        unsafe raw.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends numbers, four bytes each.
    package mutating func append(_ values: Span<UInt32>) {
        #if _endian(little)
        // They lie as they are written; the buffer lives for the length of the call.
        unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        #else
        for index in values.indices { append(values[index]) }
        #endif
    }

    /// LEB128: seven bits a byte, low ones first; the high bit says that more follow.
    package mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// A varint length, then the UTF-8.
    package mutating func append(_ string: String) {
        let utf8 = Array(string.utf8)
        appendVarint(UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }
}

// Not generic: other modules would call that unspecialised.
extension [UInt8] {
    /// Appends a number, four bytes.
    package mutating func appendLittleEndian(_ value: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }

    /// Appends a number, eight bytes.
    package mutating func appendLittleEndian(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }
}
