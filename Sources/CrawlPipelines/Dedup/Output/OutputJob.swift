internal import CrawlModel

/// What is written of a run of bytes.
struct OutputPiece: Sendable {
    /// Why it may be written.
    enum Kind: Hashable, Sendable {
        /// It is: a record that is kept, or what is no document.
        case kept
        /// A record that is no document of the index: it is kept unless it is malformed.
        case judged
        /// The record of a document, whatever was decided about it.
        case document(UInt32)
    }

    /// Where it lies in the batch's bytes.
    var range: ByteRange
    /// Why it may be written.
    var kind: Kind
}

/// A part of one input on its way into its output.
///
/// Its storage is used again.
final class OutputJob: PipelineJob, @unchecked Sendable {
    // One thread has a job at any time: see PipelineJob.

    /// The bytes that may be written, and the records among them that have to be looked at, one for each piece that is not
    /// simply kept.
    var batch = RecordBatch(source: RecordSource(name: "", format: .text))
    /// In order, without gaps.
    var pieces: [OutputPiece] = []
    /// Whether it is the first of its input.
    var beginsInput = false
    /// How its input ended, where it is the last.
    var end: RecordBatch.End?
    /// Why no output can be made.
    var failure: PipelineError?
    /// What is written.
    var packed: [UInt8] = []
    /// Malformed records, which are not written.
    var malformed = 0
    /// Bytes of the input as they lie on disk.
    var packedBytes: UInt64 = 0
    /// Bytes of the input, inflated.
    var inflatedBytes: UInt64 = 0

    private static let largeBytes = 8 << 20

    /// Whether it goes through alone.
    var isLarge: Bool { batch.bytes.count > Self.largeBytes }

    func shrink() {
        batch = RecordBatch(source: RecordSource(name: "", format: .text))
        pieces = []
        packed = []
    }

    /// Empties the job for another part.
    func reset() {
        let source = batch.source
        batch.reset(source: source, sourceIndex: 0, sequence: 0)
        pieces.removeAll(keepingCapacity: true)
        beginsInput = false
        end = nil
        failure = nil
        packed.removeAll(keepingCapacity: true)
        malformed = 0
        packedBytes = 0
        inflatedBytes = 0
    }

    /// Adds bytes that are kept.
    ///
    /// - Parameters:
    ///   - bytes: the bytes.
    ///   - isRecord: whether they begin a piece of their own, which may become a member of its own.
    func keep(_ bytes: ArraySlice<UInt8>, asRecord isRecord: Bool) {
        let range = batch.bytes.append(bytes)
        guard !range.isEmpty else { return }
        if !isRecord, pieces.last?.kind == .kept {
            pieces[pieces.count - 1].range.count += range.count
        } else {
            pieces.append(OutputPiece(range: range, kind: .kept))
        }
    }

    /// Adds a record that has to be looked at, with what ends it.
    func add(_ record: RecordExtent, of source: borrowing RecordBatch, as kind: OutputPiece.Kind) {
        let whole = ByteRange(start: record.start, count: record.count + record.terminatorCount)
        let range = batch.bytes.append(source.bytes[whole])
        var moved = record
        moved.start = range.start
        batch.records.append(moved)
        pieces.append(OutputPiece(range: range, kind: kind))
    }
}
