internal import CrawlModel
package import IndexStorage
internal import NearDuplicates
internal import ShardFormat

// Ranks and hosts are found by sorting words in runs, so that memory holds no more than a few numbers a document.
extension DocumentTable {
    /// Puts an index's documents in order of preference, finds exact copies and numbers hosts; writes the table.
    ///
    /// - Parameters:
    ///   - sources: the index's shards.
    ///   - keep: the order.
    ///   - storage: where working files go.
    ///   - memory: bytes that sorting may take.
    /// - Returns: the table.
    /// - Throws: ``ClusterError``.
    /// - Complexity: O(*n*) in documents and the bytes of their URLs.
    package static func make(
        of sources: ClusterSources,
        keep: KeepRule,
        in storage: any IndexDirectory,
        memory: Int
    ) throws(ClusterError) -> DocumentTable {
        let maker = try DocumentTableMaker(sources, storage, memory: memory)
        try maker.readDocuments(keep)
        try maker.rank()
        try maker.findExactCopies()
        try maker.numberHosts()
        try maker.write()
        return try DocumentTable(storage)
    }
}

/// Fills the columns of a table.
private final class DocumentTableMaker {
    private let sources: ClusterSources
    private let storage: any IndexDirectory
    private let columns: WorkingArray<UInt32>
    private let count: Int
    private var rankCount = 0
    private var hostCount = 0
    private var preferences: WordSorter
    private var hosts: WordSorter
    private let memory: Int

    init(_ sources: ClusterSources, _ storage: any IndexDirectory, memory: Int) throws(ClusterError) {
        self.sources = sources
        self.storage = storage
        self.memory = memory
        count = sources.documentCount
        columns = try WorkingArray(
            storage,
            named: "documents.ndscratch",
            count: DocumentTable.Column.allCases.count * count
        )
        preferences = WordSorter(storage, named: "preferences.ndscratch", memory: memory / 2)
        hosts = WordSorter(storage, named: "hosts.ndscratch", memory: memory / 2)
    }

    private func place(_ column: DocumentTable.Column, _ index: Int) -> Int { count * column.rawValue + index }

    func readDocuments(_ keep: KeepRule) throws(ClusterError) {
        for (source, first) in zip(sources.shards, sources.first) {
            let cursor = ShardCursor(source.shard)
            for local in 0..<UInt32(source.shard.documentCount) {
                let number = Int(first) + Int(local)
                columns[place(.ranks, number)] = DocumentTable.noRank
                if source.tombstones?.contains(local) == true { continue }
                let figures = try ClusterError.reading { () throws(ShardError) in
                    (
                        tokens: try cursor.lengths(of: local).tokens,
                        fingerprints: try source.shard.fingerprintRange(of: local).count,
                        host: try cursor.withURL(of: local) { (url) throws(ShardError) in Self.hostHash(url) },
                        date: keep == .newest
                            ? try cursor.withDate(of: local) { (date) throws(ShardError) in CrawlDate(date)?.seconds }
                            : nil
                    )
                }
                let tokens = UInt32(clamping: figures.tokens)
                columns[place(.tokens, number)] = tokens
                columns[place(.fingerprints, number)] = UInt32(clamping: figures.fingerprints)
                if let host = figures.host { try hosts.add(UInt64(host) << 32 | UInt64(number)) }
                let preference =
                    switch keep {
                    case .longest: UInt32.max - tokens
                    case .first: UInt32(number)
                    case .last: UInt32.max - UInt32(number)
                    // Before 1970 and after 2106 dates are all alike.
                    case .newest:
                        figures.date.map { UInt32.max - 1 - UInt32(clamping: min($0, 0xFFFF_FFFE)) } ?? UInt32.max
                    }
                try preferences.add(UInt64(preference) << 32 | UInt64(number))
                rankCount += 1
            }
        }
    }

    func rank() throws(ClusterError) {
        var rank = 0
        try preferences.finish { word in
            let number = Int(UInt32(truncatingIfNeeded: word))
            columns[place(.order, rank)] = UInt32(number)
            columns[place(.ranks, number)] = UInt32(rank)
            rank += 1
        }
    }

    /// Documents of the same 32 bits of their content's hash come together; nearly always they have all of it in common.
    func findExactCopies() throws(ClusterError) {
        var sorter = WordSorter(storage, named: "contents.ndscratch", memory: memory / 2)
        for rank in 0..<rankCount {
            let hash = try sources.contentHash(of: Int(columns[place(.order, rank)]))
            try sorter.add(UInt64(UInt32(truncatingIfNeeded: hash.high)) << 32 | UInt64(rank))
        }
        var last: UInt64?
        var heads: [(hash: ContentHash, rank: UInt32)] = []
        try sorter.finish { (word) throws(ClusterError) in
            let rank = UInt32(truncatingIfNeeded: word)
            columns[place(.heads, Int(rank))] = rank
            let isAlone = word >> 32 != last.map { $0 >> 32 }
            defer { last = word }
            if isAlone { return heads.removeAll(keepingCapacity: true) }
            // Few have a neighbour: only theirs is read again.
            if heads.isEmpty, let last { heads.append(try head(UInt32(truncatingIfNeeded: last))) }
            let own = try head(rank)
            if let head = heads.first(where: { $0.hash == own.hash }) {
                columns[place(.heads, Int(rank))] = head.rank
            } else {
                heads.append(own)
            }
        }
    }

    private func head(_ rank: UInt32) throws(ClusterError) -> (hash: ContentHash, rank: UInt32) {
        (try sources.contentHash(of: Int(columns[place(.order, Int(rank))])), rank)
    }

    func numberHosts() throws(ClusterError) {
        var last: UInt64?
        try hosts.finish { word in
            if word >> 32 != last { hostCount += 1 }
            last = word >> 32
            columns[place(.hosts, Int(UInt32(truncatingIfNeeded: word)))] = UInt32(hostCount)
        }
    }

    func write() throws(ClusterError) {
        let header = [DocumentTable.magic, UInt64(count), UInt64(rankCount), UInt64(hostCount)]
        let columns = columns
        try storage.writeWhole(WorkingFiles.documents) { (file) throws(ClusterError) in
            try ClusterError.storing { () throws(StorageError) in
                // Numbers have no padding; the array lives until the end of the call.
                try file.append(unsafe header.span.bytes)
                try unsafe file.append(
                    UnsafeRawBufferPointer(start: columns.pointer, count: 4 * columns.count)
                )
            }
        }
    }

    /// 32 bits of a hash of the URL's host, in lower case: hosts that share them count as one.
    private static func hostHash(_ url: Span<UInt8>) -> UInt32? {
        guard let range = URLHost.range(in: url) else { return nil }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range {
            let byte = url[index]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            hash = (hash ^ UInt64(lower)) &* 0x100_0000_01B3
        }
        return UInt32(truncatingIfNeeded: (hash ^ hash >> 29) &* 0x9E37_79B9_7F4A_7C15 >> 32)
    }
}
