internal import CKernels

/// The keys that documents share with any other, of those documents that later ones are compared with.
///
/// A key is known by the place of its list; a document's are ascending.
struct StoredKeys {
    private let places: WorkingArray<UInt32>
    private let starts: WorkingArray<UInt64>
    private let counts: WorkingArray<UInt32>
    private var end = 0

    /// Makes room for the keys of all documents together.
    init(_ work: ClusterWork, keys: Int, ranks: Int) throws(ClusterError) {
        places = try WorkingArray(work.storage, named: work.scratchName("keys"), count: keys)
        starts = try WorkingArray(work.storage, named: work.scratchName("starts"), count: ranks)
        counts = try WorkingArray(work.storage, named: work.scratchName("counts"), count: ranks)
    }

    /// Keeps the keys of a document.
    mutating func store(_ keys: [UInt32], ofRank rank: Int) {
        precondition(end + keys.count <= places.count, "more keys than there is room for")
        starts[rank] = UInt64(end)
        counts[rank] = UInt32(keys.count)
        // Room was compared above.
        unsafe keys.withUnsafeBufferPointer { keys in
            if let base = keys.baseAddress { unsafe (places.pointer + end).update(from: base, count: keys.count) }
        }
        end += keys.count
    }

    /// How many keys a document shares with the one of a rank, which was stored.
    func countShared(_ keys: [UInt32], withRank rank: Int) -> Int {
        let (start, count) = (Int(starts[rank]), Int(counts[rank]))
        precondition(start + count <= places.count, "keys that were not stored")
        return unsafe keys.withUnsafeBufferPointer { keys in
            // Both lists have as many as the kernel is told.
            unsafe nd_common_count(keys.baseAddress, keys.count, places.pointer + start, count)
        }
    }
}
