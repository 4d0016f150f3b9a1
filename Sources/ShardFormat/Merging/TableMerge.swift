internal import CKernels

/// Merges one lookup table of several shards: each part of the keys is read, put in order and packed by whichever thread is
/// free, and joined to those before it while the next ones are at work.
///
/// The bytes are those that ``TableParts`` writes of the same pairs.
// Unchecked: parts at work write to themselves and to their own buckets' counts; one round at a time joins.
final class TableMerge: @unchecked Sendable {
    private let table: ShardLayout.Table
    private let inputs: [MergeInput]
    private let geometry: nd_table
    /// The keys are cut by so many of their first bits; each part has whole buckets.
    private let partBits: UInt32
    private let lines: ScratchRoom
    private let merged: MergedTable
    private let readers: ReusePool<PartReader>
    /// The parts of two waves.
    private let parts: [[MergedPart]]
    private var failure: ShardError?

    /// Merges a table, whose values are below a limit.
    static func merge(
        _ table: ShardLayout.Table,
        of inputs: [MergeInput],
        valueLimit: Int,
        _ scratch: MergeScratch,
        _ loop: ParallelLoop
    ) throws(ShardError) -> MergedTable {
        for input in inputs { try input.prepare(table, scratch) }
        defer { for input in inputs { input.forgetOrdinals() } }
        // How many buckets there are follows from the entries, which are known when all is merged. Nearly always there are
        // as many as those of the sources let expect; else all is done again.
        var expected = inputs.reduce(0) { $0 + $1.expectedEntries(of: table) }
        var isSure = false
        while true {
            let merge = try TableMerge(table, of: inputs, entries: expected, valueLimit: valueLimit, scratch)
            switch try merge.run(loop, isSure: isSure) {
            case .whole(let merged):
                for input in inputs {
                    for part in ShardLayout.TablePart.allCases { input.done(with: .table(table, part)) }
                }
                return merged
            case .other(let entries, let isCounted): (expected, isSure) = (entries, isCounted)
            }
        }
    }

    private enum Outcome {
        case whole(MergedTable)
        /// There are other numbers of entries, expected or counted, and of buckets.
        case other(Int, isCounted: Bool)
    }

    private init(
        _ table: ShardLayout.Table,
        of inputs: [MergeInput],
        entries: Int,
        valueLimit: Int,
        _ scratch: MergeScratch
    ) throws(ShardError) {
        self.table = table
        self.inputs = inputs
        var geometry = nd_table()
        geometry.key_bits = ShardLayout.keyBits(table)
        unsafe nd_table_choose(&geometry, UInt64(entries), UInt64(valueLimit))
        self.geometry = geometry
        let shards = inputs.map(\.shard)
        let pairs = shards.reduce(0) { $0 + $1.pairCount(of: table) }
        var bits: UInt32 = 0
        while pairs >> Int(bits) > scratch.pairsInPart, bits < geometry.bucket_bits { bits += 1 }
        partBits = bits
        lines = scratch.lines()
        try lines.make(Int(unsafe nd_table_lines_size(&geometry)))
        merged = MergedTable(table, geometry, lines: lines, scratch)
        readers = ReusePool { PartReader(table, of: shards, scratch) }
        let wave = min(scratch.partsInWave, 1 << Int(bits))
        parts = (0..<2).map { _ in (0..<wave).map { _ in MergedPart(scratch) } }
    }

    private var partCount: Int { 1 << Int(partBits) }

    private func run(_ loop: ParallelLoop, isSure: Bool) throws(ShardError) -> Outcome {
        var before: ArraySlice<MergedPart> = []
        for (wave, start) in stride(from: 0, to: partCount, by: parts[0].count).enumerated() {
            let (done, current) = (before, parts[wave % 2].prefix(partCount - start))
            loop(1 + current.count) { [self] round in
                if round == 0 { join(done) } else { pack(start + round - 1, into: current[round - 1]) }
            }
            if let failure { throw failure }
            // Keys are hashes: the first parts are like the others.
            if wave == 1, !isSure, let other = other(merged.roughEntries * partCount / done.count, isCounted: false) {
                return other
            }
            before = current
        }
        join(before)
        if let failure { throw failure }
        if let other = other(merged.roughEntries, isCounted: true) { return other }
        try merged.finish()
        return .whole(merged)
    }

    /// What is left to be done where so many entries want another number of buckets.
    private func other(_ entries: Int, isCounted: Bool) -> Outcome? {
        var wanted = geometry
        unsafe nd_table_choose(&wanted, UInt64(entries), geometry.value_limit)
        return wanted.bucket_bits == geometry.bucket_bits ? nil : .other(entries, isCounted: isCounted)
    }

    private func pack(_ number: Int, into part: MergedPart) {
        var geometry = geometry
        let keys = TableRangeReader.keyLimit >> UInt64(partBits)
        let first = UInt64(number) * keys
        part.failure = nil
        // Each part has counts of its own.
        unsafe nd_part_clear(&geometry, number, partCount, lines.base)
        readers.use { reader in
            do throws(ShardError) {
                try unsafe reader.read(first..<first + keys, of: table, inputs, into: part) {
                    (pairs) throws(ShardError) in
                    try unsafe part.pack(pairs, geometry, lines: lines.base)
                }
            } catch {
                part.failure = error
            }
        }
    }

    private func join(_ parts: ArraySlice<MergedPart>) {
        do throws(ShardError) {
            for part in parts {
                if let failure = part.failure { throw failure }
                guard try merged.append(part) else { throw brokenTable }
            }
        } catch {
            failure = error
        }
    }

    private var brokenTable: ShardError {
        inputs[0].shard.contents.pages
            .corrupt(
                .table(table, .lines),
                at: inputs[0].shard.contents.tables[table.rawValue].lines_offset,
                expected: "lines that count the entries before them, here or in the shards merged with this one",
                found: "others"
            )
    }
}
