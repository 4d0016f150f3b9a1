internal import IndexStorage

/// Merges one column of several shards: blocks are read, and cut anew and packed, by whichever thread is free, and written while
/// the next ones are at work.
///
/// The values are those that ``PackedColumn`` would write, in blocks that end elsewhere where a source has many.
// Unchecked: see ``ColumnWave``; one round at a time writes.
final class ColumnMerge: @unchecked Sendable {
    private let column: ShardLayout.Column
    private let width: Int?
    private let pool: ColumnMergePool
    private var writer: ShardFileWriter
    private var sections: PackedRunWriter
    private var source: SourceBlocks
    private var failure: ShardError?

    /// Writes a column whose values, unless that is nil, have all the same width.
    static func write(
        _ column: ShardLayout.Column,
        of inputs: [MergeInput],
        width: Int?,
        _ pool: ColumnMergePool,
        _ loop: ParallelLoop,
        to writer: inout ShardFileWriter
    ) throws(ShardError) {
        let merge: ColumnMerge
        do throws(StorageError) {
            merge = try ColumnMerge(column, of: width == 0 ? [] : inputs, width: width, pool, writer)
        } catch {
            throw ShardError(error)
        }
        try merge.run(loop)
        writer = merge.writer
    }

    private init(
        _ column: ShardLayout.Column,
        of inputs: [MergeInput],
        width: Int?,
        _ pool: ColumnMergePool,
        _ writer: ShardFileWriter
    ) throws(StorageError) {
        self.column = column
        self.width = width
        self.pool = pool
        self.writer = writer
        sections = try PackedRunWriter(&self.writer)
        source = SourceBlocks(column, of: inputs)
    }

    private func run(_ loop: ParallelLoop) throws(ShardError) {
        // Three at a time: the first is written, the second packed, the third loaded.
        var free = (0..<3).map { _ in ColumnWave(column) }
        var (packed, cut): (ColumnWave?, ColumnWave?)
        var rest = ColumnPiece()
        var first = 0
        var isAtEnd = false
        repeat {
            var loads: [BlockRange] = []
            while loads.count < pool.pieces, let next = try source.next(bytes: pool.pieceBytes) {
                loads.append(next)
            }
            let wasAtEnd = isAtEnd
            isAtEnd = loads.isEmpty
            let loaded = wasAtEnd ? nil : free.removeLast()
            loaded?.begin(rest, loads)
            try work(loop, write: packed, pack: cut, load: loaded)
            if let loaded { (first, rest) = loaded.cut(from: first, width: width, isLast: isAtEnd) }
            if let packed { free.append(packed) }
            (packed, cut) = (cut, loaded)
        } while packed != nil || cut != nil
        do throws(StorageError) { try sections.end(column, &writer) } catch { throw ShardError(error) }
    }

    private func work(
        _ loop: ParallelLoop,
        write written: ColumnWave?,
        pack packed: ColumnWave?,
        load loaded: ColumnWave?
    ) throws(ShardError) {
        let runs = packed?.runs.count ?? 0
        // The first piece is what was left over.
        let loads = (loaded?.pieces.count ?? 1) - 1
        loop(1 + runs + loads) { [self] round in
            if round == 0 {
                if let written { write(written) }
            } else if let packed, round <= runs {
                pool.packers.use { packed.pack(packed.runs[round - 1], $0) }
            } else if let loaded {
                pool.loaders.use { loaded.pieces[round - runs].load(column, $0) }
            }
        }
        if let failure = failure ?? written?.failure ?? packed?.failure ?? loaded?.failure { throw failure }
    }

    private func write(_ wave: ColumnWave) {
        do throws(ShardError) {
            for run in wave.runs { try write(run, of: wave) }
        } catch {
            failure = error
        }
        for piece in wave.pieces { piece.giveBack() }
    }

    private func write(_ run: ColumnWave.Run, of wave: ColumnWave) throws(ShardError) {
        switch run.content {
        case .kept(let piece):
            try piece.forEachKept(of: column) { (block, form) throws(ShardError) in
                try ShardError.wrapping { () throws(StorageError) in
                    try sections.append(form, first: run.first + block.number, raw: block.raw, block.codec, to: &writer)
                }
            }
        case .packed(let packed):
            try ShardError.wrapping { () throws(StorageError) in
                try sections.append(packed, pool.packers, to: &writer) { wave.fill(&$1, $0, of: run) }
            }
        }
    }
}

/// What the columns of a merge are read and packed with, one after the other.
struct ColumnMergePool {
    let packers = ReusePool { BlockPacker() }
    let loaders = ReusePool { ColumnLoader() }
    /// How many pieces are loaded between one time that the threads wait for each other and the next, and about how many bytes
    /// of values each has.
    let pieces: Int
    let pieceBytes: Int
}
