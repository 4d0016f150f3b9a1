import CrawlModel

/// Records found in a buffer, and those passed over.
struct FramedRecords {
    /// A record passed over, before it is given its source.
    struct Skipped {
        var offset: UInt64
        var length: UInt64
        var code: SkipCode
        var message: String?

        init(offset: UInt64, length: UInt64, code: SkipCode, message: String?) {
            self.offset = offset
            self.length = length
            self.code = code
            self.message = message
        }

        /// A record longer than it may be.
        init(tooLong length: UInt64, at offset: UInt64, limit: Int) {
            self.init(
                offset: offset,
                length: length,
                code: .recordTooLong,
                message: "the record has \(length) bytes; the limit for records is \(limit)"
            )
        }
    }

    /// Records; `start` counts in the buffer they were found in.
    var records: [RecordExtent] = []
    var skipped: [Skipped] = []
    /// Records passed over because of their type, where they are to be told of.
    var others: [RecordExtent] = []
    /// Records passed over because of their type.
    var passedOver = PassedOverCounts()
    /// Records by type.
    var recordTypes = NamedCounts()
    /// What ends the source here.
    var failure: CrawlInputError?

    var isEmpty: Bool { records.isEmpty && skipped.isEmpty && others.isEmpty && failure == nil }
}

/// Finds where records begin and end.
///
/// Bytes come in a buffer that begins where the last call stopped consuming, and that may end anywhere: a framer gives
/// the same records wherever it ends, and never leaves more unconsumed than the longest record and its header, unless it
/// has found as many records as it may.
protocol RecordFraming {
    /// Where another framer could begin to find what this one has not found yet: between two records.
    ///
    /// - Parameter base: the inflated offset of the first byte not consumed yet.
    /// - Returns: `base`, or an earlier offset; nil where there is none.
    func resumeOffset(base: UInt64) -> UInt64?

    /// Where bytes begin that belong to no sound record, if it is not known yet where they end.
    var skippingFrom: UInt64? { get }

    /// Finds the records that are whole in `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: inflated bytes; what follows them in the stream is not known.
    ///   - base: the inflated offset of the first of them.
    ///   - isLast: whether the stream ends after them.
    ///   - found: what was found is appended.
    /// - Returns: how many bytes are done with. The others must come again, with more after them.
    mutating func frame(
        _ bytes: UnsafeRawBufferPointer,
        base: UInt64,
        isLast: Bool,
        into found: inout FramedRecords
    ) -> Int
}

extension RecordFraming {
    func resumeOffset(base: UInt64) -> UInt64? { nil }

    var skippingFrom: UInt64? { nil }
}
