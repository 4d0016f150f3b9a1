import CrawlModel
import StreamCompression

/// One input being read: fills batches with its records, in order.
///
/// Memory is bounded by the batch and the longest record, whatever the input's length.
final class OpenInput {
    private let input: CrawlInput
    private let options: ReadingOptions
    /// Whether reading began where an earlier run stopped.
    private var isResumed = false
    private var stream: InflatingInput
    private var framing: (any RecordFraming)?
    private var format: InputFormat
    /// Bytes read and not yet framed, from the inflated offset ``base`` on.
    private var carry: PaddedBytes
    private var base: UInt64 = 0
    private var found = FramedRecords()
    private var hasFoundAny = false
    /// Why no more can be read; told once all records before it are.
    private var streamFailure: CrawlInputError?
    private var reportedPackedBytes: UInt64 = 0

    /// A batch of shorter records ends early: records, documents and sketches take some hundred bytes each.
    private static let leastRecordBytes = 256

    /// Opens an input, which takes over the buffers of the one before until ``giveBack(to:)``.
    init(_ input: CrawlInput, options: ReadingOptions, lending buffers: inout InputBuffers) throws(CrawlInputError) {
        self.input = input
        self.options = options
        format = options.format ?? .text
        carry = .none
        stream = try InflatingInput(input, lending: &buffers)
        swap(&carry, &buffers.carry)
        // In a file that took the place of the one spoken of, the point means nothing.
        if let point = input.resumePoint, input.resumeStamp == nil || input.resumeStamp == stream.stamp {
            isResumed = true
            try stream.seek(to: point)
            format = point.format
            base = point.offset
            framing = makeFraming()
            // What the input holds was found before.
            hasFoundAny = true
        }
    }

    /// Gives back the buffers it was lent; nothing is read afterwards.
    func giveBack(to buffers: inout InputBuffers) {
        carry.removeAll(keepingAtMost: options.batchBytes)
        swap(&carry, &buffers.carry)
        stream.giveBack(to: &buffers)
    }

    /// Fills an empty batch.
    ///
    /// After the last there is an ``RecordBatch/end``.
    func fill(_ batch: inout RecordBatch) {
        let start = base
        var target = options.batchBytes
        if framing == nil { target = max(target, ContentRecognition.prefixLength) }
        batch.bytes.reserve(target)
        swapCarry(&batch)
        while true {
            var isLast = false
            if streamFailure == nil {
                do throws(CrawlInputError) {
                    isLast = try readOn(&batch.bytes, to: target)
                } catch {
                    streamFailure = error
                }
            }
            var consumed = 0
            do throws(CrawlInputError) {
                consumed = try frame(&batch.bytes, isLast: isLast)
            } catch {
                found.failure = found.failure ?? error
            }
            // Where the framing stopped because it found as many records as it may, there is more to come.
            let isFramed = consumed == batch.bytes.count || !isFull
            if let failure = found.failure ?? (isFramed ? streamFailure : nil) {
                batch.end = .failed(failure)
            } else if isLast, isFramed {
                batch.end = .complete
                noteEmptyInput()
            }
            if batch.end != nil || !found.isEmpty || (options.keepsAllBytes && consumed > 0) {
                finish(&batch, from: start, consumed: consumed)
                return
            }
            batch.bytes.removePrefix(consumed)
            base += UInt64(consumed)
            if batch.bytes.count >= target { target = grown(target, beyond: batch.bytes.count) }
        }
    }

    private var maxRecords: Int { max(1, options.batchBytes / Self.leastRecordBytes) }

    /// Whether the framing may have stopped because it found as many records as it may.
    private var isFull: Bool { found.records.count + found.skipped.count >= maxRecords }

    /// Twice as much, but hardly more than the longest record needs.
    private func grown(_ target: Int, beyond count: Int) -> Int {
        let most = options.maxRecordBytes + 4 * WARCHeader.maxLength
        return max(count + options.batchBytes, min(target * 2, most))
    }

    /// Reads until `bytes` has `target` bytes; returns whether the stream ended.
    private func readOn(_ bytes: inout PaddedBytes, to target: Int) throws(CrawlInputError) -> Bool {
        while bytes.count < target {
            let wanted = target - bytes.count
            // The stream fills a prefix of the room and keeps no pointer.
            let count = try unsafe bytes.appendFilling(room: wanted) { (room) throws(CrawlInputError) -> Int in
                try unsafe stream.read(into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]))
            }
            if count == 0 { return true }
        }
        return false
    }

    private func frame(_ bytes: inout PaddedBytes, isLast: Bool) throws(CrawlInputError) -> Int {
        if framing == nil {
            // An empty input says nothing; that is noted at its end.
            if isLast, bytes.isEmpty { return 0 }
            try recognise(&bytes)
        }
        let count = bytes.count
        // The framing looks at the counted bytes and keeps no pointer.
        return unsafe bytes.withPaddedBytes { all in
            unsafe framing!
                .frame(UnsafeRawBufferPointer(rebasing: all[..<count]), base: base, isLast: isLast, into: &found)
        }
    }

    private func recognise(_ bytes: inout PaddedBytes) throws(CrawlInputError) {
        let mark = ContentRecognition.markLength(bytes.bytes)
        bytes.removePrefix(mark)
        base += UInt64(mark)
        format = try ContentRecognition.format(
            of: bytes.bytes.prefix(ContentRecognition.prefixLength),
            name: input.name,
            override: options.format
        )
        framing = makeFraming()
    }

    private func makeFraming() -> any RecordFraming {
        switch format {
        case .jsonLines: LineFraming(maxRecordBytes: options.maxRecordBytes, maxRecords: maxRecords)
        case .text, .html: WholeFraming(maxRecordBytes: options.maxRecordBytes)
        case .warc, .wet:
            WARCFraming(
                source: input.name,
                maxRecordBytes: options.maxRecordBytes,
                takesCaptures: format == .warc,
                // What a file is shows at its start.
                refusesMetadata: options.format == nil && !isResumed,
                tellsOthers: options.keepsAllBytes
            )
        case .arc: ARCFraming(source: input.name, maxRecordBytes: options.maxRecordBytes)
        }
    }

    private func noteEmptyInput() {
        guard !hasFoundAny, found.isEmpty, found.passedOver.isEmpty else { return }
        found.skipped.append(.init(offset: 0, length: 0, code: .emptyInput, message: "the input holds no record"))
    }

    /// Hands what was found to the batch, and keeps what wasn't framed for the next.
    private func finish(_ batch: inout RecordBatch, from start: UInt64, consumed: Int) {
        hasFoundAny = hasFoundAny || !found.isEmpty || !found.passedOver.isEmpty
        batch.source = RecordSource(
            name: input.name,
            format: format,
            compression: SourceCompression(stream.compression)
        )
        swap(&batch.records, &found.records)
        for index in batch.records.indices {
            batch.records[index].packed = stream.packedLocation(of: batch.records[index].offset)
        }
        for skipped in found.skipped {
            let location = RecordLocation(source: input.name, offset: skipped.offset, length: skipped.length)
            batch.skipped.append(SkippedRecord(location: location, code: skipped.code, message: skipped.message))
        }
        swap(&batch.others, &found.others)
        swap(&batch.passedOver, &found.passedOver)
        swap(&batch.recordTypes, &found.recordTypes)
        found.records.removeAll(keepingCapacity: true)
        found.skipped.removeAll(keepingCapacity: true)
        found.others.removeAll(keepingCapacity: true)
        found.passedOver.removeAll()
        found.recordTypes.removeAll()
        carry.removeAll()
        if batch.end == nil {
            keepRest(of: &batch.bytes, from: consumed)
        } else if consumed < batch.bytes.count {
            batch.bytes.truncate(to: consumed)
        }
        batch.base = base
        base += UInt64(consumed)
        batch.inflatedBytes = base - start
        batch.skippingFrom = framing?.skippingFrom
        batch.stamp = stream.stamp
        // After damage a later run has to meet it again, and tell of it.
        if batch.end == nil || batch.end == .complete, stream.stamp != nil,
            let offset = framing?.resumeOffset(base: base)
        {
            batch.resumePoint = ResumePoint(format: format, offset: offset, packed: stream.packedLocation(of: offset))
        }
        batch.packedBytes = stream.packedBytes - reportedPackedBytes
        reportedPackedBytes = stream.packedBytes
    }

    /// Takes the bytes from `consumed` on for the next batch; the smaller part is copied.
    ///
    /// Records that claim to be long and are not would otherwise have all that was read ahead copied for each batch, and
    /// every batch would keep a buffer as large.
    private func keepRest(of bytes: inout PaddedBytes, from consumed: Int) {
        guard bytes.count - consumed > max(consumed, options.batchBytes) else {
            carry.append(bytes.bytes[consumed...])
            bytes.truncate(to: consumed)
            return
        }
        carry.append(bytes.bytes[..<consumed])
        swap(&carry, &bytes)
        carry.removePrefix(consumed)
    }

    private func swapCarry(_ batch: inout RecordBatch) {
        if carry.count > options.batchBytes {
            swap(&batch.bytes, &carry)
            return
        }
        batch.bytes.append(carry.bytes)
        carry.removeAll()
        // What one very long record needed isn't kept for all the others.
        if carry.capacity > 4 * options.batchBytes { carry = PaddedBytes() }
    }
}
