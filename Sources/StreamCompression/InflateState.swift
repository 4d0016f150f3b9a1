import CISAL

/// ISA-L's state of one deflate stream after the other: some 80 KB, owned by this value alone.
@safe
struct InflateState: ~Copyable {
    /// What a step took and gave, and what ISA-L said of it.
    struct Step {
        var consumed: Int
        var produced: Int
        var code: Int32
    }

    private let state: UnsafeMutablePointer<inflate_state>
    /// The longest run a deflate symbol stands for, in bytes.
    private static let longestRun = 258

    /// A state in which nothing of another stream is left.
    init() {
        unsafe state = .allocate(capacity: 1)
        // Plain numbers throughout, for which zeros are valid.
        unsafe UnsafeMutableRawBufferPointer(start: state, count: MemoryLayout<inflate_state>.size)
            .initializeMemory(as: UInt8.self, repeating: 0)
        unsafe isal_inflate_init(state)
    }

    deinit { unsafe state.deallocate() }

    /// Whether the stream has come to its end.
    var isDone: Bool { unsafe state.pointee.block_state == ISAL_BLOCK_FINISH }

    /// Begins another stream.
    ///
    /// Where damage left a stream an incomplete code, ISA-L 2.30 looks up what an earlier stream's code put into its tables: they
    /// are emptied, so that what a damaged stream gives depends on it alone.
    mutating func begin(checking trailer: UInt32) {
        unsafe isal_inflate_reset(state)
        unsafe state.pointee.lit_huff_code = inflate_huff_code_large()
        unsafe state.pointee.dist_huff_code = inflate_huff_code_small()
        unsafe state.pointee.crc_flag = trailer
    }

    /// Inflates what it can of `input` into `output`; of more than a gigabyte of either, the first.
    mutating func inflate(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step {
        // ISA-L counts in 32 bits; more is taken by the next step.
        let inputCount = UInt32(min(input.count, 1 << 30))
        let outputCount = UInt32(min(output.count, 1 << 30))
        // ISA-L only reads through `next_in`, and both pointers are set anew before each call, so none outlives its buffer.
        unsafe state.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        unsafe state.pointee.avail_in = inputCount
        unsafe state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe state.pointee.avail_out = outputCount
        let code = unsafe isal_inflate(state)
        // Where ISA-L meets an error, its 2.30 counts the input 8 bytes wrong; nothing is read on from there.
        let consumed = Int(inputCount) - Int(unsafe state.pointee.avail_in)
        let produced = Int(outputCount) - Int(unsafe state.pointee.avail_out)
        return Step(
            consumed: min(max(consumed, 0), Int(inputCount)),
            produced: Self.reliable(min(max(produced, 0), Int(outputCount)), code: code),
            code: code
        )
    }

    /// How many bytes of a step were really inflated.
    ///
    /// Where ISA-L 2.30 meets an invalid symbol or reference it counts the run that was to come as given, though nothing was
    /// written there: up to ``longestRun`` bytes are whatever the buffer held. They are not told apart, so as many are
    /// left out.
    private static func reliable(_ produced: Int, code: Int32) -> Int {
        switch code {
        case ISAL_DECOMP_OK, ISAL_END_INPUT, ISAL_OUT_OVERFLOW, ISAL_INCORRECT_CHECKSUM: produced
        default: max(0, produced - longestRun)
        }
    }
}
