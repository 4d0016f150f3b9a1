import CrawlModel

/// What a framing of records that say how long they are is in the middle of.
enum BlockFramingState {
    /// Before a record, or the line ends before one.
    case record
    /// In a record that is passed over: this many bytes are left.
    case passing(left: UInt64)
    /// In bytes that belong to no record, since this offset.
    case lost(since: UInt64, code: SkipCode, message: String)
}

/// Framing of records that begin with a header which says how long they are: WARC and ARC.
///
/// Where such a header or its length can't be relied on, reading goes on at the next line that looks like one.
protocol BlockFraming: RecordFraming {
    var state: BlockFramingState { get set }

    /// Frames the record that begins at `at`; returns where to go on, or nil where more bytes are needed.
    mutating func frameRecord(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ base: UInt64,
        _ isLast: Bool,
        _ found: inout FramedRecords
    ) -> Int?

    /// The next line after `at` that a record may begin with.
    ///
    /// - Returns: where it is; and where there is none yet, up to where the bytes can be done with.
    func nextRecord(_ bytes: UnsafeRawBufferPointer, _ at: Int, isLast: Bool) -> (next: Int?, kept: Int)

    /// Says that the last record is cut off.
    func cutOff(at offset: UInt64, missing: UInt64) -> CrawlInputError
}

extension BlockFraming {
    func resumeOffset(base: UInt64) -> UInt64? {
        if case .record = state { base } else { nil }
    }

    var skippingFrom: UInt64? {
        if case .lost(let since, _, _) = state { since } else { nil }
    }

    mutating func frame(
        _ bytes: UnsafeRawBufferPointer,
        base: UInt64,
        isLast: Bool,
        into found: inout FramedRecords
    ) -> Int {
        var at = 0
        while found.failure == nil {
            switch state {
            case .passing(let left):
                let count = Int(min(left, UInt64(bytes.count - at)))
                at += count
                state = left == UInt64(count) ? .record : .passing(left: left - UInt64(count))
                guard case .record = state else {
                    if isLast { found.failure = cutOff(at: base + UInt64(at), missing: left - UInt64(count)) }
                    return at
                }
            case .lost(let since, let code, let message):
                let (next, kept) = unsafe nextRecord(bytes, at, isLast: isLast)
                guard next != nil || isLast else { return kept }
                let end = next ?? bytes.count
                found.skipped.append(
                    .init(offset: since, length: base + UInt64(end) - since, code: code, message: message)
                )
                at = end
                state = .record
            case .record:
                at = unsafe afterLineEnds(bytes, at)
                guard at < bytes.count, let next = unsafe frameRecord(bytes, at, base, isLast, &found) else {
                    return at
                }
                at = next
            }
        }
        return at
    }

    /// The last record says that it has `count` bytes, more than are left: look for one that begins within it.
    ///
    /// - Returns: where to go on.
    mutating func frameCutRecord(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ count: Int,
        _ base: UInt64,
        searchFrom start: Int,
        _ found: inout FramedRecords
    ) -> Int {
        let offset = base + UInt64(at)
        let missing = count - (bytes.count - at)
        guard unsafe nextRecord(bytes, start, isLast: true).next != nil else {
            found.failure = cutOff(at: offset, missing: UInt64(missing))
            return bytes.count
        }
        lose(
            offset,
            .truncatedRecord,
            "the record says that it has \(missing) bytes more than the input; others follow"
        )
        return start
    }

    mutating func lose(_ offset: UInt64, _ code: SkipCode, _ message: String) {
        state = .lost(since: offset, code: code, message: message)
    }

    /// Where the bytes of line ends that follow a record end; nil where they may go on beyond the bytes.
    ///
    /// They are part of where the record lies, so that they have to be there, or the end.
    func terminatorEnd(_ bytes: UnsafeRawBufferPointer, _ end: Int, atMost count: Int, _ isLast: Bool) -> Int? {
        var next = end
        while next < bytes.count, next - end < count, unsafe bytes[next] == 0x0D || bytes[next] == 0x0A { next += 1 }
        return isLast || next - end == count || next < bytes.count ? next : nil
    }

    /// The first byte at or after `at` that is of no line end.
    func afterLineEnds(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int {
        var at = at
        while at < bytes.count, unsafe bytes[at] == 0x0D || bytes[at] == 0x0A { at += 1 }
        return at
    }
}

extension RecordExtent {
    /// A record that has a header of so many bytes; `next` is where its line ends end, and `base` the offset of the first of the bytes.
    init(_ range: Range<Int>, header: Int, next: Int, _ base: UInt64) {
        self.init(
            start: range.lowerBound,
            count: range.count,
            contentOffset: header,
            terminatorCount: next - range.upperBound,
            offset: base + UInt64(range.lowerBound)
        )
    }
}
