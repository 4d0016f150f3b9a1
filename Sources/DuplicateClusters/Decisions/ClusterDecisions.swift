package import IndexStorage
internal import NearDuplicates
internal import ShardFormat
internal import StreamCompression

/// What was decided about every document of a dump, in a mapped working file.
///
/// Any number of threads may read it.
package final class ClusterDecisions: Sendable {
    /// The documents.
    package let count: Int
    /// The documents that are members of a cluster.
    package let memberCount: Int
    private let file: MappedFile

    // u64 magic, u64 documents, u64 members; for each document u32 representative, u8 role, u8 relation (255: none),
    // u8 boilerplate, u8 0, f32 Jaccard, containment, coverage; for each member u64 representative << 32 | member, ascending;
    // u32 CRC-32C of all before. Little-endian.
    private static let magic: UInt64 = 0x0A_31_43_44_45_44_4E_89
    private static let headerBytes = 24
    static let rowBytes = 20

    /// Opens a file that ``find(_:_:_:_:)`` wrote.
    ///
    /// - Throws: ``ClusterError/storage(_:)`` where there is none; ``ClusterError/workingFile(path:expected:found:)``.
    /// - Complexity: O(*n*) for the checksum.
    package convenience init(
        _ storage: any IndexDirectory,
        named name: String = WorkingFiles.decisions
    ) throws(ClusterError) {
        let file = try ClusterError.storing { () throws(StorageError) in try storage.map(name) }
        try self.init(file, path: storage.path + "/" + name)
    }

    private init(_ file: MappedFile, path: String) throws(ClusterError) {
        self.file = file
        let header = Self.headerBytes
        guard file.count >= header + 4, Self.word(file, 0) == Self.magic else {
            throw .workingFile(path: path, expected: "decisions on documents", found: "\(file.count) other bytes")
        }
        let (documents, members) = (Self.word(file, 8), Self.word(file, 16))
        guard documents <= 1 << 32, members <= documents,
            file.count == header + Self.rowBytes * Int(documents) + 8 * Int(members) + 4
        else {
            throw .workingFile(
                path: path,
                expected: "decisions on \(documents) documents, \(members) of them members",
                found: "\(file.count) bytes"
            )
        }
        let end = file.count - 4
        // Both ends lie within the file.
        let sums = unsafe file.withUnsafeBytes { bytes in
            (
                unsafe CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<end])),
                UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self))
            )
        }
        guard sums.0 == sums.1 else {
            throw .workingFile(path: path, expected: "checksum \(sums.1)", found: "\(sums.0)")
        }
        count = Int(documents)
        memberCount = Int(members)
    }

    private static func word(_ file: MappedFile, _ offset: Int) -> UInt64 {
        // Callers have compared the offset with the file's length; the load checks it again.
        unsafe file.withUnsafeBytes {
            UInt64(littleEndian: unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }

    /// What was decided about a document.
    ///
    /// O(1).
    package subscript(document: Int) -> ClusterDecision {
        precondition(document >= 0 && document < count, "no such document")
        let offset = Self.headerBytes + Self.rowBytes * document
        // A row of each document lies within the file, whose length was checked.
        return unsafe file.withUnsafeBytes { unsafe Self.row(at: $0.baseAddress! + offset) }
    }

    /// Reads the decision of a row.
    @unsafe
    static func row(at bytes: UnsafeRawPointer) -> ClusterDecision {
        func number(_ place: Int) -> UInt32 {
            UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        }
        let facts = number(4)
        let relation = Int(facts >> 8 & 0xFF)
        return ClusterDecision(
            role: ClusterDecision.Role(rawValue: UInt8(facts & 0xFF)) ?? .single,
            representative: number(0),
            relation: relation < Relation.allCases.count ? Relation.allCases[relation] : nil,
            jaccard: Float(bitPattern: number(8)),
            containment: Float(bitPattern: number(12)),
            coverage: Float(bitPattern: number(16)),
            isBoilerplateOnly: facts >> 16 & 1 != 0
        )
    }

    /// Writes the decision of a row.
    @unsafe
    static func store(_ decision: ClusterDecision, at bytes: UnsafeMutableRawPointer) {
        let facts =
            UInt32(decision.role.rawValue) | UInt32(decision.relation.map { $0.strength } ?? 255) << 8
            | (decision.isBoilerplateOnly ? 1 << 16 : 0)
        let numbers =
            [
                decision.representative, facts, decision.jaccard.bitPattern, decision.containment.bitPattern,
                decision.coverage.bitPattern,
            ] as [5 of UInt32]
        for index in numbers.indices {
            unsafe bytes.storeBytes(of: numbers[index].littleEndian, toByteOffset: 4 * index, as: UInt32.self)
        }
    }

    /// Calls `body` with each cluster, by ascending number of the document that stands for it, and the numbers of the others,
    /// ascending.
    ///
    /// Holds nothing of a cluster, however large it is: members are lent where they lie, as the low halves of words.
    ///
    /// - Complexity: O(members).
    package func forEachCluster<Failure>(
        _ body: (_ representative: UInt32, _ members: Members) throws(Failure) -> Void
    ) throws(Failure) {
        var start = 0
        while start < memberCount {
            let representative = UInt32(memberWord(start) >> 32)
            var end = start + 1
            while end < memberCount, memberWord(end) >> 32 == UInt64(representative) { end += 1 }
            try body(representative, Members(decisions: self, range: start..<end))
            start = end
        }
    }

    /// The members of one cluster, ascending.
    package struct Members: RandomAccessCollection {
        fileprivate let decisions: ClusterDecisions
        fileprivate let range: Range<Int>

        package var startIndex: Int { 0 }
        package var endIndex: Int { range.count }
        /// A member's number.
        package subscript(index: Int) -> UInt32 {
            precondition(index >= 0 && index < range.count, "no such member")
            return UInt32(truncatingIfNeeded: decisions.memberWord(range.lowerBound + index))
        }
    }

    private func memberWord(_ index: Int) -> UInt64 {
        Self.word(file, Self.headerBytes + Self.rowBytes * count + 8 * index)
    }
}

// MARK: - Writing

extension ClusterDecisions {
    /// Decisions in memory: for tests.
    package convenience init(_ decisions: [ClusterDecision]) {
        var members: [UInt64] = []
        for (number, decision) in decisions.enumerated() where decision.role == .member {
            members.append(UInt64(decision.representative) << 32 | UInt64(number))
        }
        members.sort()
        var bytes = Self.header(documents: decisions.count, members: members.count)
        for decision in decisions { Self.append(decision, to: &bytes) }
        for word in members { bytes.appendLittleEndian(word) }
        bytes.appendLittleEndian(CRC32C.checksum(bytes))
        do throws(ClusterError) {
            try self.init(MappedFile(copying: bytes), path: "decisions")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    static func header(documents: Int, members: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [magic, UInt64(documents), UInt64(members)] { bytes.appendLittleEndian(word) }
        return bytes
    }

    private static func append(_ decision: ClusterDecision, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: rowBytes))
        // A row was appended.
        unsafe bytes.withUnsafeMutableBytes { unsafe store(decision, at: $0.baseAddress! + start) }
    }
}
