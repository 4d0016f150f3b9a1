internal import CrawlModel
internal import CrawlReading
internal import DuplicateClusters
internal import Synchronization

/// Reads the inputs again and chooses what of them may be written: the reader's end of the way to the outputs.
///
/// A record is known for a document by where it lies; so nothing is parsed here.
struct RecordSelection: ~Copyable {
    /// What is written of an input.
    enum Kind: Sendable {
        /// The records that are kept.
        case unique
        /// All documents.
        case annotated
    }

    private var reader: CrawlReader
    private let inputs: [KnownInput]
    private let places: DocumentPlaces
    private let decisions: ClusterDecisions
    private let kind: Kind
    private var next = 0
    private var current = -1
    private var spare: RecordBatch?
    private var tail = CompanionTail()
    /// Whether what came last is written: line ends after it follow it.
    private var keepsLast = true
    private static let jobBytes = 1 << 20
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Creates a selection that has read nothing.
    ///
    /// - Parameters:
    ///   - reader: reads `inputs`, all bytes of them.
    ///   - inputs: the inputs, as they were when they were sketched.
    ///   - places: where the documents lie.
    ///   - decisions: what was decided about each.
    ///   - kind: what is written.
    init(
        _ reader: consuming CrawlReader,
        of inputs: [KnownInput],
        _ places: DocumentPlaces,
        _ decisions: ClusterDecisions,
        _ kind: Kind
    ) {
        self.reader = reader
        self.inputs = inputs
        self.places = places
        self.decisions = decisions
        self.kind = kind
    }

    /// Fills a job with the next part of an input; false when there is nothing more.
    mutating func fill(_ job: OutputJob) -> Bool {
        job.reset()
        var isEmpty = true
        while let batch = reader.next(reusing: spare.take()) {
            isEmpty = false
            do throws(PipelineError) {
                try take(batch, into: job)
            } catch {
                job.failure = error
            }
            let end = batch.end
            spare = batch
            if job.failure != nil || end != nil || job.batch.bytes.count >= Self.jobBytes { break }
        }
        return !isEmpty
    }

    private mutating func take(_ batch: borrowing RecordBatch, into job: OutputJob) throws(PipelineError) {
        var mark: ArraySlice<UInt8> = []
        if batch.sourceIndex != current {
            current = batch.sourceIndex
            job.beginsInput = true
            keepsLast = true
            let input = inputs[current]
            if let stamp = batch.stamp, !input.isCopied, stamp != input.stamp { throw changed() }
            // The one thing that is read over at the start.
            if batch.base == UInt64(Self.mark.count) { mark = Self.mark[...] }
        }
        job.batch.source = batch.source
        job.packedBytes += batch.packedBytes
        job.inflatedBytes += batch.inflatedBytes
        try choose(batch, mark, into: job)
        guard let end = batch.end else { return }
        job.end = end
        tail.release(isLast: true) { bytes, isRecord in job.keep(bytes[...], asRecord: isRecord) }
        if next < places.count, places[next].input == UInt32(current) { throw changed() }
    }

    private func changed() -> PipelineError { .changed(source: inputs[current].name) }

    /// Goes through a batch in the order of its bytes.
    private mutating func choose(
        _ batch: borrowing RecordBatch,
        _ mark: ArraySlice<UInt8>,
        into job: OutputJob
    ) throws(PipelineError) {
        let isOneDocument = batch.source.format == .text || batch.source.format == .html
        if kind == .unique, !isOneDocument { job.keep(mark, asRecord: false) }
        let lost = lostRanges(batch)
        var (at, record, other, loss) = (0, 0, 0, 0)
        let count = batch.bytes.count
        while at < count {
            let starts = (
                record < batch.records.count ? batch.records[record].start : count,
                other < batch.others.count ? batch.others[other].start : count,
                loss < lost.count ? lost[loss].lowerBound : count
            )
            let start = min(starts.0, starts.1, starts.2)
            if start > at {
                fill(ByteRange(start: at, count: start - at), of: batch, isLast: start == count, into: job)
                at = start
            } else if starts.2 <= at {
                at = max(at, lost[loss].upperBound)
                keepsLast = false
                loss += 1
            } else if starts.0 <= at {
                let extent = batch.records[record]
                let number = try document(of: extent)
                if kind == .annotated {
                    job.add(extent, of: batch, as: number.map { .document($0) } ?? .judged)
                } else if !isOneDocument {
                    choose(extent, number, of: batch, into: job)
                } else if isKept(number) {
                    // Whole, or not at all.
                    job.keep(mark, asRecord: false)
                    job.keep(batch.bytes[extent.range], asRecord: false)
                }
                at = extent.start + extent.count + extent.terminatorCount
                record += 1
            } else {
                let extent = batch.others[other]
                if kind == .unique { chooseOther(extent, of: batch, into: job) }
                at = extent.start + extent.count + extent.terminatorCount
                other += 1
            }
        }
    }

    /// The number of the document a record is; nil where it is none.
    private mutating func document(of record: RecordExtent) throws(PipelineError) -> UInt32? {
        guard next < places.count else { return nil }
        let place = places[next]
        guard place.input == UInt32(current) else { return nil }
        if place.offset > record.offset { return nil }
        guard place.offset == record.offset, place.length == UInt64(record.count) else { throw changed() }
        defer { next += 1 }
        return UInt32(next)
    }

    /// Whether a record stays: unless it is a document that is dropped.
    private func isKept(_ number: UInt32?) -> Bool { number.map { decisions[Int($0)].role.isKept } ?? true }

    private mutating func choose(
        _ record: RecordExtent,
        _ number: UInt32?,
        of batch: borrowing RecordBatch,
        into job: OutputJob
    ) {
        let isKept = isKept(number)
        keepsLast = isKept
        let isCaptures = batch.source.format == .warc || batch.source.format == .wet
        if isCaptures, let names = RecordNames(record, of: batch) {
            tail.note(names, isKept: isKept)
            release(into: job)
        }
        let whole = ByteRange(start: record.start, count: record.count + record.terminatorCount)
        if !tail.isEmpty {
            tail.wait(batch.bytes[whole], asRecord: true, isKept: isKept, nil)
        } else if number == nil, batch.source.format == .jsonLines {
            job.add(record, of: batch, as: .judged)
        } else if isKept {
            job.keep(batch.bytes[whole], asRecord: batch.source.format != .jsonLines)
        }
    }

    private mutating func chooseOther(_ record: RecordExtent, of batch: borrowing RecordBatch, into job: OutputJob) {
        let bytes = batch.bytes[ByteRange(start: record.start, count: record.count + record.terminatorCount)]
        let names = RecordNames(record, of: batch)
        var isKept: Bool? = true
        if let names {
            if names.isCompanion {
                isKept = tail.fate(of: names)
            } else if names.id != 0 || names.target != 0 {
                // A revisit has its request too.
                tail.note(names, isKept: true)
                release(into: job)
            }
        }
        keepsLast = isKept ?? true
        if isKept == nil || !tail.isEmpty {
            tail.wait(bytes, asRecord: true, isKept: isKept, isKept == nil ? names : nil)
            release(into: job)
        } else if isKept == true {
            job.keep(bytes, asRecord: true)
        }
    }

    private mutating func release(into job: OutputJob) {
        tail.release(isLast: false) { bytes, isRecord in job.keep(bytes[...], asRecord: isRecord) }
    }

    /// Bytes between records: line ends, or a record too long to be looked at, which is kept.
    private mutating func fill(
        _ gap: ByteRange,
        of batch: borrowing RecordBatch,
        isLast: Bool,
        into job: OutputJob
    ) {
        guard kind == .unique else { return }
        let bytes = batch.bytes[gap]
        switch batch.source.format {
        case .jsonLines, .text, .html: job.keep(bytes, asRecord: false)
        case .warc, .wet, .arc:
            if bytes.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
                if !tail.isEmpty { tail.extend(bytes) } else if keepsLast { job.keep(bytes, asRecord: false) }
                return
            }
            // What a file that is cut off ends with is part of a record, and no record.
            if isLast, case .failed? = batch.end { return }
            keepsLast = true
            if tail.isEmpty {
                job.keep(bytes, asRecord: true)
            } else {
                tail.wait(bytes, asRecord: true, isKept: true, nil)
                release(into: job)
            }
        }
    }

    /// Where bytes lie that belong to no record, or to a damaged one.
    private func lostRanges(_ batch: borrowing RecordBatch) -> [Range<Int>] {
        let (base, count) = (batch.base, batch.bytes.count)
        func place(_ offset: UInt64) -> Int { offset < base ? 0 : Int(min(offset - base, UInt64(count))) }
        var ranges: [Range<Int>] = []
        for skipped in batch.skipped where skipped.code != .recordTooLong && skipped.code != .emptyInput {
            let (start, length) = (skipped.location.offset, skipped.location.length)
            ranges.append(place(start)..<place(start + length))
        }
        if let from = batch.skippingFrom { ranges.append(place(from)..<count) }
        return ranges.filter { !$0.isEmpty }
    }
}

/// A selection that a reading thread uses.
final class SelectionSource: Sendable {
    private let selection: Mutex<RecordSelection>

    init(_ selection: consuming sending RecordSelection) { self.selection = Mutex(selection) }

    /// Fills a job; false when there is nothing more.
    func fill(_ job: OutputJob) -> Bool { selection.withLock { $0.fill(job) } }
}
