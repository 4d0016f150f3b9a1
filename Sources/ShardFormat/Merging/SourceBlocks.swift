/// Consecutive blocks of a source's column.
struct BlockRange: Sendable {
    var input: MergeInput
    /// Their numbers.
    var blocks: Range<Int>
    /// The first document of each, and the one after the last.
    var documents: [Int]
    /// Where they lie in the file.
    var bytes: Range<UInt64>
    /// Whether they go on as they are, so that their values need not be looked at.
    var isKept: Bool
}

/// The blocks of the sources' columns, from first to last.
struct SourceBlocks {
    /// The least blocks of a source that are worth a short one before them.
    static let manyBlocks = 16

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

    /// Takes the next blocks of one source: of about so many bytes, or one of more; nil at the end.
    ///
    /// Blocks of many in a source, none of whose documents is dead, go on as they are: all but its last, which ended before its
    /// time. What is left over before them ends before its time instead, which happens once for as many blocks at least. Values
    /// of one width are all cut anew, for their blocks are to have as many documents each.
    mutating func next(bytes: Int) throws(ShardError) -> BlockRange? {
        while input < inputs.count {
            let shard = inputs[input].shard
            let source = shard.contents.columns[column.rawValue]
            let first = block
            let areMany = source.width == nil && source.blockCount >= Self.manyBlocks
            let isKept = areMany && inputs[input].tombstones == nil && first < source.blockCount - 1
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
