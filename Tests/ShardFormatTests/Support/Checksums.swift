import StreamCompression

@testable import ShardFormat

/// Makes checksums of a changed shard right again, as an attacker or a fuzzer would.
enum Checksums {
    static func of(_ bytes: [UInt8]) -> UInt32 { CRC32C.checksum(bytes) }

    /// Header, pages, page checksums and footer of a shard whose checked area and page count are known.
    static func repair(_ bytes: inout [UInt8], checked: Int, pages: Int) {
        let header = Int(littleEndian32(bytes, 12))
        if header > 16, header <= checked { store(CRC32C.checksum(Array(bytes[..<(header - 4)])), &bytes, header - 4) }
        for page in 0..<pages {
            let start = page * ShardLayout.pageBytes
            let end = min(start + ShardLayout.pageBytes, checked)
            store(CRC32C.checksum(Array(bytes[start..<end])), &bytes, checked + 4 * page)
        }
        let footer = checked + 4 * pages
        let tail = bytes.count - ShardLayout.tailBytes
        // After three counts, three geometries of 40 bytes, and the checked length.
        store(CRC32C.checksum(Array(bytes[checked..<footer])), &bytes, footer + 24 + 3 * 40 + 8)
        store(CRC32C.checksum(Array(bytes[footer..<tail + 12])), &bytes, tail + 12)
    }

    static func replaceFooter(of bytes: [UInt8], by footer: ShardFooter) -> [UInt8] {
        let tail = bytes.count - ShardLayout.tailBytes
        let start = tail - Int(littleEndian32(bytes, tail + 8))
        return Array(bytes[..<start]) + footer.encoded(at: UInt64(start)).bytes
    }

    private static func littleEndian32(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }

    private static func store(_ value: UInt32, _ bytes: inout [UInt8], _ offset: Int) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
    }
}
