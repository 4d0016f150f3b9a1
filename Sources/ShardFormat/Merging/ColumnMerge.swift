internal import IndexStorage

/// Merges one column of several shards: blocks are read, and cut anew and packed, by whichever thread is free, and written while
/// the next ones are at work.
///
/// The bytes are those that ``PackedColumn`` writes of the same values.
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
        var kind = SourceBlocks.Rest.nothing
        var first = 0
        var isAtEnd = false
        repeat {
            var loads: [BlockRange] = []
            while loads.count < pool.pieces, let next = try source.next(bytes: pool.pieceBytes, after: kind) {
                loads.append(next)
                kind = next.isKept ? .nothing : .other
            }
            let wasAtEnd = isAtEnd
            isAtEnd = loads.isEmpty
            let loaded = wasAtEnd ? nil : free.removeLast()
            loaded?.begin(rest, loads)
            try work(loop, write: packed, pack: cut, load: loaded)
            if let loaded { (first, rest) = loaded.cut(from: first, width: width, isLast: isAtEnd) }
            kind = Self.kind(of: rest, after: loads.last)
            if let packed { free.append(packed) }
            (packed, cut) = (cut, loaded)
        } while packed != nil || cut != nil
        do throws(StorageError) { try sections.end(column, &writer) } catch { throw ShardError(error) }
    }

    /// What is left over of the blocks that were taken, of which these were the last.
    private static func kind(of rest: ColumnPiece, after last: BlockRange?) -> SourceBlocks.Rest {
        guard rest.values.count > 0 else { return .nothing }
        guard let last, last.input.tombstones == nil else { return .other }
        let (start, end) = (last.documents[last.documents.count - 2], last.documents[last.documents.count - 1])
        return rest.values.count == end - start ? .block : .other
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
        do throws(StorageError) {
            for run in wave.runs {
                try sections.append(
                    run.packed,
                    pool.packers,
                    to: &writer,
                    stored: { wave.stored($0, of: run, $1) },
                    fill: { wave.fill(&$1, $0, of: run) }
                )
            }
        } catch {
            failure = ShardError(error)
        }
        for piece in wave.pieces { piece.giveBack() }
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
