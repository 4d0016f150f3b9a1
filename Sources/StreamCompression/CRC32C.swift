import CISAL

/// CRC-32C (Castagnoli), as iSCSI and ext4 use it: the CRC of "123456789" is 0xE3069283.
package enum CRC32C {
    /// The checksum of `bytes`, or of the bytes `seed` is the checksum of followed by `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: the bytes.
    ///   - seed: the checksum of what came before; 0 where nothing did.
    /// - Returns: the checksum.
    /// - Complexity: O(`bytes.count`), some 20 GB/s.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        // ISA-L leaves the inversions before and after to its caller, and counts in 32 bits.
        var crc = ~seed
        var start = 0
        while start < bytes.count {
            let count = min(bytes.count - start, 1 << 30)
            // ISA-L only reads the `count` bytes from `start` on, which lie within the buffer.
            let part = unsafe (bytes.baseAddress! + start).assumingMemoryBound(to: UInt8.self)
            crc = unsafe crc32_iscsi(UnsafeMutablePointer(mutating: part), Int32(count), crc)
            start += count
        }
        return ~crc
    }

    /// The checksum of a span's bytes.
    package static func checksum(_ bytes: RawSpan, seed: UInt32 = 0) -> UInt32 {
        // The buffer is used within the closure only.
        unsafe bytes.withUnsafeBytes { unsafe checksum($0, seed: seed) }
    }

    /// The checksum of an array's bytes.
    package static func checksum(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        // The buffer is used within the closure only.
        unsafe bytes.withUnsafeBytes { unsafe checksum($0, seed: seed) }
    }
}
