internal import CKernels
internal import IndexStorage

/// Pairs of a key's top 32 bits and a value, and the lookup table made of them.
struct TablePairs: ~Copyable {
    private var pairs = GrowableBuffer<UInt64>()

    init() {}

    var count: Int { pairs.count }

    /// Adds a pair; values must never fall from one call to the next.
    mutating func append(key: UInt64, value: UInt32) {
        pairs.append(key & ~0xFFFF_FFFF | UInt64(value))
    }

    /// Adds a pair for each key, all of one value.
    mutating func append(keys: Span<UInt64>, value: UInt32) {
        // The loop stays within the room, which is `keys.count`.
        unsafe pairs.append(room: keys.count) { room in
            for index in keys.indices {
                unsafe room[index] = keys[index] & ~0xFFFF_FFFF | UInt64(value)
            }
            return keys.count
        }
    }

    /// Adds a pair for each key, with values that count up from `first`.
    mutating func append(keys: Span<UInt64>, ascendingFrom first: UInt32) {
        // As above.
        unsafe pairs.append(room: keys.count) { room in
            for index in keys.indices {
                unsafe room[index] = keys[index] & ~0xFFFF_FFFF | (UInt64(first) + UInt64(index))
            }
            return keys.count
        }
    }

    /// Lets `body` change the pairs in place; it keeps the first so many, and says how many.
    mutating func editPairs(_ body: (UnsafeMutableBufferPointer<UInt64>) -> Int) { unsafe pairs.edit(body) }

    mutating func removeAll(keepingCapacity: Bool) { pairs.removeAll(keepingCapacity: keepingCapacity) }

    /// Sorts by key and value and drops repetitions.
    mutating func sort() {
        var scratch = GrowableBuffer<UInt64>(uninitializedCount: pairs.count)
        let distinct = unsafe pairs.withUnsafeMutable { pairs in
            unsafe scratch.withUnsafeMutable { scratch in
                // The scratch is as large as the pairs.
                unsafe nd_sort_pairs(pairs.baseAddress, scratch.baseAddress, pairs.count)
            }
            return unsafe nd_unique_pairs(pairs.baseAddress, pairs.count)
        }
        pairs.truncate(to: distinct)
    }

    /// Writes the four sections of the table; the pairs must be sorted.
    func write(
        _ table: ShardLayout.Table,
        valueLimit: Int,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        var geometry = nd_table()
        unsafe pairs.withUnsafe { unsafe nd_table_plan($0.baseAddress, $0.count, UInt64(valueLimit), &geometry) }
        var parts = TableParts(geometry)
        parts.pack(pairs, geometry)
        writer.setGeometry(ShardFooter.TableGeometry(geometry), of: table)
        try Self.write(parts.lines, as: .table(table, .lines), to: &writer)
        try Self.write(parts.entries, as: .table(table, .entries), to: &writer)
        try Self.write(parts.commonDirectory, as: .table(table, .commonDirectory), to: &writer)
        try Self.write(parts.commonValues, as: .table(table, .commonValues), to: &writer)
    }

    private static func write(
        _ bytes: borrowing GrowableBuffer<UInt8>,
        as identifier: ShardLayout.SectionIdentifier,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        try writer.section(identifier) { (writer) throws(StorageError) in
            try bytes.withSpan { (span) throws(StorageError) in try writer.append(span) }
            return nil
        }
    }
}

/// The bytes of a packed table.
private struct TableParts: ~Copyable {
    var lines: GrowableBuffer<UInt8>
    var entries: GrowableBuffer<UInt8>
    var commonDirectory: GrowableBuffer<UInt8>
    var commonValues: GrowableBuffer<UInt8>

    init(_ geometry: nd_table) {
        var geometry = geometry
        lines = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_lines_size(&geometry)))
        entries = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_entries_size(&geometry)))
        commonDirectory = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_common_directory_size(&geometry)))
        commonValues = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_common_values_size(&geometry)))
    }

    mutating func pack(_ pairs: borrowing GrowableBuffer<UInt64>, _ geometry: nd_table) {
        var geometry = geometry
        // Each part is as large as the kernel says it will fill, and distinct from the others.
        unsafe pairs.withUnsafe { pairs in
            unsafe lines.withUnsafeMutable { lines in
                unsafe entries.withUnsafeMutable { entries in
                    unsafe commonDirectory.withUnsafeMutable { directory in
                        unsafe commonValues.withUnsafeMutable { values in
                            unsafe nd_table_pack(
                                pairs.baseAddress,
                                pairs.count,
                                &geometry,
                                lines.baseAddress,
                                entries.baseAddress,
                                directory.baseAddress,
                                values.baseAddress
                            )
                        }
                    }
                }
            }
        }
    }
}

extension ShardFooter.TableGeometry {
    init(_ table: nd_table) {
        self.init(
            bucketBits: table.bucket_bits,
            valueBits: table.value_bits,
            entries: table.entries,
            commonKeys: table.common_keys,
            commonValues: table.common_values
        )
    }
}
