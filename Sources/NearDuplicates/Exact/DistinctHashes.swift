/// Sets of hashes as sorted arrays, each hash once.
package enum DistinctHashes {
    /// The distinct ones of some hashes, ascending.
    ///
    /// - Complexity: O(*n* log *n*).
    package static func sorted(_ hashes: Span<UInt64>) -> [UInt64] {
        var sorted = hashes.indices.map { hashes[$0] }
        sorted.sort()
        var kept = 0
        for hash in sorted where kept == 0 || sorted[kept - 1] != hash {
            sorted[kept] = hash
            kept += 1
        }
        sorted.removeLast(sorted.count - kept)
        return sorted
    }

    /// How many hashes two sets have in common.
    ///
    /// - Complexity: O(*n* + *m*).
    package static func countShared(_ a: Span<UInt64>, _ b: Span<UInt64>) -> Int {
        var (i, j, shared) = (0, 0, 0)
        while i < a.count, j < b.count {
            let (x, y) = (a[i], b[j])
            if x == y { shared += 1 }
            if x <= y { i += 1 }
            if y <= x { j += 1 }
        }
        return shared
    }
}
