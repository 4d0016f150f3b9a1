import CISAL

/// What of ISA-L's output can be relied on.
enum InflatedOutput {
    /// The longest run a deflate symbol stands for, in bytes.
    private static let longestRun = 258

    /// How many bytes of a step were really inflated.
    ///
    /// Where ISA-L 2.30 meets an invalid symbol or reference it counts the run that was to come as given, though nothing was
    /// written there: up to ``longestRun`` bytes are whatever the buffer held. They are not told apart, so as many are
    /// left out.
    static func reliable(_ produced: Int, code: Int32) -> Int {
        switch code {
        case ISAL_DECOMP_OK, ISAL_END_INPUT, ISAL_OUT_OVERFLOW, ISAL_INCORRECT_CHECKSUM: produced
        default: max(0, produced - longestRun)
        }
    }
}

extension InflatedOutput {
    /// A state of ISA-L in which nothing of another stream is left; the caller's to deallocate.
    static func makeState() -> UnsafeMutablePointer<inflate_state> {
        let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
        // Plain numbers throughout, for which zeros are valid.
        unsafe UnsafeMutableRawBufferPointer(start: state, count: MemoryLayout<inflate_state>.size)
            .initializeMemory(as: UInt8.self, repeating: 0)
        unsafe isal_inflate_init(state)
        return unsafe state
    }

    /// Begins another stream.
    ///
    /// Where damage left a stream an incomplete code, ISA-L 2.30 looks up what an earlier stream's code put into its tables: they
    /// are emptied, so that what a damaged stream gives depends on it alone.
    static func reset(_ state: UnsafeMutablePointer<inflate_state>) {
        unsafe isal_inflate_reset(state)
        unsafe state.pointee.lit_huff_code = inflate_huff_code_large()
        unsafe state.pointee.dist_huff_code = inflate_huff_code_small()
    }
}
