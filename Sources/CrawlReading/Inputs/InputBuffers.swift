import CrawlModel

/// Memory that inputs read one after another take over from each other.
///
/// Made anew for each it would cost more than reading a small file.
struct InputBuffers {
    /// For bytes as they lie on disk; empty until an input needs it.
    var packed: [UInt8] = []
    /// For inflated bytes not asked for yet; empty until an input needs it.
    var staged: [UInt8] = []
    /// For bytes read and not yet framed.
    var carry = PaddedBytes.none
}
