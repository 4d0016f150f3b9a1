internal import IndexStorage
internal import NearDuplicates
internal import StreamCompression

/// Decisions while they are made, by number.
final class DecisionRows {
    private let rows: WorkingArray<UInt8>
    private let storage: any IndexDirectory
    private let count: Int
    private var memberCount = 0
    private var members: WordSorter

    init(_ work: ClusterWork) throws(ClusterError) {
        storage = work.storage
        count = work.sources.documentCount
        rows = try WorkingArray(
            work.storage,
            named: work.scratchName("rows"),
            count: ClusterDecisions.rowBytes * count
        )
        members = WordSorter(work.storage, named: work.scratchName("members"), memory: work.memory / 2)
    }

    /// What was decided about a document.
    subscript(document: Int) -> ClusterDecision {
        get {
            precondition(document >= 0 && document < count, "no such document")
            return unsafe ClusterDecisions.row(
                at: UnsafeRawPointer(rows.pointer + ClusterDecisions.rowBytes * document)
            )
        }
        set {
            precondition(document >= 0 && document < count, "no such document")
            // The array has a row for each document.
            unsafe ClusterDecisions.store(
                newValue,
                at: UnsafeMutableRawPointer(rows.pointer + ClusterDecisions.rowBytes * document)
            )
        }
    }

    /// A document joins another's cluster.
    func join(_ document: Int, _ decision: ClusterDecision) throws(ClusterError) {
        self[document] = decision
        memberCount += 1
        try members.add(UInt64(decision.representative) << 32 | UInt64(document))
        let representative = Int(decision.representative)
        if self[representative].role == .single { self[representative].role = .representative }
    }

    /// Writes the file.
    func finish() throws(ClusterError) -> ClusterDecisions {
        let (count, memberCount) = (count, memberCount)
        let rows = rows
        try storage.writeWhole(WorkingFiles.decisions) { (file) throws(ClusterError) in
            var writer = ChecksummedWriter(file)
            // Bytes have no padding, and the array lives until the end of the call.
            try writer.append(unsafe ClusterDecisions.header(documents: count, members: memberCount).span.bytes)
            try writer.append(unsafe UnsafeRawBufferPointer(start: rows.pointer, count: rows.count).bytes)
            var words: [UInt64] = []
            try members.finish { (word) throws(ClusterError) in
                words.append(word.littleEndian)
                if words.count == 16 << 10 { try writer.append(&words) }
            }
            try writer.append(&words)
            try writer.finish()
        }
        return try ClusterDecisions(storage)
    }
}

/// Appends to a file and ends it with a checksum of everything.
private struct ChecksummedWriter {
    private let file: any StorageFile
    private var checksum: UInt32 = 0

    init(_ file: any StorageFile) { self.file = file }

    mutating func append(_ bytes: RawSpan) throws(ClusterError) {
        checksum = CRC32C.checksum(bytes, seed: checksum)
        do throws(StorageError) { try file.append(bytes) } catch { throw .storage(error) }
    }

    /// Appends words and empties the array.
    mutating func append(_ words: inout [UInt64]) throws(ClusterError) {
        // Words have no padding.
        try append(unsafe words.span.bytes)
        words.removeAll(keepingCapacity: true)
    }

    mutating func finish() throws(ClusterError) {
        // A number has no padding.
        try append(unsafe [checksum.littleEndian].span.bytes)
    }
}
