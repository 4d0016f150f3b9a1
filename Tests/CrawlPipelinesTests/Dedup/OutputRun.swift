import CrawlModel
import CrawlReading
import DuplicateClusters
import IndexStorage
import NearDuplicates
import StreamCompression
import TestSupport

@testable import CrawlPipelines

/// Inputs that were sketched, to be written with any decisions.
struct OutputRun {
    let places: DocumentPlaces
    private let run: DedupRun
    private let folder: TemporaryFolder

    init(
        _ paths: [String],
        in folder: TemporaryFolder,
        working: String = "work",
        _ set: (inout DedupOptions) -> Void
    ) throws {
        self.folder = folder
        var options = DedupOptions()
        options.fitsRecordsToMemory = false
        set(&options)
        let inputs = CrawlInputs.resolve(paths)
        let working = try WorkingFolder(folder.file(working))
        var run = DedupRun(
            options: options,
            inputs: inputs,
            known: inputs.map { KnownInput(name: $0.name, stamp: FileStamp.of(path: $0.name)) },
            folder: working,
            results: ResultFolder(folder.file("out"), temporary: working.path),
            other: nil
        )
        _ = try run.perform(.sketch, StopRequest(), { _ in }, { _ in }, { _ in })
        self.run = run
        places = try DocumentPlaces(working.storage, named: WorkingFolder.places)
    }

    /// Writes the inputs without some documents.
    @discardableResult
    func write(
        _ kind: RecordSelection.Kind,
        dropping dropped: Set<Int>,
        to name: String,
        makeFolder: @escaping (String) -> any IndexDirectory = { DirectoryStorage(path: $0) }
    ) throws -> OutputPass.Figures {
        let kept = UInt32((0..<places.count).first { !dropped.contains($0) } ?? 0)
        let decisions = (0..<places.count)
            .map { number in
                dropped.contains(number)
                    ? ClusterDecision(role: .member, representative: kept, relation: .near, jaccard: 0.875)
                    : ClusterDecision(role: .single, representative: UInt32(number))
            }
        let parent = makeFolder(folder.file("out"))
        try parent.prepare()
        let tree = try OutputTree(in: parent, named: name, makeFolder: makeFolder)
        let pass = OutputPass(
            kind: kind,
            reading: run.options.indexing.fittedReading,
            threads: run.options.threads,
            memory: run.options.memory / 8
        )
        let figures = try pass.run(
            run.inputs,
            run.known,
            places,
            ClusterDecisions(decisions),
            into: tree,
            stop: StopRequest(),
            progress: { _ in }
        )
        try tree.finish()
        return figures
    }
}

/// The bytes a packed stream inflates to.
func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
    var decoder = try StreamDecoder(kind: try CompressionKind.recognise(bytes.prefix(6)))
    var inflated: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 20)
    var at = 0
    while true {
        // The decoder keeps neither buffer.
        let step = try unsafe bytes[at...]
            .withUnsafeBytes { input in
                try unsafe room.withUnsafeMutableBytes { try unsafe decoder.decode(input, into: $0) }
            }
        at += step.consumed
        inflated += room[..<step.produced]
        if step.consumed == 0, step.produced == 0 { break }
    }
    try decoder.finish()
    return inflated
}
