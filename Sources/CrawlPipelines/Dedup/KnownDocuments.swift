internal import CrawlModel
internal import CrawlReading
internal import DuplicateClusters
internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

/// The documents that another index holds, or documents like them: they are dropped before any are compared with each other.
struct KnownDocuments {
    /// A line for each of them, as ``JSONLinesFormatter`` writes it.
    static let lines = "known.jsonl"
    /// Their numbers, 4 bytes each.
    static let numbers = "known"

    /// Checks the inputs' documents against an index, and writes down which it holds; false where that was stopped.
    static func find(
        _ run: DedupRun,
        in snapshot: IndexSnapshot,
        _ stop: StopRequest,
        progress: (DedupPipeline.Progress) -> Void
    ) throws(PipelineError) -> Bool {
        var pipeline = CheckPipeline()
        let batchBytes = pipeline.reading.batchBytes
        pipeline.reading = run.options.indexing.fittedReading
        pipeline.reading.batchBytes = min(batchBytes, pipeline.reading.batchBytes)
        pipeline.rule = run.options.rule
        pipeline.threads = run.options.threads
        pipeline.memory = run.options.memory
        let places = try run.openPlaces()
        let (lines, numbers) = (try run.folder.create(lines + ".new"), try run.folder.create(numbers + ".new"))
        let planned = CrawlInputs.packedBytes(of: run.inputs)
        _ = try pipeline.run(
            run.inputs,
            against: snapshot,
            formatter: KnownDocumentFormatter(places: places, dropped: run.options.dropped),
            stop: stop,
            output: { (bytes) throws(PipelineError) in
                var (rest, found): (ArraySlice<UInt8>, [UInt8]) = (bytes[...], [])
                // Each line comes after its document's number.
                var answers: [UInt8] = []
                while rest.count >= 4 {
                    found += rest.prefix(4)
                    rest = rest.dropFirst(4)
                    let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
                    answers += rest[..<end]
                    rest = rest[end...]
                }
                let (told, known) = (answers, found)
                try PipelineError.writing { () throws(StorageError) in
                    try lines.append(told)
                    try numbers.append(known)
                }
            },
            progress: { summary in
                progress(DedupPipeline.Progress(phase: .known, reading: summary.reading, plannedBytes: planned))
            }
        )
        if stop.isMade { return false }
        try PipelineError.writing { () throws(StorageError) in
            for (file, name) in [(lines, Self.lines), (numbers, Self.numbers)] {
                try file.synchronize()
                try file.close()
                try run.folder.storage.replace(name, with: name + ".new")
            }
        }
        return true
    }

    /// Which documents another index holds; nil where none was asked.
    static func read(_ folder: WorkingFolder, of count: Int) throws(PipelineError) -> DocumentSet? {
        guard FileTree.exists(folder.file(numbers)) else { return nil }
        let file = try PipelineError.mapping(folder.storage, numbers)
        var known = DocumentSet(universe: count)
        // Numbers are of four bytes, and lie within the file.
        unsafe file.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count - 3, by: 4) {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)
                let number = Int(UInt32(littleEndian: word))
                if number < count { known[number] = true }
            }
        }
        return known
    }
}

/// Writes a document's number and its answer where the other index holds it.
private struct KnownDocumentFormatter: CheckFormatter {
    let places: DocumentPlaces
    let dropped: Set<Relation>
    private let lines = JSONLinesFormatter()

    init(places: DocumentPlaces, dropped: Set<Relation>) {
        self.places = places
        self.dropped = dropped
    }

    func append(_ document: CheckedDocument, to output: inout [UInt8]) {
        guard document.result.matches.contains(where: { dropped.contains($0.relation) }),
            let number = places.number(input: UInt32(document.batch.sourceIndex), offset: document.entry.recordOffset)
        else { return }
        output.appendLittleEndian(UInt32(number))
        lines.append(document, to: &output)
    }

    func append(_ problem: InputProblem, to output: inout [UInt8]) {}
}
