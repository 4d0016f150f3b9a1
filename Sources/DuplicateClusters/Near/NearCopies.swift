package import IndexStorage

/// Which documents are nearly the same, in a mapped working file: for each the one that leads it.
///
/// A document's leader is of better rank, or is itself. Exact copies have one leader. This is by signatures alone, before
/// anything is known of boilerplate: it tells what to learn from, and spares work later.
///
/// Any number of threads may read it.
package final class NearCopies: Sendable {
    /// All documents, dead ones too.
    package let count: Int
    private let file: MappedFile
    private let leaders: Leaders

    /// A pointer into the mapped file, which this object holds.
    // Unchecked Sendable: what it points to is never written.
    @safe
    private struct Leaders: @unchecked Sendable {
        let base: UnsafePointer<UInt32>
    }

    private static let magic: UInt64 = 0x0A_31_52_41_45_4E_4E_89
    private static let headerBytes = 16
    private static let noLeader = UInt32.max

    /// Opens what ``find(_:_:known:)`` wrote.
    ///
    /// - Throws: ``ClusterError/storage(_:)`` where there is none; ``ClusterError/workingFile(path:expected:found:)``.
    package init(_ storage: any IndexDirectory, named name: String = WorkingFiles.nearCopies) throws(ClusterError) {
        let file = try ClusterError.storing { () throws(StorageError) in try storage.map(name) }
        self.file = file
        // Words within the file, whose length is compared first.
        let header: [UInt64] = unsafe file.withUnsafeBytes { bytes in
            bytes.count < Self.headerBytes
                ? [] : (0..<2).map { unsafe bytes.load(fromByteOffset: 8 * $0, as: UInt64.self) }
        }
        guard header.first == Self.magic, header[1] < 1 << 32, file.count == Self.headerBytes + 4 * Int(header[1])
        else {
            throw .workingFile(
                path: storage.path + "/" + name,
                expected: "leaders of documents",
                found: "\(file.count) other bytes"
            )
        }
        count = Int(header[1])
        // The file was found to have a header and as many numbers.
        unsafe leaders = Leaders(
            base: (file.bytes.baseAddress! + Self.headerBytes).assumingMemoryBound(to: UInt32.self)
        )
    }

    /// The number of the document that leads a document, its own where it leads; nil for one that takes no part: it is dead, or
    /// known from elsewhere.
    @inline(__always)
    package func leader(of document: Int) -> Int? {
        precondition(document >= 0 && document < count, "no such document")
        // The file has a number for each document.
        let leader = unsafe leaders.base[document]
        return leader == Self.noLeader ? nil : Int(leader)
    }

    /// Writes leaders, given by rank as ranks.
    static func write(
        _ leaders: WorkingArray<UInt32>,
        _ table: DocumentTable,
        in storage: any IndexDirectory
    ) throws(ClusterError) {
        try storage.writeWhole(WorkingFiles.nearCopies) { (file) throws(ClusterError) in
            let header = [magic, UInt64(table.count)]
            try ClusterError.storing { () throws(StorageError) in try file.append(unsafe header.span.bytes) }
            var numbers: [UInt32] = []
            for document in 0..<table.count {
                let rank = table.rank(of: document)
                let leader = rank.map { leaders[$0] } ?? noLeader
                numbers.append(leader == noLeader ? noLeader : UInt32(table.document(atRank: Int(leader))))
                if numbers.count == 16 << 10 || document + 1 == table.count {
                    // Numbers have no padding.
                    try ClusterError.storing { () throws(StorageError) in try file.append(unsafe numbers.span.bytes) }
                    numbers.removeAll(keepingCapacity: true)
                }
            }
        }
    }
}
