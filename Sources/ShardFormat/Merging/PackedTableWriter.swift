internal import CKernels
internal import IndexStorage

/// Writes the four sections of a lookup table from pairs that lie in memory or in a scratch file, piece by piece.
///
/// The bytes are those that ``TableParts`` writes of the same pairs.
struct PackedTableWriter {
    /// Bytes packed at a time.
    private static let pieceBytes = 256 << 10

    private let table: ShardLayout.Table
    private let pairs: SpilledWords
    private var geometry = nd_table()
    private var piece = [UInt8](repeating: 0, count: pieceBytes)

    /// Writes a table; the pairs must be sorted and distinct.
    static func write(
        _ pairs: SpilledWords,
        as table: ShardLayout.Table,
        valueLimit: Int,
        to writer: inout ShardFileWriter
    ) throws(StorageError) {
        var tables = PackedTableWriter(table, pairs, valueLimit: valueLimit)
        writer.setGeometry(ShardFooter.TableGeometry(tables.geometry), of: table)
        try tables.writeLines(&writer)
        try tables.writeEntries(&writer)
        try tables.writeCommonDirectory(&writer)
        try tables.writeCommonValues(&writer)
    }

    private init(_ table: ShardLayout.Table, _ pairs: SpilledWords, valueLimit: Int) {
        self.table = table
        self.pairs = pairs
        geometry.key_bits = ShardLayout.keyBits(table)
        // The kernel reads as many pairs as there are.
        unsafe pairs.withWords { unsafe nd_table_plan($0.baseAddress, $0.count, UInt64(valueLimit), &geometry) }
    }

    private mutating func writeLines(_ writer: inout ShardFileWriter) throws(StorageError) {
        let start = try writer.beginSection()
        var packer = nd_table_packer()
        var left = Int(unsafe nd_table_lines_size(&geometry))
        while left > 0 {
            let count = min(left, Self.pieceBytes)
            unsafe pairs.withWords { pairs in
                unsafe piece.withUnsafeMutableBufferPointer { piece in
                    // The piece has room for so many lines, and the table has so many more.
                    unsafe nd_table_pack_lines(
                        pairs.baseAddress,
                        pairs.count,
                        &geometry,
                        &packer,
                        piece.baseAddress,
                        count / Int(ND_LINE_BYTES)
                    )
                }
            }
            try writer.append(piece.span.extracting(0..<count))
            left -= count
        }
        writer.endSection(.table(table, .lines), from: start, rawLength: nil)
    }

    private mutating func writeEntries(_ writer: inout ShardFileWriter) throws(StorageError) {
        let start = try writer.beginSection()
        var packer = nd_table_packer()
        while true {
            let count = unsafe pairs.withWords { pairs in
                unsafe piece.withUnsafeMutableBufferPointer { piece in
                    // The kernel writes within the room it is told of.
                    unsafe nd_table_pack_entries(
                        pairs.baseAddress,
                        pairs.count,
                        &geometry,
                        &packer,
                        piece.baseAddress,
                        piece.count
                    )
                }
            }
            if count == 0 { break }
            try writer.append(piece.span.extracting(0..<count))
        }
        writer.endSection(.table(table, .entries), from: start, rawLength: nil)
    }

    private mutating func writeCommonDirectory(_ writer: inout ShardFileWriter) throws(StorageError) {
        let start = try writer.beginSection()
        var written: UInt64 = 0
        var directory = ByteWriter()
        try forEachCommonKey { (pairs) throws(StorageError) in
            directory.append(UInt32(truncatingIfNeeded: pairs[0] >> 32))
            directory.append(UInt32(pairs.count))
            directory.append(written)
            written += UInt64(pairs.count)
            if directory.count >= Self.pieceBytes {
                try writer.append(directory.bytes.span)
                directory = ByteWriter()
            }
        }
        try writer.append(directory.bytes.span)
        writer.endSection(.table(table, .commonDirectory), from: start, rawLength: nil)
    }

    private mutating func writeCommonValues(_ writer: inout ShardFileWriter) throws(StorageError) {
        let start = try writer.beginSection()
        var values = GrowableBuffer<UInt32>()
        try forEachCommonKey { (pairs) throws(StorageError) in
            for index in pairs.indices {
                values.append(UInt32(truncatingIfNeeded: pairs[index]).littleEndian)
                if values.count >= Self.pieceBytes / 4 { try Self.flush(&values, &writer) }
            }
        }
        try Self.flush(&values, &writer)
        writer.endSection(.table(table, .commonValues), from: start, rawLength: nil)
    }

    private static func flush(
        _ values: inout GrowableBuffer<UInt32>,
        _ writer: inout ShardFileWriter
    ) throws(StorageError) {
        try values.withSpan { (span) throws(StorageError) in try writer.append(span) }
        values.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with the pairs of each key of the common directory, in its order.
    private func forEachCommonKey(_ body: (Span<UInt64>) throws(StorageError) -> Void) throws(StorageError) {
        guard geometry.common_keys > 0 else { return }
        var geometry = geometry
        var packer = nd_table_packer()
        try unsafe pairs.withWords { (all) throws(StorageError) in
            var first = 0
            var count = 0
            while unsafe nd_table_next_common(all.baseAddress, all.count, &geometry, &packer, &first, &count) != 0 {
                // The kernel names a run of the pairs it was given.
                try unsafe body(UnsafeBufferPointer(rebasing: all[first..<first + count]).span)
            }
        }
    }
}
