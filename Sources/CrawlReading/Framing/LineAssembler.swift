package import CrawlModel

/// Makes batches of whole lines of bytes that come piece by piece, as from a socket.
///
/// Records have the offsets they have in the whole stream, whatever the pieces. It holds at most the longest record and
/// what was added since the last batch.
package struct LineAssembler {
    private let source: RecordSource
    private var framing: LineFraming
    private var held = PaddedBytes()
    /// How many bytes of `held`, from the first on, batches were made of already.
    private var passed = 0
    private var base: UInt64 = 0
    private var sequence = 0

    /// What a long line may leave allocated.
    private static let keptBytes = 1 << 20

    /// Creates an assembler of JSON lines.
    ///
    /// - Parameters:
    ///   - name: what the records are said to come from.
    ///   - maxRecordBytes: longer lines are skipped, and told of.
    ///   - maxRecords: no batch has more records, however short lines are.
    package init(name: String, maxRecordBytes: Int, maxRecords: Int) {
        source = RecordSource(name: name, format: .jsonLines)
        framing = LineFraming(maxRecordBytes: maxRecordBytes, maxRecords: maxRecords)
    }

    /// Adds the bytes that come next.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        // The bytes are copied within the call.
        unsafe held.append(bytes)
    }

    /// The next lines that are whole; nil where there is none.
    ///
    /// - Parameter isLast: whether the stream ends with the bytes added last.
    /// - Returns: a batch, with the lines passed over as they are too long.
    /// - Complexity: O(bytes of the batch), and those of a line whose end has not come yet that were added since.
    package mutating func next(isLast: Bool) -> RecordBatch? {
        var found = FramedRecords()
        let left = passed..<held.count
        // The framing looks at the counted bytes and keeps no pointer.
        let consumed = unsafe held.withPaddedBytes { all in
            unsafe framing.frame(UnsafeRawBufferPointer(rebasing: all[left]), base: base, isLast: isLast, into: &found)
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
        batch.inflatedBytes = UInt64(consumed)
        if !found.isEmpty { batch.bytes.append(held.bytes[passed..<passed + consumed]) }
        passed += consumed
        base += UInt64(consumed)
        // Bytes move to the front once they are fewer than those that make room.
        if passed > held.count / 2 {
            held.removePrefix(passed)
            passed = 0
            if held.isEmpty { held.removeAll(keepingAtMost: Self.keptBytes) }
        }
        guard !found.isEmpty else { return nil }
        sequence += 1
        return batch
    }
}
