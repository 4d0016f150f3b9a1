package import IndexStorage
internal import ShardFormat

/// The documents of a dump in the order of preference, and what the phases after that need to know of each, in a mapped
/// working file.
///
/// A document's *number* is its place in the index, dead ones counted; its *rank* is its place in the order of preference.
/// Any number of threads may read it.
package final class DocumentTable: Sendable {
    /// All documents, dead ones too.
    package let count: Int
    /// Those that live: ranks are below this.
    package let rankCount: Int
    /// Distinct hosts; their numbers are from 1 on.
    package let hostCount: Int
    private let file: MappedFile
    /// Where the columns begin.
    private let base: Columns

    /// A pointer into the mapped file, which the table holds.
    // Unchecked Sendable: what it points to is never written.
    @safe
    private struct Columns: @unchecked Sendable {
        let base: UnsafePointer<UInt32>
    }

    /// What is known of each document, in the order of the file.
    enum Column: Int, CaseIterable {
        /// By rank: the document's number.
        case order
        /// By number: its rank; ``noRank`` for a dead one.
        case ranks
        /// By rank: the best rank of those with the same content.
        case heads
        /// By number: its host's; 0 where it has none.
        case hosts
        /// By number: its tokens.
        case tokens
        /// By number: its fingerprints.
        case fingerprints
    }

    static let noRank = UInt32.max
    static let magic: UInt64 = 0x0A_31_43_4F_44_44_4E_89
    static let headerBytes = 32

    /// Opens a table that ``DocumentTable/make(of:keep:in:memory:)`` left.
    ///
    /// - Throws: ``ClusterError/storage(_:)`` where there is none; ``ClusterError/workingFile(path:expected:found:)``.
    package init(_ storage: any IndexDirectory, named name: String = WorkingFiles.documents) throws(ClusterError) {
        let file = try ClusterError.storing { () throws(StorageError) in try storage.map(name) }
        self.file = file
        // The span can't leave the call.
        let header: [UInt64] = unsafe file.withUnsafeBytes { bytes in
            bytes.count < Self.headerBytes
                ? [] : (0..<4).map { unsafe bytes.load(fromByteOffset: 8 * $0, as: UInt64.self) }
        }
        guard header.first == Self.magic, header[1] < 1 << 32, header[2] <= header[1], header[3] <= header[1],
            file.count == Self.headerBytes + 4 * Column.allCases.count * Int(header[1])
        else {
            throw .workingFile(
                path: storage.path + "/" + name,
                expected: "a table of documents",
                found: "\(file.count) other bytes"
            )
        }
        count = Int(header[1])
        rankCount = Int(header[2])
        hostCount = Int(header[3])
        // The file was found to have its header and all columns.
        unsafe base = Columns(base: (file.bytes.baseAddress! + Self.headerBytes).assumingMemoryBound(to: UInt32.self))
    }

    /// The document of a rank.
    package func document(atRank rank: Int) -> Int { Int(value(.order, rank)) }

    /// A document's rank; nil for one that is dead.
    package func rank(of document: Int) -> Int? {
        let rank = value(.ranks, document)
        return rank == Self.noRank ? nil : Int(rank)
    }

    /// The best rank of those that say the same, token for token, as the document of a rank.
    package func head(ofRank rank: Int) -> Int { Int(value(.heads, rank)) }

    /// The number of a document's host; 0 where it has none.
    package func host(of document: Int) -> Int { Int(value(.hosts, document)) }

    /// A document's tokens.
    package func tokens(of document: Int) -> Int { Int(value(.tokens, document)) }

    /// A document's distinct fingerprints.
    package func fingerprints(of document: Int) -> Int { Int(value(.fingerprints, document)) }

    @inline(__always)
    private func value(_ column: Column, _ index: Int) -> UInt32 {
        precondition(index >= 0 && index < count, "no such document")
        return unsafe values(column)[index]
    }

    /// A column; valid while this object lives.
    @unsafe
    func values(_ column: Column) -> UnsafePointer<UInt32> {
        // The file has as many values of each column as there are documents.
        unsafe base.base + count * column.rawValue
    }
}

/// The names of working files that outlast the process that made them.
package enum WorkingFiles {
    /// ``DocumentTable``.
    package static let documents = "documents.ndwork"
    /// ``NearCopies``.
    package static let nearCopies = "near-copies.ndwork"
    /// ``ShingleSets``.
    package static let shingles = "shingles.ndwork"
    /// ``ClusterDecisions``.
    package static let decisions = "decisions.ndwork"

    /// What a file is called before it is whole.
    static func unfinished(_ name: String) -> String { name + ".new" }
}

extension IndexDirectory {
    /// Creates a scratch file, in the place of one that a process left which was stopped.
    func replacingLeftover<Created>(
        _ name: String,
        _ create: () throws(StorageError) -> Created
    ) throws(ClusterError) -> Created {
        try ClusterError.storing { () throws(StorageError) in
            do throws(StorageError) {
                return try create()
            } catch  where error.code == .alreadyExists {
                try remove(name)
                return try create()
            }
        }
    }

    /// Writes a working file, which appears under its name only when it is whole and on the disk.
    func writeWhole(
        _ name: String,
        _ body: (any StorageFile) throws(ClusterError) -> Void
    ) throws(ClusterError) {
        let unfinished = WorkingFiles.unfinished(name)
        let file = try replacingLeftover(unfinished) { () throws(StorageError) in try create(unfinished) }
        try body(file)
        try ClusterError.storing { () throws(StorageError) in
            try file.synchronize()
            try file.close()
            try replace(name, with: unfinished)
        }
    }
}
