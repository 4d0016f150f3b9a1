internal import CKernels

/// The sorted pairs of a table, part by part, with gaps where repetitions were dropped.
struct SortedPairs: ~Copyable {
    private var pairs = GrowableBuffer<UInt64>()
    private var parts: [nd_table_part] = []
    private var starts: [Int] = []

    init() {}

    /// How many there are.
    var count: Int { parts.reduce(0) { $0 + Int($1.pairs) } }

    /// Makes room for pairs in the order given; what was there is lost.
    mutating func begin(_ order: ChunkOrder) {
        parts = [nd_table_part](repeating: nd_table_part(), count: TablePairs.parts)
        starts.removeAll(keepingCapacity: true)
        var end = 0
        for count in order.pairCounts {
            starts.append(end)
            end += count
        }
        pairs.removeAll(keepingCapacity: true)
        pairs.reserve(end)
        pairs.extend(to: end)
    }

    /// Lends the pairs, what is known of each part, and where each begins.
    mutating func withParts(
        _ body: (UnsafeMutableBufferPointer<UInt64>, UnsafeMutableBufferPointer<nd_table_part>, [Int]) -> Void
    ) {
        let starts = starts
        unsafe pairs.withUnsafeMutable { pairs in
            unsafe parts.withUnsafeMutableBufferPointer { unsafe body(pairs, $0, starts) }
        }
    }

    /// Chooses the geometry of the table, and where each part's bytes go.
    mutating func plan(_ table: ShardLayout.Table, valueLimit: Int, _ loop: ParallelLoop) -> nd_table {
        var geometry = nd_table()
        geometry.key_bits = ShardLayout.keyBits(table)
        let rough = unsafe mapParts(loop) { unsafe nd_part_rough_entries($0, $1) }
        unsafe nd_table_choose(&geometry, rough.reduce(0, +), UInt64(valueLimit))
        if geometry.bucket_bits < UInt32(ND_PART_BITS) { join() }
        let chosen = geometry
        unsafe parts = mapParts(loop) { pairs, count in
            var (geometry, part) = (chosen, nd_table_part())
            unsafe nd_part_measure(pairs, count, &geometry, &part)
            return part
        }
        unsafe parts.withUnsafeMutableBufferPointer {
            // The parts that there are.
            unsafe nd_table_place(&geometry, $0.baseAddress, $0.count)
        }
        return geometry
    }

    /// A table of fewer buckets than parts is packed as one.
    private mutating func join() {
        let (parts, starts) = (parts, starts)
        let count = unsafe pairs.withUnsafeMutable { pairs in
            unsafe parts.withUnsafeBufferPointer { parts in
                // Parts lie in the order of the array, each within it.
                unsafe nd_parts_join(pairs.baseAddress, starts, parts.baseAddress, parts.count)
            }
        }
        self.parts = [nd_table_part(pairs: UInt64(count), entries: 0, common_keys: 0, common_values: 0, tail: 0)]
        self.starts = [0]
    }

    /// What `body` makes of each part's pairs.
    private mutating func mapParts<Result: Sendable>(
        _ loop: ParallelLoop,
        _ body: @Sendable (UnsafePointer<UInt64>, Int) -> Result
    ) -> [Result] {
        let (starts, count) = (starts, parts.count)
        return unsafe pairs.withUnsafeMutable { pairs in
            unsafe parts.withUnsafeMutableBufferPointer { parts in
                let (pairs, parts) = unsafe (SharedPointer(pairs), SharedPointer(parts))
                return unsafe [Result](unsafeUninitializedCapacity: count) { results, initialized in
                    let results = unsafe SharedPointer(results)
                    loop(count) { part in
                        // Each round has a result and a stretch of pairs of its own.
                        let length = unsafe Int(parts.base[part].pairs)
                        unsafe (results.base + part).initialize(to: body(pairs.base + starts[part], length))
                    }
                    initialized = count
                }
            }
        }
    }

    /// Packs all parts into the table's structures.
    mutating func pack(_ geometry: nd_table, into table: inout PackedTable, _ loop: ParallelLoop) {
        unsafe withParts { pairs, parts, starts in
            let (pairs, count) = unsafe (SharedPointer(pairs), parts.count)
            var geometry = geometry
            let chosen = geometry
            // Each structure is as large as the kernels say they will fill, and distinct from the others.
            unsafe table.withMemory { lines, entries, directory, values in
                unsafe nd_table_begin(&geometry, parts.baseAddress, count, lines.base, entries.base)
                let parts = unsafe SharedPointer(parts)
                loop(count) { part in
                    var geometry = chosen
                    unsafe nd_part_pack(
                        pairs.base + starts[part],
                        Int(parts.base[part].pairs),
                        &geometry,
                        parts.base + part,
                        lines.base,
                        entries.base,
                        directory.base,
                        values.base
                    )
                }
                unsafe nd_table_end(&geometry, parts.base, count, lines.base, entries.base)
            }
        }
    }
}
