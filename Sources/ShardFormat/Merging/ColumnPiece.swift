/// Values of a column that go on, of consecutive blocks of a source.
// Unchecked: one round loads it, and later ones only read it.
final class ColumnPiece: @unchecked Sendable {
    var values = ColumnBuffer()
    /// Why they are not there.
    private(set) var failure: ShardError?

    init() {}

    /// Reads blocks of a source.
    func load(_ blocks: Range<Int>, of column: ShardLayout.Column, _ input: MergeInput, _ loader: ColumnLoader) {
        values.removeAll(keepingCapacity: true)
        failure = nil
        do throws(ShardError) {
            for block in blocks { try loader.load(block, of: column, input, into: &values) }
            if let bytes = loader.takeBytes() { input.done(with: bytes) }
        } catch {
            failure = error
        }
    }
}

/// Reads blocks, one after the other.
// Unchecked: one round has it at a time.
final class ColumnLoader: @unchecked Sendable {
    private var block = LoadedBlock()
    private let inflater = BlockInflater()
    /// Where those lie in their file that were read.
    private var bytes: Range<UInt64>?

    init() {}

    /// Where the blocks lie in their file that were read since this was asked last, one after the other.
    func takeBytes() -> Range<UInt64>? { bytes.take() }

    /// Adds a block's values that go on.
    func load(
        _ number: Int,
        of column: ShardLayout.Column,
        _ input: MergeInput,
        into values: inout ColumnBuffer
    ) throws(ShardError) {
        let contents = input.shard.contents
        let source = contents.columns[column.rawValue]
        let found = try source.block(at: number, contents.pages)
        try block.load(found, of: source, contents.pages, inflater)
        // A file may claim anything of where its blocks lie, but each lies within it.
        let end = found.offset + UInt64(found.storedLength)
        bytes = min(bytes?.lowerBound ?? found.offset, found.offset)..<max(bytes?.upperBound ?? end, end)
        let limit = column == .names ? ShardLayout.namesLimit : ShardLayout.valueLimit
        try block.forEachValue(of: source, contents.pages) { (document, value) throws(ShardError) in
            if let tombstones = input.tombstones, tombstones.contains(UInt32(document)) { return }
            guard value.count <= limit else {
                throw .overLimit(what: "the bytes of a value", limit: UInt64(limit), found: UInt64(value.count))
            }
            values.append(value)
        }
    }
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

    /// Takes the next blocks of one source: of about so many bytes, or one of more; nil at the end.
    mutating func next(bytes: Int) throws(ShardError) -> (input: MergeInput, blocks: Range<Int>)? {
        while input < inputs.count {
            let shard = inputs[input].shard
            let source = shard.contents.columns[column.rawValue]
            let first = block
            var size = 0
            while block < source.blockCount {
                let next = try source.block(at: block, shard.contents.pages)
                guard next.documents.lowerBound == documents else { throw gap(in: shard) }
                if block > first, size + next.rawLength > bytes { break }
                size += next.rawLength
                documents = next.documents.upperBound
                block += 1
            }
            if block > first { return (inputs[input], first..<block) }
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
