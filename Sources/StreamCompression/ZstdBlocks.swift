import CZstd

/// Packs blocks of bytes one by one with zstd; the context is reused from block to block.
@safe
package struct ZstdBlockCompressor: ~Copyable {
    private let context: OpaquePointer

    /// Creates a compressor.
    ///
    /// - Parameters:
    ///   - level: zstd's level, 1 to 19 (others are clamped by zstd).
    ///   - checksum: whether each block carries zstd's own checksum (4 bytes).
    /// - Throws: ``CompressionError/outOfMemory(_:)``.
    package init(level: Int = 3, checksum: Bool = false) throws(CompressionError) {
        guard let context = unsafe ZSTD_createCCtx() else { throw .outOfMemory("a zstd encoder") }
        unsafe self.context = unsafe context
        _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(clamping: level))
        _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum ? 1 : 0)
    }

    deinit {
        unsafe ZSTD_freeCCtx(context)
    }

    /// Packs `block` into one frame and appends it.
    ///
    /// The same block and level give the same bytes.
    ///
    /// - Returns: the frame's length in bytes.
    @discardableResult
    package mutating func compress(
        _ block: UnsafeRawBufferPointer,
        appendingTo packed: inout [UInt8]
    ) throws(CompressionError) -> Int {
        let bound = ZSTD_compressBound(block.count)
        guard ZSTD_isError(bound) == 0 else { throw .encoding(detail: zstdMessage(bound)) }
        let start = packed.count
        var result = 0
        packed.append(addingCapacity: bound) { span in
            // The room has `bound` bytes, of which zstd says how many it wrote; it keeps neither pointer.
            unsafe span.withUnsafeMutableBufferPointer { room, count in
                result = unsafe ZSTD_compress2(context, room.baseAddress, room.count, block.baseAddress, block.count)
                if ZSTD_isError(result) == 0 { count = result }
            }
        }
        guard ZSTD_isError(result) == 0 else { throw .encoding(detail: zstdMessage(result)) }
        return packed.count - start
    }

    /// Packs `block` into one frame and appends it.
    @discardableResult
    package mutating func compress(_ block: [UInt8], appendingTo packed: inout [UInt8]) throws(CompressionError) -> Int
    {
        // The closure's buffer lives as long as the call.
        try unsafe block.withUnsafeBufferPointer { (bytes) throws(CompressionError) -> Int in
            try unsafe compress(UnsafeRawBufferPointer(bytes), appendingTo: &packed)
        }
    }
}

/// Inflates blocks whose length the caller knows; the context is reused from block to block.
@safe
package struct ZstdBlockDecompressor: ~Copyable {
    private let context: OpaquePointer

    /// Creates a decompressor.
    package init() throws(CompressionError) {
        guard let context = unsafe ZSTD_createDCtx() else { throw .outOfMemory("a zstd decoder") }
        unsafe self.context = unsafe context
    }

    deinit {
        unsafe ZSTD_freeDCtx(context)
    }

    /// Inflates one block, which must fill `output` exactly.
    ///
    /// What the frame says of its own length is never relied on.
    ///
    /// - Throws: ``CompressionError/wrongLength(expected:got:)`` and ``CompressionError/tooLong(limit:)`` where it gives
    ///   fewer or more bytes; ``CompressionError/corrupt(kind:detail:offset:)`` and
    ///   ``CompressionError/checksum(kind:memberOffset:offset:)`` where it is damaged.
    package mutating func decompress(
        _ packed: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) {
        // zstd writes no more than `output.count` bytes and keeps neither pointer.
        let got = unsafe ZSTD_decompressDCtx(
            context,
            output.baseAddress,
            output.count,
            packed.baseAddress,
            packed.count
        )
        if ZSTD_isError(got) != 0 {
            switch ZSTD_getErrorCode(got) {
            case ZSTD_error_dstSize_tooSmall: throw .tooLong(limit: output.count)
            case ZSTD_error_checksum_wrong: throw .checksum(kind: .zstd, memberOffset: 0, offset: 0)
            case ZSTD_error_memory_allocation: throw .outOfMemory("a zstd window")
            default: throw .corrupt(kind: .zstd, detail: zstdMessage(got), offset: 0)
            }
        }
        guard got == output.count else { throw .wrongLength(expected: output.count, got: got) }
    }

    /// Inflates one block of `packed` to exactly `count` bytes and appends them to `output`; appends nothing when it throws.
    ///
    /// - Precondition: the caller has bounded `count`.
    package mutating func decompress(
        _ packed: some Collection<UInt8>,
        count: Int,
        appendingTo output: inout [UInt8]
    ) throws(CompressionError) {
        guard count >= 0 else { throw .wrongLength(expected: count, got: 0) }
        let contiguous = ContiguousArray(packed)
        try output.append(addingCapacity: count) { (span) throws(CompressionError) in
            // Both buffers live as long as the call; the room has `count` bytes, and all of them are set or none counts.
            try unsafe span.withUnsafeMutableBufferPointer { (room, filled) throws(CompressionError) in
                try unsafe contiguous.withUnsafeBufferPointer { (source) throws(CompressionError) in
                    try unsafe decompress(UnsafeRawBufferPointer(source), into: UnsafeMutableRawBufferPointer(room))
                }
                filled = room.count
            }
        }
    }
}

// Each owns its context alone, and contexts keep nothing of a thread.
extension ZstdBlockCompressor: @unchecked Sendable {}
extension ZstdBlockDecompressor: @unchecked Sendable {}
