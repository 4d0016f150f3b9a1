internal import CKernels

/// Signatures as they are stored: the low b bits of each of K values, packed, first value lowest.
public enum PackedSignature {
    /// How many of the values of two signatures agree in their stored bits.
    ///
    /// - Parameters:
    ///   - a: a packed signature.
    ///   - b: another, made under the same parameters.
    ///   - values: values in a signature, K.
    ///   - bits: bits stored of each, b.
    /// - Returns: 0 to `values`.
    /// - Precondition: both have K x b / 8 bytes.
    /// - Complexity: O(K x b / 64).
    public static func matches(_ a: Span<UInt8>, _ b: Span<UInt8>, values: Int, bits: Int) -> Int {
        // The members of `allowedBits`, told without hashing: this is asked for every candidate.
        precondition(
            bits >= 1 && bits <= 32 && bits & (bits - 1) == 0,
            "signatures have 1, 2, 4, 8, 16 or 32 bits a value"
        )
        precondition(
            a.count == values * bits / 8 && b.count == a.count,
            "signatures of other lengths can't be compared"
        )
        return unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                // Both have the bytes the kernel reads: checked above.
                a.isEmpty ? values : unsafe nd_signature_matches(a.baseAddress!, b.baseAddress!, values, UInt32(bits))
            }
        }
    }
}

/// The key by which a fingerprint is stored and found.
public enum FingerprintKey {
    /// The key of the shingle with this hash: the low 38 bits of the hash, as the key's high bits.
    public static func key(ofShingle hash: UInt64) -> UInt64 { nd_fingerprint_key(hash) }
}
