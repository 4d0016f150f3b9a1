import StreamCompression
import Testing

/// CRC-32C a bit at a time: the definition.
private func plainCRC32C(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F6_3B78 }
    }
    return ~crc
}

@Test func crc32CHasTheCheckValue() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([]) == 0)
}

@Test func crc32CAgreesWithItsDefinition() {
    for count in [1, 2, 3, 7, 8, 15, 16, 63, 64, 65, 255, 1000, 4097] {
        let bytes = sampleText(count, seed: UInt64(count))
        #expect(CRC32C.checksum(bytes) == plainCRC32C(bytes), "of \(count) bytes")
    }
}

@Test func crc32CGoesOnWhereItStopped() {
    let bytes = sampleText(300, seed: 1)
    let whole = CRC32C.checksum(bytes)
    for cut in 0...bytes.count {
        #expect(CRC32C.checksum(Array(bytes[cut...]), seed: CRC32C.checksum(Array(bytes[..<cut]))) == whole)
    }
}
