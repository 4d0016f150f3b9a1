internal import CKernels

extension Shard {
    /// Reads everything: each page's checksum, each block, and every invariant that a lookup relies on.
    ///
    /// - Throws: the first fault found, a ``ShardError``.
    /// - Complexity: O(*file*), and a bit of memory for each fingerprint.
    public func verify() throws(ShardError) {
        try verifyPages()
        try verifyOrdinals()
        try verifyTable(.bands, pairs: bandKeyCount, isDistinct: false)
        try verifyTable(.fingerprints, pairs: fingerprintCount, isDistinct: true)
        try verifyTable(.identifiers, pairs: documentCount, isDistinct: true)
        for column in contents.columns {
            try verifyBlocks(of: column)
        }
        try verifyDocuments()
    }

    private func verifyPages() throws(ShardError) {
        try unsafe contents.pages.call(.contentHashes, at: 0) { pages in
            unsafe nd_pages_touch(pages, 0, pages.pointee.size)
        }
    }

    /// First ordinals ascend from 0 to the number of fingerprints, and each block names the document of its first
    /// ordinal.
    private func verifyOrdinals() throws(ShardError) {
        guard fingerprintCount > 0 else { return }
        let start = contents.ordinals.first_offset
        guard try contents.pages.readUInt32(.firstOrdinals, at: start) == 0 else {
            throw contents.pages.corrupt(.firstOrdinals, at: start, expected: "0", found: "another first ordinal")
        }
        var block = 0
        for document in 0..<UInt32(documentCount) {
            let range = try fingerprintRange(of: document)
            while block * ShardLayout.ordinalBlock < Int(range.upperBound) {
                let offset = contents.ordinals.blocks_offset + 4 * UInt64(block)
                let found = try contents.pages.readUInt32(.ordinalBlocks, at: offset)
                guard found == document else {
                    throw contents.pages.corrupt(
                        .ordinalBlocks,
                        at: offset,
                        expected: "document \(document)",
                        found: "\(found)"
                    )
                }
                block += 1
            }
        }
        let end = start + 4 * UInt64(documentCount)
        let found = try contents.pages.readUInt32(.firstOrdinals, at: end)
        guard Int(found) == fingerprintCount else {
            throw contents.pages.corrupt(.firstOrdinals, at: end, expected: "\(fingerprintCount)", found: "\(found)")
        }
    }

    /// A table is as it is written and has so many pairs.
    ///
    /// With `isDistinct` each value may occur once only; with as many pairs as values each then does.
    private func verifyTable(_ table: ShardLayout.Table, pairs expected: Int, isDistinct: Bool) throws(ShardError) {
        var kernel = contents.tables[table.rawValue]
        var fault = unsafe nd_table_fault()
        var pairs: UInt64 = 0
        var seen = [UInt8](repeating: 0, count: isDistinct ? Int(kernel.value_limit) / 8 + 1 : 1)
        var status = Int32(ND_OK)
        unsafe contents.pages.withKernel { pages in
            unsafe seen.withUnsafeMutableBufferPointer { seen in
                // A bit for each value below the limit, where values are to be distinct.
                status = unsafe nd_table_verify(
                    &kernel,
                    pages,
                    isDistinct ? seen.baseAddress : nil,
                    &pairs,
                    &fault
                )
            }
        }
        if Int(status) == Int(ND_CORRUPT) {
            // The kernel leaves a literal.
            let what = unsafe String(cString: fault.what)
            throw contents.pages.corrupt(
                .table(table, .lines),
                at: unsafe fault.offset,
                expected: "a table as it is written",
                found: what
            )
        }
        try contents.pages.check(status, .table(table, .lines), at: kernel.lines_offset)
        guard pairs == expected else {
            throw contents.pages.corrupt(
                .table(table, .lines),
                at: kernel.lines_offset,
                expected: "\(expected) pairs",
                found: "\(pairs)"
            )
        }
    }

    /// Blocks follow each other without gaps, hold all documents, and inflate to what the section states.
    private func verifyBlocks(of column: BlockColumn) throws(ShardError) {
        let inflater = BlockInflater()
        var loaded = LoadedBlock()
        var document = 0
        var end = column.data.offset
        var raw: UInt64 = 0
        for index in 0..<column.blockCount {
            let block = try column.block(at: index, contents.pages)
            guard block.documents.lowerBound == document, block.offset == end else {
                throw contents.pages.corrupt(
                    .blockDirectory(column.column),
                    at: column.directory.offset,
                    expected: "block \(index) from document \(document) and byte \(end) on",
                    found: "document \(block.documents.lowerBound) and byte \(block.offset)"
                )
            }
            try loaded.load(block, of: column, contents.pages, inflater)
            document = block.documents.upperBound
            end += UInt64(block.storedLength)
            raw += UInt64(block.rawLength)
        }
        guard end == column.data.offset + column.data.length, raw == column.data.rawLength else {
            throw contents.pages.corrupt(
                .blocks(column.column),
                at: column.data.offset,
                expected: "\(column.data.length) bytes for \(column.data.rawLength)",
                found: "\(end - column.data.offset) for \(raw)"
            )
        }
    }

    /// Every document can be read, and is found under its id and its content.
    private func verifyDocuments() throws(ShardError) {
        let cursor = ShardCursor(self)
        var positions: [UInt32] = []
        for document in 0..<UInt32(documentCount) {
            _ = try cursor.lengths(of: document)
            try cursor.positions(of: document, into: &positions)
            let key = try cursor.withIdentifier(of: document) { (id) throws(ShardError) in IdentifierHash.hash(id) }
            try verify(document, isFoundBy: key, in: .identifiers, "its id")
            try verify(document, isFoundBy: try contentHash(of: document).bandKey, in: .bands, "its content hash")
        }
    }

    private func verify(
        _ document: UInt32,
        isFoundBy key: UInt64,
        in table: ShardLayout.Table,
        _ what: String
    ) throws(ShardError) {
        guard try value(of: key, within: document..<document + 1, in: table) != nil else {
            throw contents.pages.corrupt(
                .table(table, .lines),
                at: contents.tables[table.rawValue].lines_offset,
                expected: "document \(document) under \(what)",
                found: "nothing"
            )
        }
    }
}
