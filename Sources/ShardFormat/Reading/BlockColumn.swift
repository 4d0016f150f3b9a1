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

    private func firstDocument(_ index: Int, _ pages: CheckedPages) throws(ShardError) -> Int {
        guard index < blockCount else { return documents }
        return Int(try pages.readUInt32(.blockDirectory(column), at: entryOffset(index) + 8))
    }

    /// The block that holds a document.
    ///
    /// - Complexity: O(log *blocks*).
    func block(of document: Int, _ pages: CheckedPages) throws(ShardError) -> Block {
        var low = 0
        var high = blockCount
        // Blocks hold about as many documents each: the first guess is seldom far off, and steps from it grow.
        var middle = documents > 0 ? min(high - 1, document * high / documents) : 0
        var step = 1
        while low < high {
            if try firstDocument(middle, pages) <= document {
                low = middle + 1
            } else {
                high = middle
            }
            // Until there is a bound on either side, then halves.
            if low == 0 {
                middle = max(0, high - step)
            } else {
                middle = high == blockCount ? min(high - 1, low + step - 1) : (low + high) / 2
            }
            step *= 2
        }
        guard low > 0 else {
            throw pages.corrupt(
                .blockDirectory(column),
                at: directory.offset,
                expected: "a block that holds document \(document)",
                found: "none"
            )
        }
        let block = try block(at: low - 1, pages)
        guard block.documents.contains(document) else {
            throw pages.corrupt(
                .blockDirectory(column),
                at: entryOffset(low - 1),
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
        let offset = try pages.readUInt64(section, at: entry)
        let first = try firstDocument(index, pages)
        let end = try firstDocument(index + 1, pages)
        let stored = Int(try pages.readUInt32(section, at: entry + 12))
        let raw = Int(try pages.readUInt32(section, at: entry + 16))
        let codec = ShardLayout.Codec(rawValue: try pages.readUInt32(section, at: entry + 20))
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
