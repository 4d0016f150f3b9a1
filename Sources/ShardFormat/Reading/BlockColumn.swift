internal import CKernels

/// A column of a shard: where its blocks and their directory lie.
struct BlockColumn: Sendable {
    let column: ShardLayout.Column
    let data: ShardFooter.Section
    let directory: ShardFooter.Section
    let documents: Int
    /// The bytes of each value, where all have as many.
    let width: Int?

    /// One block, its bounds checked.
    struct Block {
        let documents: Range<Int>
        /// In bytes from the start of the file.
        let offset: UInt64
        let storedLength: Int
        let rawLength: Int
        let codec: ShardLayout.Codec
    }

    var blockCount: Int { Int(directory.length) / ShardLayout.blockEntryBytes }

    private func entryOffset(_ index: Int) -> UInt64 {
        directory.offset + UInt64(index * ShardLayout.blockEntryBytes)
    }

    private var kernel: nd_block_directory {
        nd_block_directory(offset: directory.offset, blocks: UInt64(blockCount), documents: UInt32(documents))
    }

    /// The block that holds a document.
    ///
    /// - Complexity: two reads of the directory, O(log *blocks*) at worst.
    func block(of document: Int, _ pages: CheckedPages) throws(ShardError) -> Block {
        var kernel = kernel
        var index = UInt64.max
        try unsafe pages.call(.blockDirectory(column), at: directory.offset) { pages in
            unsafe nd_block_find(pages, &kernel, UInt32(document), &index)
        }
        guard index != .max else {
            throw pages.corrupt(
                .blockDirectory(column),
                at: directory.offset,
                expected: "a block that holds document \(document)",
                found: "none"
            )
        }
        let block = try block(at: Int(index), pages)
        guard block.documents.contains(document) else {
            throw pages.corrupt(
                .blockDirectory(column),
                at: entryOffset(Int(index)),
                expected: "a block that holds document \(document)",
                found: "one of \(block.documents)"
            )
        }
        return block
    }

    /// The block of a number below ``blockCount``.
    func block(at index: Int, _ pages: CheckedPages) throws(ShardError) -> Block {
        let entry = entryOffset(index)
        let section = ShardLayout.SectionIdentifier.blockDirectory(column)
        var kernel = kernel
        var read = nd_block()
        try unsafe pages.call(section, at: entry) { unsafe nd_block_load($0, &kernel, UInt64(index), &read) }
        let (offset, first, end) = (read.offset, Int(read.first), Int(read.end))
        let (stored, raw) = (Int(read.stored), Int(read.raw))
        let codec = ShardLayout.Codec(rawValue: read.codec)
        guard first < end, end <= documents else {
            throw pages.corrupt(
                section,
                at: entry,
                expected: "ascending documents below \(documents)",
                found: "\(first) and \(end)"
            )
        }
        guard offset <= data.length, UInt64(stored) <= data.length - offset else {
            throw pages.corrupt(
                section,
                at: entry,
                expected: "a block within \(data.length) bytes",
                found: "\(stored) from \(offset) on"
            )
        }
        guard raw <= ShardLayout.blockLimit, UInt64(raw) <= data.rawLength, raw >= (end - first) * (width ?? 1),
            width == nil || raw == (end - first) * width!
        else {
            throw pages.corrupt(
                section,
                at: entry,
                expected: "the raw length of \(end - first) values",
                found: "\(raw)"
            )
        }
        guard let codec, codec == .zstd || stored == raw else {
            throw pages.corrupt(section, at: entry, expected: "a block packed by zstd or not at all", found: "another")
        }
        return Block(
            documents: first..<end,
            offset: data.offset + offset,
            storedLength: stored,
            rawLength: raw,
            codec: codec
        )
    }
}
