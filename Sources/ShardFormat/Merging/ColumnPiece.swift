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

    /// Reads the values, if they are to be looked at.
    func load(_ column: ShardLayout.Column, _ loader: ColumnLoader) {
        guard let source, !source.isKept else { return }
        attempt { () throws(ShardError) in
            for block in source.blocks { try loader.load(block, of: column, source.input, into: &values) }
            source.input.done(with: source.bytes)
        }
    }

    /// Has a packer take the packed form of a block that goes on as it is; nil where it has none.
    func stored(_ number: Int, of column: ShardLayout.Column, _ packer: BlockPacker) -> (raw: Int, isPacked: Bool)? {
        guard let kept else { return nil }
        var outcome: (raw: Int, isPacked: Bool)?
        attempt { () throws(ShardError) in
            let contents = kept.input.shard.contents
            let block = try contents.columns[column.rawValue].block(at: kept.blocks.lowerBound + number, contents.pages)
            guard block.codec == .zstd else { return }
            try unsafe contents.pages.withBytes(.blocks(column), at: block.offset, count: block.storedLength) {
                (bytes) throws(ShardError) in
                // A byte is a byte.
                let form = unsafe bytes.assumingMemoryBound(to: UInt8.self).span
                outcome = (block.rawLength, packer.take(form, raw: block.rawLength))
            }
        }
        return outcome
    }

    /// Makes `result` a block that goes on as it is.
    func fill(_ result: inout GrowableBuffer<UInt8>, _ number: Int, of column: ShardLayout.Column) {
        result.removeAll(keepingCapacity: true)
        guard let kept else { return }
        attempt { () throws(ShardError) in
            let contents = kept.input.shard.contents
            let source = contents.columns[column.rawValue]
            var loaded = LoadedBlock()
            let block = try source.block(at: kept.blocks.lowerBound + number, contents.pages)
            try loaded.load(block, of: source, contents.pages, BlockInflater())
            try loaded.append(to: &result, source, contents.pages)
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
