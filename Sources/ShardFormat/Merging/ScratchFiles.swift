package import IndexStorage
internal import Synchronization

/// Where a merge puts what memory has no room for: files of a directory that are gone when it ends.
package struct ScratchFiles: Sendable {
    /// What their names end with, so that the next writer knows what a stopped one left behind.
    package static let suffix = ".ndscratch"

    let storage: any IndexDirectory
    private let prefix: String

    /// Names a directory, and a beginning of names that no other merge uses there.
    package init(_ storage: any IndexDirectory, prefix: String) {
        self.storage = storage
        self.prefix = prefix
    }

    func name(_ number: Int) -> String { "\(prefix)-\(number)\(Self.suffix)" }
}

/// The scratch of one merge: what each part may keep in memory, and a file of its own for each that needs one.
final class MergeScratch: Sendable {
    private let files: ScratchFiles
    private let memory: Int
    private let sources: Int
    private let number = Atomic(0)

    init(_ files: ScratchFiles, memory: Int, sources: Int) {
        self.files = files
        self.memory = memory
        self.sources = max(1, sources)
    }

    // One table at a time is merged.

    /// For a table's packed entries: more than half.
    func entries() -> SpilledBytes { bytes(limit: memory / 16 * 9) }

    func commonDirectory() -> SpilledBytes { bytes(limit: memory / 32) }

    func commonValues() -> SpilledBytes { bytes(limit: memory / 16) }

    func lines() -> ScratchRoom { room(limit: memory / 16) }

    /// For the new numbers of a source's documents or fingerprints: each has a share.
    func ranks() -> SpilledBytes { bytes(limit: memory / 8 / (2 * sources)) }

    /// For the pairs of the part of a table that a thread is at.
    func partPairs() -> SpilledBytes { bytes(limit: partBytes) }

    /// For the common keys of a part, or their values.
    func partCommon() -> ScratchRoom { room(limit: partBytes / 4) }

    /// The pairs that a part of a table should have.
    var pairsInPart: Int { max(1 << 10, min(partBytes / 8, TableRangeReader.chunkPairs) / 4 * 3) }

    /// How many parts of a table are merged between one time that the threads wait for each other and the next.
    var partsInWave: Int { min(max(memory / (8 << 20), 4), 16) }

    /// The same of pieces of a column, and about how many bytes each has.
    var piecesInWave: Int { 2 * partsInWave }
    var pieceBytes: Int { min(max(memory / 512, 16 << 10), 128 << 10) }

    private var partBytes: Int { min(memory / 32, 1 << 20) }

    private func bytes(limit: Int) -> SpilledBytes { SpilledBytes(files, number: nextNumber(), limit: limit) }

    private func room(limit: Int) -> ScratchRoom { ScratchRoom(files, number: nextNumber(), limit: limit) }

    private func nextNumber() -> Int { number.wrappingAdd(1, ordering: .relaxed).newValue }
}
