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
