internal import ShardFormat
internal import Synchronization

/// How many fingerprints of each document of a shard are boilerplate, found out once and when first asked for.
///
/// What was counted when boilerplate was learned is read. Of a shard made since then, the lists of all boilerplate are gone
/// through, for a shard can't be asked what fingerprints a document has: some 15 ns for each fingerprint that is boilerplate. Four
/// bytes a document are kept.
final class BoilerplateCounts: Sendable {
    private let kept = Mutex<(of: BoilerplateSet, counts: [UInt32])?>(nil)

    /// Keys looked up at a time.
    private static let stride = 1024

    /// The counts of a shard's documents; those of the same set are kept.
    func counts(of boilerplate: BoilerplateSet, in shard: Shard) throws(ShardError) -> [UInt32] {
        try kept.withLock { (kept) throws(ShardError) in
            if let kept, kept.of === boilerplate { return kept.counts }
            let counts: [UInt32]
            if let stored = boilerplate.counted?.counts(of: shard) {
                counts = stored
            } else {
                counts = try Self.count(boilerplate.list.keys, in: shard)
            }
            kept = (boilerplate, counts)
            return counts
        }
    }

    /// Counts anew; keys ascend.
    static func count(_ all: [UInt32], in shard: Shard) throws(ShardError) -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: shard.documentCount)
        guard shard.fingerprintCount > 0 else { return counts }
        var lists = KeyLists()
        var keys: [UInt64] = []
        var documents: [UInt32] = []
        let limits = [UInt32](repeating: .max, count: stride)
        for start in Swift.stride(from: 0, to: all.count, by: stride) {
            let end = min(start + stride, all.count)
            keys.removeAll(keepingCapacity: true)
            for index in start..<end { keys.append(UInt64(all[index]) << 32) }
            documents.removeAll(keepingCapacity: true)
            KeyLists.expect(keys.span, in: shard, fingerprints: true)
            try lists.find(keys.span, in: shard, fingerprints: true)
            try lists.takeDocuments(limits: limits, in: shard, to: &documents)
            for document in documents { counts[Int(document)] += 1 }
        }
        return counts
    }
}
