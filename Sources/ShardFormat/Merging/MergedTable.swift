internal import CKernels
internal import IndexStorage

/// A merged table, joined from parts in the order of their keys.
final class MergedTable {
    private let table: ShardLayout.Table
    private(set) var geometry: nd_table
    /// The pairs so far, and the entries that the number of buckets should follow from.
    private(set) var pairCount = 0
    private(set) var roughEntries = 0
    private let lines: ScratchRoom
    private let entries: SpilledBytes
    private let commonDirectory: SpilledBytes
    private let commonValues: SpilledBytes
    /// The last entries' bits that don't fill a word yet.
    private var bits: UInt64 = 0
    /// Where the part before was read to.
    private var end: [TableRangeReader.Place]?

    /// Begins a table of a chosen geometry, whose lines the parts share.
    init(
        _ table: ShardLayout.Table,
        _ geometry: nd_table,
        lines: ScratchRoom,
        _ scratch: MergeScratch
    ) {
        self.table = table
        self.geometry = geometry
        self.lines = lines
        entries = scratch.entries()
        commonDirectory = scratch.commonDirectory()
        commonValues = scratch.commonValues()
    }

    /// Adds the next part; false where it does not begin where the last one ended, in a source that no writer left.
    func append(_ part: MergedPart) throws(ShardError) -> Bool {
        if let end, part.start != end { return false }
        end = part.end
        let counts = part.counts
        // There is room for the word that the bits before may make whole.
        let words = unsafe nd_part_join(&geometry, counts.entries, part.words.base, part.tail, &bits)
        part.words.extend(to: 8 * Int(words))
        try part.words.withSpan { (span) throws(ShardError) in try entries.add(span) }
        // As many keys as were counted.
        unsafe nd_common_add(part.commonDirectory.base, Int(counts.common_keys), geometry.common_values)
        try unsafe part.commonDirectory.withBytes { (bytes) throws(ShardError) in
            try unsafe commonDirectory.add(bytes.assumingMemoryBound(to: UInt8.self).span)
        }
        try unsafe part.commonValues.withBytes { (bytes) throws(ShardError) in
            try unsafe commonValues.add(bytes.assumingMemoryBound(to: UInt8.self).span)
        }
        geometry.entries += counts.entries
        geometry.common_keys += counts.common_keys
        geometry.common_values += counts.common_values
        pairCount += Int(counts.pairs)
        roughEntries += part.roughEntries
        return true
    }

    /// No more parts follow.
    func finish() throws(ShardError) {
        // The bytes of the last word that are used, and the padding, which is as long as one.
        var last = ByteWriter(reserving: 16)
        last.append(bits)
        last.append(0 as UInt64)
        let left = Int(unsafe nd_table_entries_size(&geometry)) - entries.count
        try entries.add(last.bytes.span.extracting(0..<left))
        try entries.finish()
        try commonDirectory.finish()
        try commonValues.finish()
        // The lines are those of all buckets.
        unsafe nd_lines_finish(&geometry, lines.base)
    }

    /// Writes the table's four sections.
    func write(to writer: inout ShardFileWriter) throws(StorageError) {
        writer.setGeometry(ShardFooter.TableGeometry(geometry), of: table)
        try unsafe lines.withBytes { (bytes) throws(StorageError) in try unsafe write(bytes, .lines, &writer) }
        try write(entries, .entries, &writer)
        try write(commonDirectory, .commonDirectory, &writer)
        try write(commonValues, .commonValues, &writer)
    }

    private func write(
        _ bytes: SpilledBytes,
        _ structure: ShardLayout.TablePart,
        _ writer: inout ShardFileWriter
    ) throws(StorageError) {
        try unsafe bytes.withBytes { (bytes) throws(StorageError) in try unsafe write(bytes, structure, &writer) }
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer,
        _ structure: ShardLayout.TablePart,
        _ writer: inout ShardFileWriter
    ) throws(StorageError) {
        try writer.section(.table(table, structure)) { (writer) throws(StorageError) in
            // In pieces that are still in the cache when their checksums are made.
            for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
                let piece = unsafe bytes[start..<min(start + Self.pieceBytes, bytes.count)]
                try unsafe writer.append(UnsafeRawBufferPointer(rebasing: piece).bytes)
            }
            return nil
        }
    }

    private static let pieceBytes = 256 << 10
}
