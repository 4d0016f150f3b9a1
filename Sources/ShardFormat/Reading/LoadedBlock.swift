internal import StreamCompression

/// The block of a column that was read last, inflated, and where each value lies in it.
struct LoadedBlock: ~Copyable {
    /// The documents whose values are here; none at first.
    private var documents = 0..<0
    private var inflated = GrowableBuffer<UInt8>()
    /// Where the block lies in the file, if it is stored as it is and so read in place.
    private var place: (offset: UInt64, count: Int)?
    /// Where each value begins, and the end of the last; unused where all have one width.
    private var starts = GrowableBuffer<UInt32>()

    init() {}

    /// Lends the bytes of one document's value, after loading its block unless that was the last.
    mutating func withValue<Result>(
        of document: Int,
        in column: BlockColumn,
        _ pages: CheckedPages,
        _ inflater: BlockInflater,
        _ body: (Span<UInt8>) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        if !documents.contains(document) {
            try load(try column.block(of: document, pages), of: column, pages, inflater)
        }
        let range = valueRange(document - documents.lowerBound, column)
        return try unsafe withBlock(column, pages) { (bytes) throws(ShardError) in
            // `load` has checked that the values' ranges lie within the block.
            let value = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            return try unsafe body(value.assumingMemoryBound(to: UInt8.self).span)
        }
    }

    private func valueRange(_ index: Int, _ column: BlockColumn) -> Range<Int> {
        if let width = column.width { return index * width..<(index + 1) * width }
        return Int(starts[index])..<Int(starts[index + 1])
    }

    private func withBlock<Result>(
        _ column: BlockColumn,
        _ pages: CheckedPages,
        _ body: (UnsafeRawBufferPointer) throws(ShardError) -> Result
    ) throws(ShardError) -> Result {
        if let place {
            return try unsafe pages.withBytes(.blocks(column.column), at: place.offset, count: place.count, body)
        }
        return try unsafe inflated.withUnsafe { (buffer) throws(ShardError) in
            try unsafe body(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Reads a block and finds its values.
    mutating func load(
        _ block: BlockColumn.Block,
        of column: BlockColumn,
        _ pages: CheckedPages,
        _ inflater: BlockInflater
    ) throws(ShardError) {
        documents = 0..<0
        let section = ShardLayout.SectionIdentifier.blocks(column.column)
        switch block.codec {
        case .raw:
            place = (block.offset, block.rawLength)
            try pages.touch(section, at: block.offset, count: block.rawLength)
        case .zstd:
            place = nil
            inflated.removeAll(keepingCapacity: true)
            try unsafe pages.withBytes(section, at: block.offset, count: block.storedLength) {
                (packed) throws(ShardError) in
                do throws(CompressionError) {
                    try unsafe inflater.inflate(packed, count: block.rawLength, into: &inflated)
                } catch {
                    throw pages.corrupt(
                        section,
                        at: block.offset,
                        expected: "a zstd block of \(block.rawLength) bytes",
                        found: error.description
                    )
                }
            }
        }
        if column.width == nil { try findValues(block, column, pages) }
        documents = block.documents
    }

    /// Lends each value of the block, with its document.
    func forEachValue(
        of column: BlockColumn,
        _ pages: CheckedPages,
        _ body: (Int, Span<UInt8>) throws(ShardError) -> Void
    ) throws(ShardError) {
        try unsafe withBlock(column, pages) { (bytes) throws(ShardError) in
            // `load` has checked that the values' ranges lie within the block.
            let span = unsafe bytes.assumingMemoryBound(to: UInt8.self).span
            for document in documents {
                try body(document, span.extracting(valueRange(document - documents.lowerBound, column)))
            }
        }
    }

    /// Lends the whole block, lengths included.
    func withBytes(
        _ column: BlockColumn,
        _ pages: CheckedPages,
        _ body: (Span<UInt8>) -> Void
    ) throws(ShardError) {
        // A byte is a byte.
        try unsafe withBlock(column, pages) { body(unsafe $0.assumingMemoryBound(to: UInt8.self).span) }
    }

    /// A copy of a block of names that goes on when another block is loaded; nil where its values are not names.
    func kept(_ column: BlockColumn, _ pages: CheckedPages) throws(ShardError) -> KeptBlock? {
        var bytes = GrowableBuffer<UInt8>()
        var starts = GrowableBuffer<UInt32>()
        try withBytes(column, pages) { bytes.append($0) }
        self.starts.withSpan { starts.append($0) }
        return KeptBlock(
            documents: UInt32(documents.lowerBound)..<UInt32(documents.upperBound),
            bytes: bytes,
            starts: starts
        )
    }

    /// Reads the lengths at the block's start; they and the values must fill the block exactly.
    private mutating func findValues(
        _ block: BlockColumn.Block,
        _ column: BlockColumn,
        _ pages: CheckedPages
    ) throws(ShardError) {
        let count = block.documents.count
        // The values begin after the lengths, which are known once all are read: first where each would begin if
        // there were none.
        var end: UInt64 = 0
        var cursor = VarintCursor()
        var starts = GrowableBuffer<UInt32>()
        swap(&starts, &self.starts)
        starts.removeAll(keepingCapacity: true)
        let fits = try unsafe withBlock(column, pages) { (bytes) throws(ShardError) -> Bool in
            let span = unsafe bytes.assumingMemoryBound(to: UInt8.self).span
            var isWhole = true
            unsafe starts.append(room: count + 1) { starts in
                for index in 0..<count {
                    unsafe starts[index] = UInt32(end)
                    guard let length = cursor.next(span), length <= UInt64(block.rawLength) - end else {
                        isWhole = false
                        return 0
                    }
                    end += length
                }
                unsafe starts[count] = UInt32(end)
                for index in 0...count {
                    // At most the raw length, if all is well; nothing is read where it isn't.
                    unsafe starts[index] &+= UInt32(cursor.offset)
                }
                return count + 1
            }
            return isWhole && UInt64(cursor.offset) + end == UInt64(block.rawLength)
        }
        swap(&starts, &self.starts)
        guard fits else {
            throw pages.corrupt(
                .blocks(column.column),
                at: block.offset,
                expected: "\(block.documents.count) values that fill \(block.rawLength) bytes",
                found: "other lengths"
            )
        }
    }
}

/// Reads varints from bytes, one after the other.
struct VarintCursor {
    var offset = 0

    /// The next number, or nil where the bytes end or hold one of more than 64 bits.
    @inline(__always)
    mutating func next(_ bytes: Span<UInt8>) -> UInt64? {
        // Nearly all are of one byte.
        if offset < bytes.count, bytes[offset] < 0x80 {
            offset += 1
            return UInt64(bytes[offset - 1])
        }
        return nextLong(bytes)
    }

    private mutating func nextLong(_ bytes: Span<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 63, by: 7) {
            guard offset < bytes.count else { return nil }
            let byte = UInt64(bytes[offset])
            offset += 1
            guard shift < 63 || byte <= 1 else { return nil }
            value |= (byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
