internal import IndexStorage

/// Room that a kernel writes to: in memory while it is small, in a scratch file when not.
// @safe: the pointer leaves only through a member that is marked unsafe. Unchecked: whoever shares one sees to it that threads
// write to different parts.
@safe
final class ScratchRoom: @unchecked Sendable {
    private let files: ScratchFiles
    private let number: Int
    /// The most bytes kept in memory.
    private let limit: Int
    private var memory = GrowableBuffer<UInt8>()
    private var mapping: ScratchMapping?
    private(set) var count = 0

    init(_ files: ScratchFiles, number: Int, limit: Int) {
        self.files = files
        self.number = number
        self.limit = limit
    }

    /// Makes room for so many bytes, which are anything until written.
    func make(_ count: Int) throws(ShardError) {
        self.count = count
        mapping = nil
        memory.removeAll(keepingCapacity: count <= limit)
        if count <= limit {
            memory.reserve(max(count, 1))
            memory.extend(to: count)
        } else {
            mapping = try ShardError.wrapping { () throws(StorageError) in
                try files.storage.scratch(files.name(number), count: count)
            }
        }
    }

    /// Where the room begins; valid until more is made, or this object goes.
    @unsafe
    var base: UnsafeMutablePointer<UInt8> {
        // There is memory, if only for one byte; a mapping is of more bytes than none.
        if let mapping { return unsafe mapping.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) }
        return unsafe memory.base!
    }

    /// Lends all bytes, once they are written.
    func withBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The object, and with it the room, lives until the call returns.
        try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }
}
