internal import IndexStorage

/// A shard's sections on their way into the file, from tables that are planned: packed by whichever thread is free, and written
/// in the order of the file by whichever made the next one ready.
// Unchecked: the builder is only read; the writer is used by the one thread that `sections` lets write.
final class ShardWriting: @unchecked Sendable {
    private let builder: ShardBuilder
    private let tables: [TableParts]
    private let columns: [PackedColumn]
    private let packers = ReusePool { BlockPacker() }
    private let keepsMemory: Bool
    private var writer: ShardFileWriter
    private let sections: OrderedSections

    init(_ builder: ShardBuilder, _ tables: [TableParts], _ writer: ShardFileWriter, keepsMemory: Bool) {
        self.builder = builder
        self.tables = tables
        self.writer = writer
        self.keepsMemory = keepsMemory
        columns = ShardLayout.Column.allCases.map {
            PackedColumn($0, builder.columns, signatureBytes: builder.parameters.signatureBytes)
        }
        // The tables, what is known of each document, and the columns.
        sections = OrderedSections(count: tables.count + 1 + columns.count)
    }

    /// What a thread packs before it looks for more.
    private struct Round {
        var section: Int
        var part: Int
    }

    /// Packs and writes everything, and ends the file.
    func run(
        _ loop: ParallelLoop,
        in scratch: ReusePool<PartScratch>
    ) throws(StorageError) -> (bytes: UInt64, footerChecksum: UInt32) {
        // In the order of the file: what is written first is ready first.
        let counts = tables.map(\.count) + [0] + columns.map(\.count)
        let rounds = counts.enumerated()
            .flatMap { (section, count) in
                (0..<count).map { Round(section: section, part: $0) }
            }
        // There is nothing to pack between the tables and the columns.
        sections.ready(tables.count, write)
        loop(rounds.count) { [self] index in
            let round = rounds[index]
            let isLast =
                if round.section < tables.count {
                    tables[round.section].pack(round.part, in: scratch)
                } else {
                    columns[round.section - tables.count - 1].pack(round.part, of: builder.columns, packers)
                }
            if isLast { sections.ready(round.section, write) }
        }
        try sections.finish()
        return try writer.finish()
    }

    private func write(_ section: Int) throws(StorageError) {
        if section < tables.count {
            try tables[section].write(to: &writer)
            if !keepsMemory { _ = tables[section].takeMemory() }
        } else if section == tables.count {
            try builder.columns.writeDocuments(fingerprintCount: builder.fingerprintCount, to: &writer)
        } else {
            try columns[section - tables.count - 1].write(builder.columns, packers, to: &writer)
        }
    }
}
