package import IndexStorage

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
final class MergeScratch {
    private let files: ScratchFiles
    private let memory: Int
    private let sources: Int
    private var number = 0

    init(_ files: ScratchFiles, memory: Int, sources: Int) {
        self.files = files
        self.memory = memory
        self.sources = max(1, sources)
    }

    /// For the pairs of a table: half of the memory, since there is one at a time.
    func pairs() -> SpilledWords { words(limit: memory / 2 / 8) }

    /// For the new numbers of a source's documents or fingerprints: each has a share in a quarter of it.
    func ranks() -> SpilledWords { words(limit: memory / 4 / 8 / (2 * sources)) }

    private func words(limit: Int) -> SpilledWords {
        number += 1
        return SpilledWords(files, number: number, limit: limit)
    }
}
