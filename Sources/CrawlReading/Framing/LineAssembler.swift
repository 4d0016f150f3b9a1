package import CrawlModel

/// Makes batches of whole lines of bytes that come piece by piece, as from a socket.
///
/// Records have the offsets they have in the whole stream, whatever the pieces. It holds at most the longest record and
/// what was added since the last batch.
package struct LineAssembler {
    private let source: RecordSource
    private var framing: LineFraming
    private var held = PaddedBytes()
    private var base: UInt64 = 0
    private var sequence = 0

    /// Creates an assembler of JSON lines.
    ///
    /// - Parameters:
    ///   - name: what the records are said to come from.
    ///   - maxRecordBytes: longer lines are skipped, and told of.
    package init(name: String, maxRecordBytes: Int) {
        source = RecordSource(name: name, format: .jsonLines)
        framing = LineFraming(maxRecordBytes: maxRecordBytes)
    }

    /// Bytes held that belong to no batch yet.
    package var heldBytes: Int { held.count }

    /// Bytes of the stream that batches were made of.
    package var consumedBytes: UInt64 { base }

    /// Adds the bytes that come next.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        // The bytes are copied within the call.
        unsafe held.append(bytes)
    }

    /// The lines that are whole; nil where there is none.
    ///
    /// - Parameter isLast: whether the stream ends with the bytes added last.
    /// - Returns: a batch, with the lines passed over as they are too long.
    /// - Complexity: O(bytes held).
    package mutating func next(isLast: Bool) -> RecordBatch? {
        var found = FramedRecords()
        let count = held.count
        // The framing looks at the counted bytes and keeps no pointer.
        let consumed = unsafe held.withPaddedBytes { all in
            unsafe framing.frame(
                UnsafeRawBufferPointer(rebasing: all[..<count]),
                base: base,
                isLast: isLast,
                into: &found
            )
        }
        var batch = RecordBatch(source: source, sequence: sequence)
        batch.records = found.records
        batch.skipped = found.skipped.map { skipped in
            SkippedRecord(
                location: RecordLocation(source: source.name, offset: skipped.offset, length: skipped.length),
                code: skipped.code,
                message: skipped.message
            )
        }
        var rest = PaddedBytes()
        if consumed < count { rest.append(held.bytes[consumed...]) }
        if !found.isEmpty {
            swap(&batch.bytes, &held)
            batch.bytes.truncate(to: consumed)
        }
        held = rest
        base += UInt64(consumed)
        batch.inflatedBytes = UInt64(consumed)
        guard !found.isEmpty else { return nil }
        sequence += 1
        return batch
    }
}
