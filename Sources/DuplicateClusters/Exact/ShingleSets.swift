package import IndexStorage
internal import NearDuplicates
internal import Synchronization

/// The true shingle sets of documents, in a mapped working file, for figures without error.
///
/// Any number of threads may read it.
package final class ShingleSets: Sendable {
    private let file: MappedFile
    /// All documents, with a set or without.
    package let count: Int

    /// Where the places of sets begin, in words.
    private let places: Int

    // The sets, each ascending and distinct; for each document u64 where its set begins, in words from the file's start, and
    // u64 how many words it has; u64 documents, u64 magic. This machine's own words: the file goes with the run.
    fileprivate static let magic: UInt64 = 0x0A_31_54_45_53_44_4E_89

    /// Opens a file that a ``ShingleSetsWriter`` wrote.
    ///
    /// - Throws: ``ClusterError/storage(_:)`` where there is none; ``ClusterError/workingFile(path:expected:found:)``.
    package init(_ storage: any IndexDirectory, named name: String = WorkingFiles.shingles) throws(ClusterError) {
        let file = try ClusterError.storing { () throws(StorageError) in try storage.map(name) }
        self.file = file
        let words = file.count / 8
        // Both words lie within the file.
        let end: [UInt64] = unsafe file.withUnsafeBytes { bytes in
            words < 2 ? [] : (words - 2..<words).map { unsafe bytes.load(fromByteOffset: 8 * $0, as: UInt64.self) }
        }
        guard end.last == Self.magic, end[0] < 1 << 32, words >= 2 + 2 * Int(end[0]) else {
            throw .workingFile(
                path: storage.path + "/" + name,
                expected: "sets of shingles",
                found: "\(file.count) other bytes"
            )
        }
        count = Int(end[0])
        places = words - 2 - 2 * count
    }

    /// Lends a document's set, ascending; empty where there is none.
    package func withSet<Result>(of document: Int, _ body: (Span<UInt64>) -> Result) -> Result {
        precondition(document >= 0 && document < count, "no such document")
        return unsafe file.withUnsafeBytes { bytes in
            let words = unsafe bytes.assumingMemoryBound(to: UInt64.self)
            let entry = places + 2 * document
            let (start, length) = unsafe (Int(words[entry]), Int(words[entry + 1]))
            // The slice is checked against the file's length.
            return body(unsafe UnsafeBufferPointer(rebasing: words[start..<start + length]).span)
        }
    }

    /// How much two documents have in common; nil where one of them has no set.
    ///
    /// O(shingles).
    func figures(_ document: Int, _ other: Int) -> ClusterFigures? {
        withSet(of: document) { a in
            withSet(of: other) { b in
                guard !a.isEmpty, !b.isEmpty else { return nil }
                let shared = DistinctHashes.countShared(a, b)
                return ClusterFigures(
                    jaccard: Double(shared) / Double(a.count + b.count - shared),
                    containment: Double(shared) / Double(a.count),
                    coverage: Double(shared) / Double(b.count)
                )
            }
        }
    }
}

/// Writes the sets of documents as they are read again: from several threads, in any order.
package final class ShingleSetsWriter: Sendable {
    private struct State: ~Copyable {
        var places: [UInt64]
        var end: UInt64
        var file: LockedFile
    }

    private let storage: any IndexDirectory
    private let state: Mutex<State>

    /// Begins a file for so many documents.
    ///
    /// Holds 16 bytes a document.
    package init(_ storage: any IndexDirectory, documents: Int) throws(ClusterError) {
        self.storage = storage
        let name = WorkingFiles.unfinished(WorkingFiles.shingles)
        let file = try storage.replacingLeftover(name) { () throws(StorageError) in
            LockedFile(try storage.create(name))
        }
        state = Mutex(State(places: [UInt64](repeating: 0, count: 2 * documents), end: 0, file: file))
    }

    /// Adds a document's shingles, in any order and as often as they come.
    package func add(_ shingles: Span<UInt64>, of document: Int) throws(ClusterError) {
        let words = DistinctHashes.sorted(shingles)
        try state.withLock { (state) throws(ClusterError) in
            state.places[2 * document] = state.end
            state.places[2 * document + 1] = UInt64(words.count)
            state.end += UInt64(words.count)
            let file = state.file.file
            try ClusterError.storing { () throws(StorageError) in try file.append(unsafe words.span.bytes) }
        }
    }

    /// Writes where sets lie, and makes the file appear under its name; no more sets follow.
    package func finish() throws(ClusterError) -> ShingleSets {
        let storage = storage
        try state.withLock { (state) throws(ClusterError) in
            let end = [UInt64(state.places.count / 2), ShingleSets.magic]
            let (file, places) = (state.file.file, state.places)
            try ClusterError.storing { () throws(StorageError) in
                // Words have no padding.
                try file.append(unsafe places.span.bytes)
                try file.append(unsafe end.span.bytes)
                try file.synchronize()
                try file.close()
                try storage.replace(WorkingFiles.shingles, with: WorkingFiles.unfinished(WorkingFiles.shingles))
            }
        }
        return try ShingleSets(storage)
    }
}
