/// The bits of keys that lookup tables keep.
package enum StoredKey {
    /// The bits of a band key, or of ``ContentHash/bandKey``, the others zero.
    package static func band(_ key: UInt64) -> UInt32 { top(.bands, key) }

    /// The bits of a fingerprint, the others zero.
    package static func fingerprint(_ key: UInt64) -> UInt32 { top(.fingerprints, key) }

    private static func top(_ table: ShardLayout.Table, _ key: UInt64) -> UInt32 {
        let dropped = 32 - ShardLayout.keyBits(table)
        return (UInt32(key >> 32) >> dropped) << dropped
    }
}
