internal import IndexStorage

/// Bytes that are written once and then read in place: in memory while they are few, in a scratch file when not.
///
/// A file's pages, unlike memory, can be written out and taken back by the system at any time.
final class SpilledBytes {
    private let storage: any IndexDirectory
    private let name: String
    /// The most bytes kept in memory.
    private let limit: Int
    /// How many there are.
    private(set) var count = 0
    private var memory = GrowableBuffer<UInt8>()
    private var file: (any StorageFile)?
    private var mapped: MappedFile?

    init(_ scratch: ScratchFiles, number: Int, limit: Int) {
        storage = scratch.storage
        name = scratch.name(number)
        self.limit = limit
    }

    deinit { abandon() }

    /// Adds the bytes of integers as they lie in memory.
    func add<Element: FixedWidthInteger & BitwiseCopyable>(_ values: Span<Element>) throws(ShardError) {
        // An integer has no padding: all its bytes are initialised.
        do throws(StorageError) { try append(unsafe values.bytes) } catch { throw ShardError(error) }
    }

    private func append(_ bytes: RawSpan) throws(StorageError) {
        if file == nil, count + bytes.byteCount > limit {
            let created = try storage.create(name)
            file = created
            try memory.withSpan { (span) throws(StorageError) in try created.append(unsafe span.bytes) }
            memory.removeAll(keepingCapacity: false)
        }
        count += bytes.byteCount
        if let file {
            try file.append(bytes)
        } else {
            // A byte is a byte.
            unsafe bytes.withUnsafeBytes { memory.append(unsafe $0.assumingMemoryBound(to: UInt8.self).span) }
        }
    }

    /// No more bytes follow; they can be read from here on.
    func finish() throws(ShardError) {
        guard let file else { return }
        try ShardError.wrapping { () throws(StorageError) in
            try file.close()
            mapped = try storage.map(name)
        }
        self.file = nil
        // The mapping outlives the name. One that stays is removed by the next writer.
        try? storage.remove(name)
    }

    /// Forgets all bytes, for others.
    func removeAll() {
        abandon()
        mapped = nil
        count = 0
        memory.removeAll(keepingCapacity: true)
    }

    private func abandon() {
        // Never finished: the name is still there.
        if file != nil { try? storage.remove(name) }
        file = nil
    }

    /// Lends all bytes.
    func withBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let mapped { return try unsafe mapped.withUnsafeBytes(body) }
        return try unsafe memory.withUnsafe { (bytes) throws(Failure) in
            try unsafe body(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Lends all bytes, which must have been added as words.
    func withWords<Result, Failure>(
        _ body: (UnsafeBufferPointer<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Memory and a mapping both begin where a word may, and hold this machine's own words.
        try unsafe withBytes { (bytes) throws(Failure) in
            try unsafe body(bytes.assumingMemoryBound(to: UInt64.self))
        }
    }
}
