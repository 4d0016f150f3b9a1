/// Consecutive blocks of a source's column.
struct BlockRange: Sendable {
    var input: MergeInput
    /// Their numbers.
    var blocks: Range<Int>
    /// The first document of each, and the one after the last.
    var documents: [Int]
    /// Where they lie in the file.
    var bytes: Range<UInt64>
    /// Whether the merged column has just these blocks, so that their values need not be looked at.
    var isKept: Bool
}

/// The blocks of the sources' columns, from first to last.
struct SourceBlocks {
    private let column: ShardLayout.Column
    private let inputs: [MergeInput]
    private var input = 0
    private var block = 0
    /// The documents of the source whose blocks have been taken.
    private var documents = 0

    init(_ column: ShardLayout.Column, of inputs: [MergeInput]) {
        self.column = column
        self.inputs = inputs
    }

    /// What of the values taken so far has no block in the merged column yet.
    enum Rest {
        case nothing
        /// All of the last block that was taken.
        case block
        case other
    }

    /// Takes the next blocks of one source: of about so many bytes, or one of more; nil at the end.
    ///
    /// A block ends before the value that it has no room for. So where one of the merged column begins with one of a source they
    /// are the same, to the last of the source, which ends before its time, or to one with a dead document.
    mutating func next(bytes: Int, after rest: Rest) throws(ShardError) -> BlockRange? {
        while input < inputs.count {
            let shard = inputs[input].shard
            let source = shard.contents.columns[column.rawValue]
            let first = block
            let isSame = rest == .nothing || (rest == .block && first > 0)
            let isKept = isSame && inputs[input].tombstones == nil && first < source.blockCount - 1
            let end = isKept ? source.blockCount - 1 : source.blockCount
            var found = BlockRange(
                input: inputs[input],
                blocks: first..<first,
                documents: [documents],
                bytes: 0..<0,
                isKept: isKept
            )
            var size = 0
            while block < end {
                let next = try source.block(at: block, shard.contents.pages)
                guard next.documents.lowerBound == documents else { throw gap(in: shard) }
                if block > first, size + next.rawLength > bytes { break }
                size += next.rawLength
                documents = next.documents.upperBound
                block += 1
                found.documents.append(documents)
                let start = block == first + 1 ? next.offset : min(found.bytes.lowerBound, next.offset)
                found.bytes = start..<max(found.bytes.upperBound, next.offset + UInt64(next.storedLength))
            }
            found.blocks = first..<block
            if block > first { return found }
            guard documents == shard.documentCount else { throw gap(in: shard) }
            (input, block, documents) = (input + 1, 0, 0)
        }
        return nil
    }

    private func gap(in shard: Shard) -> ShardError {
        shard.contents.pages.corrupt(
            .blockDirectory(column),
            at: shard.contents.columns[column.rawValue].directory.offset,
            expected: "a block that begins with document \(documents)",
            found: "none"
        )
    }
}
