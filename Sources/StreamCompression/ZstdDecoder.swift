import CZstd

/// Inflates zstd frames one after another; skippable frames give nothing.
@safe
package struct ZstdDecoder: ~Copyable {
    /// The largest window that a frame of a file may ask for: 2^27 bytes, what `zstd -d` allows too.
    package static let windowLogMax = 27

    private let windowLogMax: Int

    /// The context, owned by this value alone.
    private let context: OpaquePointer
    private var isInFrame = false
    private var framesDone: UInt64 = 0
    /// How many bytes the next step of zstd takes: a header, a block's content or a checksum.
    ///
    /// It never gets more at once. Where a call meets damage, what earlier blocks of the same call gave is lost, and of a frame
    /// that is there whole everything; so what is delivered before the damage would depend on how much is read at a time.
    private var wanted = Self.frameStart
    /// The packed offset of that step's first byte.
    private var stepOffset: UInt64 = 0
    /// The room was full after the last step: more of it may be to come, which must not be lost with the next one either.
    private var mayHoldMore = false

    /// Enough to tell how long a frame's header is, and less than any frame has.
    private static let frameStart = 5
    /// The bytes before a block's content, which zstd asks for together with the content of the block before.
    private static let blockHeader = 3

    init(windowLogMax: Int) throws(CompressionError) {
        guard let context = unsafe ZSTD_createDCtx() else { throw .outOfMemory("a zstd decoder") }
        self.windowLogMax = windowLogMax
        unsafe self.context = unsafe context
        _ = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowLogMax))
    }

    deinit {
        unsafe ZSTD_freeDCtx(context)
    }

    /// Whether the input may end here.
    var isAtBoundary: Bool { !isInFrame && framesDone > 0 }

    /// Inflates until the input or the room is used up.
    mutating func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer,
        _ progress: inout DecodeProgress
    ) throws(CompressionError) {
        // The buffers outlive the calls below, which is as long as zstd keeps the pointers.
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        while true {
            if !isInFrame {
                guard unsafe source.pos < input.count else { return }
                progress.memberOffset = progress.packed
                progress.beginMember(at: progress.packed)
                isInFrame = true
                wanted = Self.frameStart
                stepOffset = progress.packed
            }
            let taken = unsafe source.pos
            let isFlush = mayHoldMore
            if isFlush, unsafe target.pos == target.size { return }
            // Not beyond the input's end.
            unsafe source.size = isFlush ? taken : min(input.count, taken + wanted)
            let given = unsafe target.pos
            let result = unsafe ZSTD_decompressStream(context, &target, &source)
            progress.packed += UInt64(unsafe source.pos - taken)
            progress.inflated += UInt64(unsafe target.pos - given)
            if ZSTD_isError(result) != 0 { throw error(result, progress) }
            let consumed = unsafe source.pos - taken
            let produced = unsafe target.pos - given
            mayHoldMore = unsafe target.pos == target.size
            if consumed == wanted {
                stepOffset = progress.packed
                wanted = result > Self.blockHeader ? result - Self.blockHeader : max(1, result)
            } else {
                wanted -= consumed
            }
            if result == 0 {
                isInFrame = false
                framesDone += 1
                continue
            }
            guard consumed == 0, produced == 0 else { continue }
            if isFlush { continue }
            guard unsafe source.pos == input.count || target.pos == target.size else {
                throw .corrupt(kind: .zstd, detail: "no progress is possible", offset: progress.packed)
            }
            return
        }
    }

    private func error(_ result: Int, _ progress: DecodeProgress) -> CompressionError {
        switch ZSTD_getErrorCode(result) {
        case ZSTD_error_checksum_wrong:
            .checksum(kind: .zstd, memberOffset: progress.memberOffset, offset: stepOffset)
        case ZSTD_error_frameParameter_windowTooLarge:
            .windowTooLarge(limitLog: windowLogMax, offset: progress.memberOffset)
        case ZSTD_error_dictionary_wrong:
            .unsupported(name: "a zstd frame that needs a dictionary", offset: progress.memberOffset)
        case ZSTD_error_memory_allocation:
            .outOfMemory("a zstd window")
        case ZSTD_error_prefix_unknown where framesDone > 0:
            .trailingGarbage(kind: .zstd, offset: progress.memberOffset)
        case ZSTD_error_corruption_detected, ZSTD_error_dstSize_tooSmall:
            // Which of them it is depends on what frames came before.
            .corrupt(kind: .zstd, detail: "a block's data is corrupt", offset: stepOffset)
        default:
            .corrupt(kind: .zstd, detail: zstdMessage(result), offset: stepOffset)
        }
    }
}

/// What zstd calls an error.
func zstdMessage(_ result: Int) -> String {
    // zstd returns a constant string for every code.
    unsafe ZSTD_getErrorName(result).map { unsafe String(cString: $0) } ?? "zstd error \(result)"
}
