internal import CKernels

/// Where the lists of a query's keys lie in a table, before they are read.
///
/// Reused from query to query.
package struct KeyLists: ~Copyable {
    var lists = GrowableBuffer<nd_list>()
    /// Ordinals, on their way to documents.
    private var ordinals = GrowableBuffer<UInt32>()
    /// Some of ``lists``, for the kernel that counts in several.
    var chosen = GrowableBuffer<nd_list>()
    var ranges = GrowableBuffer<nd_range>()
    /// Room for the keys of common lists.
    var places = GrowableBuffer<UInt32>()
    private var isOfFingerprints = false
    private var table: ShardLayout.Table { isOfFingerprints ? .fingerprints : .bands }

    /// Creates a value that holds no lists.
    package init() {}

    /// How many keys were looked up.
    package var count: Int { lists.count }

    /// The length of a key's list; of a long one that was not resolved, the least that it may be.
    package func length(ofKey index: Int) -> Int { Int(lists[index].count) }

    /// Whether ``length(ofKey:)`` is only the least that a list's length may be.
    package func isLong(_ index: Int) -> Bool { lists[index].kind == UInt32(ND_LIST_LONG) }

    /// Asks for what ``find(_:in:fingerprints:)`` will read first, so that it is there by then; a hint.
    ///
    /// - Parameters:
    ///   - keys: what will be looked for.
    ///   - shard: where.
    ///   - fingerprints: whether the keys are fingerprints, or else band keys.
    ///   - asksDisk: whether to look for pages that were never touched.
    /// - Returns: whether there were any.
    @discardableResult
    package static func expect(
        _ keys: Span<UInt64>,
        in shard: Shard,
        fingerprints: Bool,
        asksDisk: Bool = true
    ) -> Bool {
        let table: ShardLayout.Table = fingerprints ? .fingerprints : .bands
        var kernel = shard.contents.tables[table.rawValue]
        var any = false
        unsafe shard.contents.pages.withKernel { pages in
            // Nothing is read.
            unsafe keys.withUnsafeBufferPointer {
                any = unsafe nd_table_ask(&kernel, pages, $0.baseAddress, $0.count, asksDisk ? 1 : 0) != 0
            }
        }
        return any
    }

    /// Finds the lists of keys.
    ///
    /// - Parameters:
    ///   - keys: what to look for.
    ///   - shard: where.
    ///   - fingerprints: whether the keys are fingerprints, or else band keys.
    /// - Throws: ``ShardError`` where the table is damaged.
    /// - Complexity: two cache misses a key, overlapping with other keys'.
    package mutating func find(
        _ keys: Span<UInt64>,
        in shard: Shard,
        fingerprints: Bool
    ) throws(ShardError) {
        isOfFingerprints = fingerprints
        let table = table
        var kernel = shard.contents.tables[table.rawValue]
        var status = Int32(ND_OK)
        lists.removeAll(keepingCapacity: true)
        unsafe shard.contents.pages.withKernel { pages in
            unsafe lists.append(room: keys.count) { room in
                // There is room for a list a key.
                status = unsafe keys.withUnsafeBufferPointer { keys in
                    unsafe nd_table_find(&kernel, pages, keys.baseAddress, keys.count, room.baseAddress)
                }
                return status == Int32(ND_OK) ? keys.count : 0
            }
        }
        try shard.contents.pages.check(status, .table(table, .lines), at: kernel.lines_offset)
    }

    /// Sees to it that the length of a key's list is known.
    package mutating func resolve(_ index: Int, in shard: Shard) throws(ShardError) {
        guard isLong(index) else { return }
        let table = table
        var kernel = shard.contents.tables[table.rawValue]
        var status = Int32(ND_OK)
        unsafe shard.contents.pages.withKernel { pages in
            unsafe lists.withUnsafeMutable { lists in
                status = unsafe nd_list_resolve(&kernel, pages, lists.baseAddress! + index)
            }
        }
        try shard.contents.pages.check(status, .table(table, .commonDirectory), at: kernel.common_directory_offset)
    }

    /// Forgets the values taken so far.
    package mutating func beginTaking() { ordinals.removeAll(keepingCapacity: true) }

    /// Takes the values of a key's list numbered from `first` on, at most `limit`.
    ///
    /// - Returns: how many there are.
    @discardableResult
    package mutating func take(
        _ index: Int,
        from first: Int = 0,
        limit: Int,
        in shard: Shard
    ) throws(ShardError) -> Int {
        guard limit > 0, lists[index].count > 0 else { return 0 }
        if first == 0, lists[index].count == 1 {
            ordinals.append(lists[index].value)
            return 1
        }
        try resolve(index, in: shard)
        let length = Int(lists[index].count)
        guard length > first else { return 0 }
        let count = min(limit, length - first)
        let table = table
        var kernel = shard.contents.tables[table.rawValue]
        var list = lists[index]
        var status = Int32(ND_OK)
        unsafe shard.contents.pages.withKernel { pages in
            unsafe ordinals.append(room: count) { room in
                // There is room for as many values as are asked for.
                status = unsafe nd_list_values(&kernel, pages, &list, UInt32(first), UInt32(count), room.baseAddress)
                return status == Int32(ND_OK) ? count : 0
            }
        }
        try shard.contents.pages.check(status, .table(table, .commonValues), at: kernel.common_values_offset)
        return count
    }

    /// Replaces `counts` by how many values the list of each key has, up to its limit.
    package mutating func count(limits: [UInt32], in shard: Shard, into counts: inout [UInt32]) throws(ShardError) {
        precondition(limits.count == lists.count && counts.count == lists.count, "a limit and a count for each key")
        let table = table
        var kernel = shard.contents.tables[table.rawValue]
        var status = Int32(ND_OK)
        unsafe shard.contents.pages.withKernel { pages in
            unsafe lists.withUnsafeMutable { lists in
                unsafe limits.withUnsafeBufferPointer { limits in
                    unsafe counts.withUnsafeMutableBufferPointer { counts in
                        // As many of each: compared above.
                        status = unsafe nd_lists_lengths(
                            &kernel,
                            pages,
                            lists.baseAddress,
                            lists.count,
                            limits.baseAddress,
                            counts.baseAddress
                        )
                    }
                }
            }
        }
        try shard.contents.pages.check(status, .table(table, .commonDirectory), at: kernel.common_directory_offset)
    }

    /// Appends the documents of the first values of each key's list, up to its limit.
    package mutating func takeDocuments(
        limits: [UInt32],
        in shard: Shard,
        to documents: inout [UInt32]
    ) throws(ShardError) {
        precondition(limits.count >= lists.count, "a limit for each key")
        beginTaking()
        let table = table
        var kernel = shard.contents.tables[table.rawValue]
        var status = Int32(ND_OK)
        unsafe shard.contents.pages.withKernel { pages in
            unsafe lists.withUnsafeMutable { lists in
                unsafe limits.withUnsafeBufferPointer { limits in
                    // A limit for each list; room for as many values as the first call says.
                    var room: UInt64 = 0
                    status = unsafe nd_lists_room(
                        &kernel,
                        pages,
                        lists.baseAddress,
                        lists.count,
                        limits.baseAddress,
                        &room
                    )
                    guard status == Int32(ND_OK) else { return }
                    unsafe ordinals.append(room: Int(room)) { values in
                        status = unsafe nd_lists_take(
                            &kernel,
                            pages,
                            lists.baseAddress,
                            lists.count,
                            limits.baseAddress,
                            values.baseAddress
                        )
                        return status == Int32(ND_OK) ? Int(room) : 0
                    }
                }
            }
        }
        try shard.contents.pages.check(status, .table(table, .commonValues), at: kernel.common_values_offset)
        try appendDocuments(in: shard, to: &documents)
    }

    /// Appends the documents of the values taken, in their order.
    package mutating func appendDocuments(in shard: Shard, to documents: inout [UInt32]) throws(ShardError) {
        let count = ordinals.count
        guard count > 0 else { return }
        guard isOfFingerprints else {
            // The buffer is read within the call only.
            unsafe ordinals.withUnsafe { unsafe documents.append(contentsOf: $0) }
            return
        }
        var geometry = shard.contents.ordinals
        var status = Int32(ND_OK)
        unsafe shard.contents.pages.withKernel { pages in
            unsafe ordinals.withUnsafeMutable { values in
                // In place: each value is read before its document is written.
                status = unsafe nd_ordinal_documents(&geometry, pages, values.baseAddress, 1, count, values.baseAddress)
            }
        }
        try shard.contents.pages.check(status, .ordinalBlocks, at: geometry.blocks_offset)
        // As above.
        unsafe ordinals.withUnsafe { unsafe documents.append(contentsOf: $0) }
    }
}
