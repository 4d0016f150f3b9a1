internal import CKernels
internal import IndexStorage

/// The bytes of a packed lookup table.
struct PackedTable: ~Copyable {
    private var lines: GrowableBuffer<UInt8>
    private var entries: GrowableBuffer<UInt8>
    private var commonDirectory: GrowableBuffer<UInt8>
    private var commonValues: GrowableBuffer<UInt8>

    init(_ geometry: nd_table) {
        var geometry = geometry
        lines = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_lines_size(&geometry)))
        entries = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_entries_size(&geometry)))
        commonDirectory = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_common_directory_size(&geometry)))
        commonValues = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_common_values_size(&geometry)))
    }

    /// Lends the four structures.
    mutating func withMemory(
        _ body: (SharedPointer<UInt8>, SharedPointer<UInt8>, SharedPointer<UInt8>, SharedPointer<UInt8>) -> Void
    ) {
        unsafe lines.withUnsafeMutable { lines in
            unsafe entries.withUnsafeMutable { entries in
                unsafe commonDirectory.withUnsafeMutable { directory in
                    unsafe commonValues.withUnsafeMutable { values in
                        unsafe body(
                            SharedPointer(lines),
                            SharedPointer(entries),
                            SharedPointer(directory),
                            SharedPointer(values)
                        )
                    }
                }
            }
        }
    }

    /// Writes the four sections.
    func write(as table: ShardLayout.Table, to writer: inout ShardFileWriter) throws(StorageError) {
        try Self.write(lines, as: .table(table, .lines), to: &writer)
        try Self.write(entries, as: .table(table, .entries), to: &writer)
        try Self.write(commonDirectory, as: .table(table, .commonDirectory), to: &writer)
        try Self.write(commonValues, as: .table(table, .commonValues), to: &writer)
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

extension ShardFooter.TableGeometry {
    init(_ table: nd_table) {
        self.init(
            keyBits: table.key_bits,
            bucketBits: table.bucket_bits,
            valueBits: table.value_bits,
            entries: table.entries,
            commonKeys: table.common_keys,
            commonValues: table.common_values
        )
    }
}
