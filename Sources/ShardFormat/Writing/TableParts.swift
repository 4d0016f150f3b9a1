internal import CKernels
internal import IndexStorage

/// A table on its way into the file: its pairs are sorted, then packed, in the memory in which they came.
///
/// Each part is worked on by one thread, whichever is free; what concerns all of them is done between.
// @safe: no pointer leaves, and each use is bounded. Unchecked: parts don't share chunks, counts, buckets, or places among
// the common keys; what they do share is not written while they are worked on.
@safe
final class TableParts: @unchecked Sendable {
    private let table: ShardLayout.Table
    private let valueLimit: UInt64
    private var chunks: GrowableBuffer<UInt64>
    private var order: ChunkOrder
    private var parts: GrowableBuffer<nd_table_part>
    /// Of each part; see `nd_part_rough_entries`.
    private var roughEntries: GrowableBuffer<UInt64>
    /// At first by how many pairs there are with repetitions, which is nearly always as it turns out to be.
    private var geometry = nd_table()
    private var lines = GrowableBuffer<UInt8>()
    private var commonDirectory = GrowableBuffer<UInt8>()
    private var commonValues = GrowableBuffer<UInt8>()
    private let unpacked = CountDown()

    /// Takes chunks of pairs whose values are below a limit.
    init(
        _ table: ShardLayout.Table,
        valueLimit: Int,
        _ chunks: consuming GrowableBuffer<UInt64>,
        _ order: ChunkOrder
    ) {
        self.table = table
        self.valueLimit = UInt64(valueLimit)
        self.chunks = chunks
        self.order = order
        parts = GrowableBuffer(repeating: nd_table_part(), count: order.pairCounts.count)
        roughEntries = GrowableBuffer(repeating: 0, count: order.pairCounts.count)
        geometry.key_bits = ShardLayout.keyBits(table)
        unsafe nd_table_choose(&geometry, UInt64(order.pairCounts.reduce(0, +)), self.valueLimit)
    }

    /// How many parts there are.
    var count: Int { parts.count }

    /// The distinct pairs, once all are sorted.
    var pairCount: Int { (0..<count).reduce(0) { $0 + Int(parts[$1].pairs) } }

    /// Sorts a part by key and value, and drops repetitions.
    func sort(_ part: Int, in scratch: ReusePool<PartScratch>) {
        let count = order.pairCounts[part]
        guard count > 0 else { return }
        unsafe scratch.withRoom(for: count) { sorted, other in
            unsafe order.chunks(of: part, holding: count)
                .withUnsafeBufferPointer { numbers in
                    // All of the part's chunks, and room for its pairs twice.
                    let left = unsafe nd_part_sort(
                        chunks.base,
                        numbers.baseAddress,
                        numbers.count,
                        count,
                        sorted,
                        other
                    )
                    unsafe nd_part_put(chunks.base, numbers.baseAddress, sorted, left)
                    unsafe measure(sorted, left, part)
                    unsafe roughEntries.base![part] = nd_part_rough_entries(sorted, left)
                }
        }
    }

    /// Chooses the geometry of the table, and where each part's bytes go.
    func plan(_ loop: ParallelLoop, in scratch: ReusePool<PartScratch>) {
        let guessed = geometry.bucket_bits
        let rough = (0..<count).reduce(0) { $0 + roughEntries[$1] }
        unsafe nd_table_choose(&geometry, rough, valueLimit)
        if geometry.bucket_bits < UInt32(ND_PART_BITS) {
            join()
            measure(0, in: scratch)
        } else if geometry.bucket_bits != guessed {
            loop(count) { self.measure($0, in: scratch) }
        }
        // As many as there are.
        unsafe nd_table_place(&geometry, parts.base, count)
        unpacked.begin(count)
        lines = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_lines_size(&geometry)))
        commonDirectory = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_common_directory_size(&geometry)))
        commonValues = GrowableBuffer(uninitializedCount: Int(unsafe nd_table_common_values_size(&geometry)))
    }

    /// Packs a part; whether it was the last.
    func pack(_ part: Int, in scratch: ReusePool<PartScratch>) -> Bool {
        var geometry = geometry
        unsafe nd_part_clear(&geometry, part, count, lines.base)
        unsafe withPairs(of: part, in: scratch) { pairs, count, numbers, words in
            unsafe words.withMemoryRebound(to: UInt8.self, capacity: 8 * count) { bytes in
                // The structures are as large as the kernels say that all parts fill.
                unsafe nd_part_pack(
                    pairs,
                    count,
                    &geometry,
                    parts.base! + part,
                    lines.base,
                    bytes,
                    commonDirectory.base,
                    commonValues.base
                )
            }
            // An entry is shorter than a pair.
            unsafe nd_part_put(chunks.base, numbers, words, Int(parts[part].words))
        }
        return unpacked.isLast()
    }

    /// Writes the table's four sections, once all parts are packed.
    func write(to writer: inout ShardFileWriter) throws(StorageError) {
        writer.setGeometry(ShardFooter.TableGeometry(geometry), of: table)
        unsafe nd_lines_finish(&geometry, lines.base)
        try Self.write(lines, as: .table(table, .lines), to: &writer)
        try writer.section(.table(table, .entries)) { (writer) throws(StorageError) in
            try writeEntries(to: &writer)
            return nil
        }
        try Self.write(commonDirectory, as: .table(table, .commonDirectory), to: &writer)
        try Self.write(commonValues, as: .table(table, .commonValues), to: &writer)
    }

    /// Gives up the pairs' memory, once the table is written.
    func takeMemory() -> GrowableBuffer<UInt64> {
        var taken = GrowableBuffer<UInt64>()
        swap(&taken, &chunks)
        return taken
    }
}

extension TableParts {
    private func measure(_ sorted: UnsafePointer<UInt64>, _ count: Int, _ part: Int) {
        var geometry = geometry
        // Each part has counts of its own.
        unsafe nd_part_measure(sorted, count, &geometry, parts.base! + part)
    }

    private func measure(_ part: Int, in scratch: ReusePool<PartScratch>) {
        unsafe withPairs(of: part, in: scratch) { pairs, count, _, _ in unsafe measure(pairs, count, part) }
    }

    /// Lends a part's sorted pairs, their number, its chunks' numbers, and room for as many words.
    private func withPairs(
        of part: Int,
        in scratch: ReusePool<PartScratch>,
        _ body: (UnsafePointer<UInt64>, Int, UnsafePointer<UInt32>, UnsafeMutablePointer<UInt64>) -> Void
    ) {
        let count = Int(parts[part].pairs)
        guard count > 0 else { return }
        unsafe scratch.withRoom(for: count) { pairs, other in
            unsafe order.chunks(of: part, holding: count)
                .withUnsafeBufferPointer { numbers in
                    unsafe nd_part_gather(chunks.base, numbers.baseAddress, numbers.count, count, pairs)
                    unsafe body(pairs, count, numbers.baseAddress!, other)
                }
        }
    }

    /// A table of fewer buckets than parts is packed as one.
    private func join() {
        var all = GrowableBuffer<UInt64>()
        for part in 0..<count {
            let pairs = Int(parts[part].pairs)
            unsafe all.append(room: pairs) { room in
                unsafe order.chunks(of: part, holding: pairs)
                    .withUnsafeBufferPointer { numbers in
                        unsafe nd_part_gather(chunks.base, numbers.baseAddress, numbers.count, pairs, room.baseAddress)
                    }
                return pairs
            }
        }
        order.join(pairs: all.count)
        unsafe order.chunks(of: 0, holding: all.count)
            .withUnsafeBufferPointer { numbers in
                // All chunks together have room for what came out of them.
                unsafe nd_part_put(chunks.base, numbers.baseAddress, all.base, all.count)
            }
        parts = GrowableBuffer(repeating: nd_table_part(), count: 1)
        unsafe parts.base![0].pairs = UInt64(all.count)
    }

    private func writeEntries(to writer: inout ShardFileWriter) throws(StorageError) {
        var left = Int(unsafe nd_table_entries_size(&geometry))
        // The bits that the parts so far have left of a word.
        var bits: UInt64 = 0
        for part in 0..<count {
            let words = Int(parts[part].words)
            guard words > 0, let memory = unsafe chunks.base else {
                bits |= parts[part].tail
                continue
            }
            let numbers = order.chunks(of: part, holding: words)
            // The first word begins with what the parts before have of it. Chunks lie within the memory.
            if let first = numbers.first {
                let word = unsafe memory + Int(first) * TablePairs.chunkPairs
                unsafe word.pointee |= bits.littleEndian
            }
            bits = parts[part].tail
            left -= 8 * words
            for (index, chunk) in numbers.enumerated() {
                let start = unsafe memory + Int(chunk) * TablePairs.chunkPairs
                let count = min(TablePairs.chunkPairs, words - index * TablePairs.chunkPairs)
                try unsafe writer.append(UnsafeBufferPointer(start: start, count: count).span)
            }
        }
        // The bytes of the last word that are used, and the padding, which is as long as one.
        var end = ByteWriter(reserving: 16)
        end.append(bits)
        end.append(0 as UInt64)
        try writer.append(end.bytes.span.extracting(0..<left))
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
