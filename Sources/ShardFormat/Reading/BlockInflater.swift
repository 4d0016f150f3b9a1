internal import StreamCompression

/// Inflates blocks for the cursors of one caller, which may share it: its working memory (some 100 KB) is then needed
/// once.
public final class BlockInflater {
    private var decompressor: ZstdBlockDecompressor?

    /// Creates an inflater; it takes memory when it is first needed.
    public init() {}

    /// Replaces the contents of `output` by exactly `count` bytes.
    func inflate(
        _ packed: UnsafeRawBufferPointer,
        count: Int,
        into output: inout GrowableBuffer<UInt8>
    ) throws(CompressionError) {
        if decompressor == nil { decompressor = try ZstdBlockDecompressor() }
        output.removeAll(keepingCapacity: true)
        // The room is exactly the block's raw length, which its reader has bounded.
        try unsafe output.append(room: count) { (room) throws(CompressionError) in
            try unsafe decompressor!.decompress(packed, into: UnsafeMutableRawBufferPointer(room))
            return count
        }
    }
}
