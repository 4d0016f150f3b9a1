internal import IndexStorage

/// Words that are written once and then read in place: in memory while they are few, in a scratch file when not.
///
/// A file's pages, unlike memory, can be written out and taken back by the system at any time.
final class SpilledWords {
    private let storage: any IndexDirectory
    private let name: String
    /// The most words kept in memory.
    private let limit: Int
    private(set) var count = 0
    private var words = GrowableBuffer<UInt64>()
    private var file: (any StorageFile)?
    private var mapped: MappedFile?

    init(_ scratch: ScratchFiles, number: Int, limit: Int) {
        storage = scratch.storage
        name = scratch.name(number)
        self.limit = limit
    }

    deinit {
        // Never finished: the name is still there.
        if file != nil { try? storage.remove(name) }
    }

    func add(_ more: Span<UInt64>) throws(ShardError) {
        do throws(StorageError) { try append(more) } catch { throw ShardError(error) }
    }

    private func append(_ more: Span<UInt64>) throws(StorageError) {
        if file == nil, count + more.count > limit {
            let created = try storage.create(name)
            file = created
            try words.withSpan { (span) throws(StorageError) in try created.append(unsafe span.bytes) }
            words.removeAll(keepingCapacity: false)
        }
        count += more.count
        // A word has no padding: all its bytes are initialised.
        if let file { try file.append(unsafe more.bytes) } else { words.append(more) }
    }

    /// No more words follow; they can be read from here on.
    func finish() throws(StorageError) {
        guard let file else { return }
        try file.close()
        mapped = try storage.map(name)
        self.file = nil
        // The mapping outlives the name. One that stays is removed by the next writer.
        try? storage.remove(name)
    }

    /// Lends all words.
    func withWords<Result, Failure>(
        _ body: (UnsafeBufferPointer<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let mapped else { return try unsafe words.withUnsafe(body) }
        // A mapping begins on a page, and the file is this machine's own words from its first byte on.
        return try unsafe mapped.withUnsafeBytes { (bytes) throws(Failure) in
            try unsafe body(bytes.assumingMemoryBound(to: UInt64.self))
        }
    }
}
