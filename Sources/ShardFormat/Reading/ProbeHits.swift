internal import CKernels

/// A value found for a key.
package struct ProbeHit: Hashable, Sendable, BitwiseCopyable {
    /// A document, or an ordinal where fingerprints were probed.
    package let value: UInt32
    /// The key's index among those probed.
    package let keyIndex: UInt32
}

/// What probes found; reused from probe to probe, grows as needed.
///
/// One thread at a time.
package final class ProbeHits {
    private var hits = GrowableBuffer<ProbeHit>()
    private var documents = GrowableBuffer<UInt32>()
    private var left = GrowableBuffer<UInt32>()
    private var room: Int

    /// Creates an empty scratch with room for `capacity` hits.
    package init(capacity: Int = 1024) {
        room = max(capacity, 16)
    }

    /// How many hits there are.
    package var count: Int { hits.count }

    /// One hit.
    package subscript(index: Int) -> ProbeHit { hits[index] }

    /// The document of a hit, after ``Shard/resolveDocuments(in:)``.
    package func document(at index: Int) -> UInt32 { documents[index] }

    /// How many values the list of a key of the last probe holds beyond those taken.
    package func left(forKey index: Int) -> UInt32 { left[index] }

    /// Forgets all hits, and keeps the memory.
    package func removeAll() {
        hits.removeAll(keepingCapacity: true)
        documents.removeAll(keepingCapacity: true)
        left.removeAll(keepingCapacity: true)
    }

    /// Lends the hits: the way to go through many.
    package func withHits<Result, Failure>(
        _ body: (Span<ProbeHit>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try hits.withSpan(body)
    }

    /// Lends the hits' documents, in their order, after ``Shard/resolveDocuments(in:)``.
    package func withDocuments<Result, Failure>(
        _ body: (Span<UInt32>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try documents.withSpan(body)
    }

    /// Lends what each key's list of the last probe holds beyond the values taken.
    package func withLeft<Result, Failure>(
        _ body: (Span<UInt32>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try left.withSpan(body)
    }

    /// Probes a table and appends what it finds; the kernel's status.
    func probe(
        _ table: nd_table,
        _ pages: UnsafePointer<nd_pages>,
        _ keys: Span<UInt64>,
        _ remaining: inout MutableSpan<UInt32>,
        countsLeft: Bool
    ) -> Int32 {
        left.removeAll(keepingCapacity: true)
        // One count a key: the kernel sets each where it is asked to.
        unsafe left.append(room: keys.count) { left in
            unsafe left.initialize(repeating: 0)
            return left.count
        }
        while true {
            var status = Int32(ND_OK)
            unsafe hits.append(room: room) { hits in
                unsafe kernelProbe(table, pages, keys, &remaining, into: hits, countsLeft: countsLeft, &status)
            }
            guard status == Int32(ND_CAPACITY) else { return status }
            room *= 2
        }
    }

    private func kernelProbe(
        _ table: nd_table,
        _ pages: UnsafePointer<nd_pages>,
        _ keys: Span<UInt64>,
        _ remaining: inout MutableSpan<UInt32>,
        into hits: UnsafeMutableBufferPointer<ProbeHit>,
        countsLeft: Bool,
        _ status: inout Int32
    ) -> Int {
        var table = table
        var count = 0
        // ProbeHit has the layout of nd_hit: two UInt32. `remaining` and `left` have a value for each key.
        let target = unsafe UnsafeMutableRawPointer(hits.baseAddress!).assumingMemoryBound(to: nd_hit.self)
        status = unsafe keys.withUnsafeBufferPointer { keys in
            unsafe remaining.withUnsafeMutableBufferPointer { remaining in
                unsafe left.withUnsafeMutable { left in
                    unsafe nd_table_probe(
                        &table,
                        pages,
                        keys.baseAddress,
                        keys.count,
                        remaining.baseAddress,
                        target,
                        hits.count,
                        &count,
                        countsLeft ? left.baseAddress : nil
                    )
                }
            }
        }
        return count
    }

    /// Turns the hits' ordinals into documents; the kernel's status.
    func resolveDocuments(_ ordinals: nd_ordinals, _ pages: UnsafePointer<nd_pages>) -> Int32 {
        var ordinals = ordinals
        var status = Int32(ND_OK)
        documents.removeAll(keepingCapacity: true)
        let count = hits.count
        // One document a hit; ProbeHit has the layout of nd_hit.
        unsafe documents.append(room: count) { documents in
            status = unsafe hits.withUnsafe { hits in
                // Every second number is a hit's value.
                let source = unsafe UnsafeRawPointer(hits.baseAddress)?.assumingMemoryBound(to: UInt32.self)
                return unsafe nd_ordinal_documents(&ordinals, pages, source, 2, count, documents.baseAddress)
            }
            return status == Int32(ND_OK) ? count : 0
        }
        return status
    }
}
