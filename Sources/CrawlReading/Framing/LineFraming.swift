import CrawlModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Records that are lines: ended by LF or CRLF, the last also by the end.
///
/// Blank lines are none.
struct LineFraming: RecordFraming {
    private let maxRecordBytes: Int
    private let maxRecords: Int
    /// Where the next line end is looked for: what comes before was looked at in an earlier call.
    private var scanned: UInt64 = 0
    /// Where a line over the limit began whose end hasn't come yet.
    private var skippedFrom: UInt64?

    /// Creates a framer.
    ///
    /// - Parameters:
    ///   - maxRecordBytes: longer lines are passed over.
    ///   - maxRecords: it stops, wherever that is, once so many records are found: each takes memory of its own, and lines
    ///     may be short.
    init(maxRecordBytes: Int, maxRecords: Int = .max) {
        self.maxRecordBytes = maxRecordBytes
        self.maxRecords = maxRecords
    }

    func resumeOffset(base: UInt64) -> UInt64? { skippedFrom ?? base }

    mutating func frame(
        _ bytes: UnsafeRawBufferPointer,
        base: UInt64,
        isLast: Bool,
        into found: inout FramedRecords
    ) -> Int {
        var at = 0
        while at < bytes.count {
            if found.records.count + found.skipped.count >= maxRecords { return at }
            let from = scanned > base ? max(at, Int(min(scanned - base, UInt64(bytes.count)))) : at
            guard let lineEnd = unsafe lineEnd(bytes, from) else {
                return unsafe frameUnended(bytes, at, base, isLast, &found)
            }
            if let start = skippedFrom {
                skip(from: start, to: base + UInt64(lineEnd), &found)
            } else {
                unsafe take(bytes, at..<lineEnd, base, isEnded: true, &found)
            }
            skippedFrom = nil
            at = lineEnd + 1
        }
        if isLast, let start = skippedFrom {
            skip(from: start, to: base + UInt64(bytes.count), &found)
            skippedFrom = nil
        }
        return at
    }

    /// Handles the bytes after the last line end.
    private mutating func frameUnended(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ base: UInt64,
        _ isLast: Bool,
        _ found: inout FramedRecords
    ) -> Int {
        let end = base + UInt64(bytes.count)
        scanned = end
        // One byte over the limit may still be the CR of a CRLF.
        if skippedFrom == nil, bytes.count - at > maxRecordBytes + 1 { skippedFrom = base + UInt64(at) }
        if let start = skippedFrom {
            if isLast {
                skip(from: start, to: end, &found)
                skippedFrom = nil
            }
            return bytes.count
        }
        guard isLast else { return at }
        unsafe take(bytes, at..<bytes.count, base, isEnded: false, &found)
        return bytes.count
    }

    private func take(
        _ bytes: UnsafeRawBufferPointer,
        _ line: Range<Int>,
        _ base: UInt64,
        isEnded: Bool,
        _ found: inout FramedRecords
    ) {
        var count = line.count
        if count > 0, unsafe bytes[line.upperBound - 1] == 0x0D { count -= 1 }
        guard count <= maxRecordBytes else {
            skip(from: base + UInt64(line.lowerBound), to: base + UInt64(line.upperBound), &found)
            return
        }
        guard unsafe !isBlank(bytes, line.lowerBound, count) else { return }
        found.records.append(
            RecordExtent(
                start: line.lowerBound,
                count: count,
                terminatorCount: line.count - count + (isEnded ? 1 : 0),
                offset: base + UInt64(line.lowerBound)
            )
        )
    }

    private func skip(from start: UInt64, to end: UInt64, _ found: inout FramedRecords) {
        found.skipped.append(.init(tooLong: end - start, at: start, limit: maxRecordBytes))
    }

    private func isBlank(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Bool {
        var at = start
        while at < start + count, unsafe bytes[at].isJSONSpace { at += 1 }
        return at == start + count
    }

    /// The next LF at or after `from`.
    private func lineEnd(_ bytes: UnsafeRawBufferPointer, _ from: Int) -> Int? {
        guard from < bytes.count, let start = bytes.baseAddress else { return nil }
        // memchr looks at the `bytes.count - from` bytes from `from` on, which lie within the buffer.
        return unsafe memchr(start + from, 0x0A, bytes.count - from).map { unsafe start.distance(to: $0) }
    }
}

/// One record: the whole input.
struct WholeFraming: RecordFraming {
    private let maxRecordBytes: Int
    private var skippedFrom: UInt64?

    init(maxRecordBytes: Int) { self.maxRecordBytes = maxRecordBytes }

    mutating func frame(
        _ bytes: UnsafeRawBufferPointer,
        base: UInt64,
        isLast: Bool,
        into found: inout FramedRecords
    ) -> Int {
        if skippedFrom == nil, bytes.count > maxRecordBytes { skippedFrom = base }
        guard let start = skippedFrom else {
            guard isLast else { return 0 }
            if bytes.count > 0 { found.records.append(RecordExtent(start: 0, count: bytes.count, offset: base)) }
            return bytes.count
        }
        if isLast {
            let length = base + UInt64(bytes.count) - start
            found.skipped.append(
                .init(
                    offset: start,
                    length: length,
                    code: .recordTooLong,
                    message: "the file has \(length) bytes of text; the limit for records is \(maxRecordBytes)"
                )
            )
        }
        return bytes.count
    }
}
