/// Values of a column that go on, of consecutive blocks of a source; or the blocks, where they go on as they are.
// Unchecked: one round loads it, one packs, and later ones only read it.
final class ColumnPiece: @unchecked Sendable {
    /// None of blocks that go on as they are.
    var values = ColumnBuffer()
    /// The blocks; nil for values that are left over.
    private(set) var source: BlockRange?
    /// Why the values are not there.
    private(set) var failure: ShardError?

    init() {}

    /// Begins with other blocks.
    func begin(_ source: BlockRange) {
        self.source = source
        failure = nil
        values.removeAll(keepingCapacity: true)
    }

    /// The blocks that go on as they are, if these do.
    var kept: BlockRange? { source.flatMap { $0.isKept ? $0 : nil } }

    /// Reads the values; of blocks that go on as they are verifies the bytes.
    func load(_ column: ShardLayout.Column, _ loader: ColumnLoader) {
        guard let source else { return }
        attempt { () throws(ShardError) in
            if source.isKept { return try forEachKept(of: column) { _, _ in } }
            for block in source.blocks { try loader.load(block, of: column, source.input, into: &values) }
            source.input.done(with: source.bytes)
        }
    }

    /// A block that goes on as it is: the number of its first value among those of the piece, and how it is stored.
    struct KeptForm {
        var number: Int
        var raw: Int
        var codec: ShardLayout.Codec
    }

    /// Lends the bytes of each block that goes on as it is.
    func forEachKept(
        of column: ShardLayout.Column,
        _ body: (KeptForm, Span<UInt8>) throws(ShardError) -> Void
    ) throws(ShardError) {
        guard let kept else { return }
        let contents = kept.input.shard.contents
        for number in kept.blocks {
            let block = try contents.columns[column.rawValue].block(at: number, contents.pages)
            let form = KeptForm(
                number: block.documents.lowerBound - kept.documents[0],
                raw: block.rawLength,
                codec: block.codec
            )
            try unsafe contents.pages.withBytes(.blocks(column), at: block.offset, count: block.storedLength) {
                (bytes) throws(ShardError) in
                // A byte is a byte.
                try body(form, unsafe bytes.assumingMemoryBound(to: UInt8.self).span)
            }
        }
    }

    /// Gives back the bytes of blocks that went on as they are.
    func giveBack() {
        if let kept { kept.input.done(with: kept.bytes) }
    }

    private func attempt(_ body: () throws(ShardError) -> Void) {
        do throws(ShardError) { try body() } catch { failure = error }
    }
}

/// Reads blocks, one after the other.
// Unchecked: one round has it at a time.
final class ColumnLoader: @unchecked Sendable {
    private var block = LoadedBlock()
    private let inflater = BlockInflater()

    init() {}

    /// Adds a block's values that go on.
    func load(
        _ number: Int,
        of column: ShardLayout.Column,
        _ input: MergeInput,
        into values: inout ColumnBuffer
    ) throws(ShardError) {
        let contents = input.shard.contents
        let source = contents.columns[column.rawValue]
        try block.load(try source.block(at: number, contents.pages), of: source, contents.pages, inflater)
        if let width = source.width, input.tombstones == nil {
            return try block.withBytes(source, contents.pages) { values.append($0, width: width) }
        }
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
