internal import IndexStorage
internal import Synchronization

/// Words that several threads add in pieces, each of which is then read where it lies: in memory while they are few, in a
/// scratch file when not.
final class WordStore: Sendable {
    private struct State: ~Copyable {
        var words: [UInt64] = []
        var count = 0
        var file: LockedFile?
    }

    private let storage: any IndexDirectory
    private let name: String
    private let limit: Int
    private let state: Mutex<State>
    private let mapped = Mutex<MappedFile?>(nil)

    /// Keeps at most `limit` words in memory.
    init(_ storage: any IndexDirectory, named name: String, limit: Int) {
        self.storage = storage
        self.name = name
        self.limit = limit
        state = Mutex(State())
    }

    deinit {
        // Never finished: the name is still there.
        if state.withLock({ $0.file != nil }) { try? storage.remove(name) }
    }

    /// Adds a piece; where it lies.
    func add(_ words: UnsafeBufferPointer<UInt64>) throws(ClusterError) -> Range<Int> {
        let storage = storage
        let name = name
        let limit = limit
        return try state.withLock { (state) throws(ClusterError) in
            let start = state.count
            state.count += words.count
            if state.file == nil, state.count > limit {
                let file = try storage.replacingLeftover(name) { () throws(StorageError) in
                    LockedFile(try storage.create(name))
                }
                state.file = file
                let kept = state.words
                state.words = []
                // Words have no padding.
                try ClusterError.storing { () throws(StorageError) in try file.file.append(unsafe kept.span.bytes) }
            }
            if let file = state.file {
                try ClusterError.storing { () throws(StorageError) in
                    try unsafe file.file.append(UnsafeRawBufferPointer(words))
                }
            } else {
                unsafe state.words.append(contentsOf: words)
            }
            return start..<state.count
        }
    }

    /// No more words follow; they can be read from here on.
    func finish() throws(ClusterError) {
        let (storage, name) = (storage, name)
        let file = try state.withLock { (state) throws(ClusterError) -> MappedFile? in
            guard let file = state.file else { return nil }
            return try ClusterError.storing { () throws(StorageError) in
                try file.file.close()
                let mapped = try storage.map(name)
                // The mapping outlives the name.
                try? storage.remove(name)
                state.file = nil
                return mapped
            }
        }
        mapped.withLock { $0 = file }
    }

    /// All words, in the order in which pieces were added.
    func reader() -> WordReader {
        WordReader(words: state.withLock { $0.words }, file: mapped.withLock { $0 })
    }
}

/// A file that only the holder of a lock uses.
final class LockedFile: @unchecked Sendable {
    let file: any StorageFile

    init(_ file: any StorageFile) { self.file = file }
}

/// The words of a ``WordStore``, for any number of threads.
struct WordReader: Sendable {
    fileprivate let words: [UInt64]
    fileprivate let file: MappedFile?

    /// Lends a piece.
    @inline(__always)
    func withWords<Result, Failure>(
        _ range: Range<Int>,
        _ body: (UnsafeBufferPointer<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let file {
            // A mapping begins on a page, and holds this machine's own words from its first byte on.
            return try unsafe file.withUnsafeBytes { (bytes) throws(Failure) in
                try unsafe body(UnsafeBufferPointer(rebasing: bytes.assumingMemoryBound(to: UInt64.self)[range]))
            }
        }
        return try unsafe words.withUnsafeBufferPointer { (words) throws(Failure) in
            try unsafe body(UnsafeBufferPointer(rebasing: words[range]))
        }
    }
}
