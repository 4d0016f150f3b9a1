import CrawlModel

/// ARC records of version 1 and 2: a line that says how long the record is, the record, a line end.
struct ARCFraming: BlockFraming {
    private let source: String
    private let maxRecordBytes: Int
    var state = BlockFramingState.record

    init(source: String, maxRecordBytes: Int) {
        self.source = source
        self.maxRecordBytes = maxRecordBytes
    }

    mutating func frameRecord(
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
            lose(offset, .notARecord, "expected a line of URL, address, date, type and length, got other bytes")
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
                found.skipped.append(.init(tooLong: UInt64(count), at: offset, limit: maxRecordBytes))
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
            return unsafe frameCutRecord(bytes, at, count, base, searchFrom: at, &found)
        }
        guard let next = unsafe terminatorEnd(bytes, end, atMost: 2, isLast) else { return nil }
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
                    lose(offset, .truncatedRecord, "the record's length takes in the beginning of another record")
                    return at
                }
                // A line that begins within the content and isn't whole yet.
                if inner == nil, !isAll, kept < end { return nil }
            }
        }
        unsafe countType(bytes, header, &found.recordTypes)
        found.records.append(RecordExtent(at..<end, header: header.length, next: next, base))
        return next
    }

    func cutOff(at offset: UInt64, missing: UInt64) -> CrawlInputError {
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

    func nextRecord(_ bytes: UnsafeRawBufferPointer, _ at: Int, isLast: Bool) -> (next: Int?, kept: Int) {
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
