import CrawlModel

/// ARC records of version 1 and 2: a line that says how long the record is, the record, a line end.
struct ARCFraming: RecordFraming {
    private enum State {
        /// Before a record, or the line ends before one.
        case record
        /// In a record that is passed over: this many bytes are left.
        case passing(left: UInt64)
        /// In bytes that belong to no record, since this offset.
        case lost(since: UInt64, code: SkipCode, message: String)
    }

    private let source: String
    private let maxRecordBytes: Int
    private var state = State.record

    init(source: String, maxRecordBytes: Int) {
        self.source = source
        self.maxRecordBytes = maxRecordBytes
    }

    func resumeOffset(base: UInt64) -> UInt64? {
        if case .record = state { base } else { nil }
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
                while at < bytes.count, unsafe bytes[at] == 0x0D || bytes[at] == 0x0A { at += 1 }
                guard at < bytes.count, let next = unsafe frameRecord(bytes, at, base, isLast, &found) else {
                    return at
                }
                at = next
            }
        }
        return at
    }

    /// Frames the record that begins at `at`; returns where to go on, or nil where more bytes are needed.
    private mutating func frameRecord(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ base: UInt64,
        _ isLast: Bool,
        _ found: inout FramedRecords
    ) -> Int? {
        let offset = base + UInt64(at)
        switch unsafe ARCHeader.read(bytes, at: at, isLast: isLast) {
        case .needsMore: return nil
        case .malformed:
            state = .lost(
                since: offset,
                code: .notARecord,
                message: "expected a line of URL, address, date, type and length, got other bytes"
            )
            return at
        case .complete(let header):
            return unsafe frameBlock(bytes, at, header, base, isLast, &found)
        }
    }

    private mutating func frameBlock(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ header: ARCHeader,
        _ base: UInt64,
        _ isLast: Bool,
        _ found: inout FramedRecords
    ) -> Int? {
        let offset = base + UInt64(at)
        // Both are bounded: the line by its limit, the content by 18 digits.
        let count = header.length + header.contentLength
        let isDocument = unsafe !header.hasScheme(bytes, "filedesc:")
        guard isDocument, count <= maxRecordBytes else {
            if isDocument {
                let message = "the record has \(count) bytes; the limit for records is \(maxRecordBytes)"
                found.skipped.append(
                    .init(offset: offset, length: UInt64(count), code: .recordTooLong, message: message)
                )
            } else {
                found.passedOver.recordTypes.add("filedesc")
            }
            unsafe countType(bytes, header, &found.recordTypes)
            state = .passing(left: UInt64(count))
            return at
        }
        let end = at + count
        guard end <= bytes.count else {
            guard isLast else { return nil }
            return unsafe frameCutRecord(bytes, at, header, base, &found)
        }
        var next = end
        while next < bytes.count, next - end < 2, unsafe bytes[next] == 0x0D || bytes[next] == 0x0A { next += 1 }
        guard isLast || next - end == 2 || next < bytes.count else { return nil }
        // A length that is wrong hardly ever ends before a line end; so what follows one isn't waited for.
        if next == end, next < bytes.count {
            switch unsafe ARCHeader.read(bytes, at: unsafe afterLineEnds(bytes, next), isLast: isLast) {
            case .complete: break
            case .needsMore: return nil
            case .malformed:
                // The length may be wrong: too long, where another record begins within the content.
                let reach = min(bytes.count, end + ARCHeader.maxLength)
                let whole = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<reach])
                let isAll = isLast || reach < bytes.count || reach == end + ARCHeader.maxLength
                let (inner, kept) = unsafe nextRecord(whole, at, isLast: isAll)
                if let inner, inner < end {
                    lose(offset, "the record's length takes in the beginning of another record")
                    return at
                }
                // A line that begins within the content and isn't whole yet.
                if inner == nil, !isAll, kept < end { return nil }
            }
        }
        unsafe countType(bytes, header, &found.recordTypes)
        found.records.append(
            RecordExtent(
                start: at,
                count: count,
                contentOffset: header.length,
                terminatorCount: next - end,
                offset: offset
            )
        )
        return next
    }

    /// The last record says that it is longer than what is left: look for one that begins within it.
    private mutating func frameCutRecord(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ header: ARCHeader,
        _ base: UInt64,
        _ found: inout FramedRecords
    ) -> Int {
        let offset = base + UInt64(at)
        let missing = header.length + header.contentLength - (bytes.count - at)
        guard unsafe nextRecord(bytes, at, isLast: true).next != nil else {
            found.failure = cutOff(at: offset, missing: UInt64(missing))
            return bytes.count
        }
        lose(offset, "the record says that it has \(missing) bytes more than the input; others follow")
        return at
    }

    private mutating func lose(_ offset: UInt64, _ message: String) {
        state = .lost(since: offset, code: .truncatedRecord, message: message)
    }

    private func cutOff(at offset: UInt64, missing: UInt64) -> CrawlInputError {
        .init(
            code: .truncatedRecord,
            source: source,
            offset: offset,
            message: "the last record is \(missing) bytes shorter than it says; the file was probably cut off"
        )
    }

    private func countType(_ bytes: UnsafeRawBufferPointer, _ header: ARCHeader, _ counts: inout NamedCounts) {
        if unsafe header.hasScheme(bytes, "filedesc:") { return counts.add("filedesc") }
        counts.add(unsafe header.hasScheme(bytes, "http") ? "response" : "resource")
    }

    private func afterLineEnds(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int {
        var at = at
        while at < bytes.count, unsafe bytes[at] == 0x0D || bytes[at] == 0x0A { at += 1 }
        return at
    }

    /// The next line after `at` that a record may begin with.
    ///
    /// - Returns: where it is; and where there is none yet, how many bytes can be done with.
    private func nextRecord(_ bytes: UnsafeRawBufferPointer, _ at: Int, isLast: Bool) -> (next: Int?, kept: Int) {
        var at = at
        while let lineEnd = unsafe bytes[at...].firstIndex(of: 0x0A) {
            switch unsafe ARCHeader.read(bytes, at: lineEnd + 1, isLast: isLast) {
            case .complete: return (lineEnd + 1, at)
            // The line end stays, so that the line behind it is known for one.
            case .needsMore: return (nil, lineEnd)
            case .malformed: at = lineEnd + 1
            }
        }
        return (nil, bytes.count)
    }
}
