internal import CKernels
package import IndexStorage

/// Which document each fingerprint of some shards belongs to, so that streams of all of them find it at once.
///
/// Two words for each 64 fingerprints, in a scratch file. Any number of threads may use it.
package final class OrdinalOwners: Sendable {
    private let words: ScratchMapping
    /// Where each shard's words begin; nil for one with a document without fingerprints, which can't be told from the next.
    private let starts: [Int?]

    /// Reads the numbers of all documents' first fingerprints.
    ///
    /// - Parameters:
    ///   - shards: the shards.
    ///   - storage: where the scratch file goes.
    ///   - name: the name it has for a moment.
    /// - Throws: ``ShardError`` of damage or of storage.
    /// - Complexity: O(*n*) in documents.
    package init(
        _ shards: [Shard],
        in storage: any IndexDirectory,
        named name: String
    ) throws(ShardError) {
        let total = shards.reduce(0) { $0 + Self.wordCount($1) }
        let words = try ShardError.wrapping { () throws(StorageError) in try storage.scratch(name, count: 8 * total) }
        self.words = words
        var starts: [Int?] = []
        var start = 0
        for shard in shards {
            starts.append(try Self.fill(words, from: start, shard) ? start : nil)
            start += Self.wordCount(shard)
        }
        self.starts = starts
    }

    private static func wordCount(_ shard: Shard) -> Int { 2 * ((shard.fingerprintCount + 63) / 64) }

    private static func fill(_ words: ScratchMapping, from start: Int, _ shard: Shard) throws(ShardError) -> Bool {
        let count = wordCount(shard)
        // The mapping has a shard's words from `start` on.
        let all = unsafe words.bytes.assumingMemoryBound(to: UInt64.self)
        let runs = unsafe UnsafeMutableBufferPointer(rebasing: all[start..<start + count])
        var expected: UInt32 = 0
        for document in 0..<UInt32(shard.documentCount) {
            let range = try shard.fingerprintRange(of: document)
            guard range.lowerBound == expected else { throw shard.brokenOrdinals }
            guard !range.isEmpty else { return false }
            expected = range.upperBound
            unsafe runs[2 * Int(range.lowerBound / 64)] |= 1 << UInt64(range.lowerBound % 64)
        }
        guard expected == shard.fingerprintCount else { throw shard.brokenOrdinals }
        var before: UInt64 = 0
        for place in stride(from: 0, to: count, by: 2) {
            unsafe runs[place + 1] = before
            before += unsafe UInt64(runs[place].nonzeroBitCount)
        }
        return true
    }

    /// Changes the values of a shard's pairs to their documents; false where that shard's owners are not known.
    func resolve(_ pairs: UnsafeMutableBufferPointer<UInt64>, ofShard index: Int) -> Bool {
        guard let start = starts[index] else { return false }
        // Without pairs there may be no words either.
        guard !pairs.isEmpty else { return true }
        // Values are below the number of the shard's fingerprints, which reading has checked.
        return withExtendedLifetime(words) {
            let runs = unsafe words.bytes.baseAddress!.assumingMemoryBound(to: UInt64.self) + start
            unsafe nd_values_runs(pairs.baseAddress, pairs.count, runs)
            return true
        }
    }
}
