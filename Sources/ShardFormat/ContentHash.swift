/// The 128-bit hash of a document's token sequence: equal for exact copies.
public struct ContentHash: Hashable, Sendable {
    /// The low 64 bits.
    public var low: UInt64
    /// The high 64 bits.
    public var high: UInt64

    /// Creates a hash of its halves.
    public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The key under which the band table holds a document as if it were one more band.
    ///
    /// An exact copy is found by it even where its bands' buckets are capped. Whoever probes it must compare the
    /// hashes.
    public var bandKey: UInt64 { KeyMixing.mix(low &+ KeyMixing.mix(high &+ KeyMixing.golden)) }
}

/// How the format hashes a document's id: part of the format, since `verify` looks every id up.
public enum IdentifierHash {
    /// The hash of an id's bytes.
    ///
    /// - Complexity: O(*n*).
    public static func hash(_ id: Span<UInt8>) -> UInt64 {
        var hash = KeyMixing.mix(UInt64(id.count) &+ KeyMixing.golden)
        // Words are loaded within the bytes alone.
        unsafe id.withUnsafeBytes { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                hash = KeyMixing.mix(hash ^ UInt64(littleEndian: word))
                index += 8
            }
            guard index < bytes.count else { return }
            var word: UInt64 = 0
            for position in index..<bytes.count { unsafe word |= UInt64(bytes[position]) << (8 * (position - index)) }
            hash = KeyMixing.mix(hash ^ word)
        }
        return hash
    }

    /// The hash of an id's UTF-8.
    public static func hash(_ id: String) -> UInt64 {
        let bytes = Array(id.utf8)
        return hash(bytes.span)
    }
}

enum KeyMixing {
    static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// A bijection in which every bit moves every other: the finaliser of splitmix64, of Steele and others, 2014.
    static func mix(_ value: UInt64) -> UInt64 {
        var x = value
        x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
        x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
        return x ^ (x >> 31)
    }
}
