internal import CrawlModel
internal import CrawlReading
internal import DuplicateClusters
internal import StreamCompression

/// Makes the bytes that are written of a part of an input, and packs them as the input is packed.
final class OutputWorker: PipelineWorker {
    private let kind: RecordSelection.Kind
    private var annotator: DocumentAnnotator
    private var parser: DocumentParser
    private var documents = DocumentBatch()
    private var encoders = OutputEncoders()
    private var plain: [UInt8] = []

    init(
        _ kind: RecordSelection.Kind,
        _ reading: ReadingOptions,
        _ decisions: ClusterDecisions
    ) throws(PipelineError) {
        self.kind = kind
        annotator = try DocumentAnnotator(reading, decisions)
        parser = try PipelineError.parser(reading, leavingTextsEscaped: true)
    }

    func work(on job: OutputJob) {
        guard job.failure == nil else { return }
        do throws(CompressionError) {
            switch kind {
            case .unique: try writeUnique(job)
            case .annotated: try writeAnnotated(job)
            }
        } catch {
            job.failure = .output(message: error.description)
        }
    }

    private func writeUnique(_ job: OutputJob) throws(CompressionError) {
        dropMalformed(of: job)
        let format = job.batch.source.format
        let kind = CompressionKind(job.batch.source.compression)
        let hasMembers = kind != .plain && (format == .warc || format == .wet || format == .arc)
        if hasMembers {
            for piece in job.pieces { try encoders.append(job.batch.bytes[piece.range], kind, to: &job.packed) }
            return
        }
        plain.removeAll(keepingCapacity: true)
        for piece in job.pieces { plain += job.batch.bytes[piece.range] }
        try pack(kind, into: job)
    }

    private func writeAnnotated(_ job: OutputJob) throws(CompressionError) {
        plain.removeAll(keepingCapacity: true)
        if job.batch.source.format == .jsonLines {
            dropMalformed(of: job)
            annotator.annotateLines(of: job, into: &plain)
        } else {
            job.malformed += annotator.annotateDocuments(of: job, into: &plain)
        }
        try pack(CompressionKind(job.batch.source.compression), into: job)
    }

    private func pack(_ kind: CompressionKind, into job: OutputJob) throws(CompressionError) {
        if kind == .plain {
            swap(&plain, &job.packed)
        } else if !plain.isEmpty {
            try encoders.append(plain[...], kind, to: &job.packed)
        }
        if plain.capacity > 16 << 20 { plain = [] }
    }

    /// Leaves out the records that are malformed: of those that are no documents nobody knows yet.
    private func dropMalformed(of job: OutputJob) {
        guard job.pieces.contains(where: { $0.kind == .judged }) else { return }
        var judged = job.batch
        judged.records.removeAll()
        var record = 0
        for piece in job.pieces where piece.kind != .kept {
            if piece.kind == .judged { judged.records.append(job.batch.records[record]) }
            record += 1
        }
        parser.parse(judged, into: &documents)
        let malformed = Set(documents.skipped.map(\.location.offset))
        documents.removeAll(keepingAtMost: 1 << 20)
        guard !malformed.isEmpty else { return }
        job.malformed += malformed.count
        var kept: (pieces: [OutputPiece], records: [RecordExtent]) = ([], [])
        record = 0
        for piece in job.pieces {
            guard piece.kind != .kept else {
                kept.pieces.append(piece)
                continue
            }
            let extent = job.batch.records[record]
            record += 1
            if piece.kind == .judged, malformed.contains(extent.offset) { continue }
            kept.pieces.append(piece)
            kept.records.append(extent)
        }
        (job.pieces, job.batch.records) = kept
    }
}

/// A packer for each kind there is, made when it is needed.
struct OutputEncoders: ~Copyable {
    private var gzip: StreamEncoder?
    private var zstd: StreamEncoder?

    /// Packs bytes as one member.
    mutating func append(
        _ bytes: ArraySlice<UInt8>,
        _ kind: CompressionKind,
        to packed: inout [UInt8]
    ) throws(CompressionError) {
        switch kind {
        case .plain: packed += bytes
        case .gzip:
            if gzip == nil { gzip = try StreamEncoder(kind: .gzip) }
            try Self.append(bytes, &gzip!, to: &packed)
        case .zstd:
            if zstd == nil { zstd = try StreamEncoder(kind: .zstd) }
            try Self.append(bytes, &zstd!, to: &packed)
        }
    }

    private static func append(
        _ bytes: ArraySlice<UInt8>,
        _ encoder: inout StreamEncoder,
        to packed: inout [UInt8]
    ) throws(CompressionError) {
        // The buffer lives as long as the call.
        try unsafe bytes.withUnsafeBufferPointer { (all) throws(CompressionError) in
            try unsafe encoder.appendMember(UnsafeRawBufferPointer(all), to: &packed)
        }
    }
}

extension CompressionKind {
    /// How an output is packed: as its input is.
    init(_ compression: SourceCompression) {
        switch compression {
        case .plain: self = .plain
        case .gzip: self = .gzip
        case .zstd: self = .zstd
        }
    }
}
