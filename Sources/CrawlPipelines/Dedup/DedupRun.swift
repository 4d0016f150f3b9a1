internal import CrawlModel
internal import CrawlReading
internal import DuplicateClusters
internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

/// The phases of one run.
struct DedupRun {
    let options: DedupOptions
    let inputs: [CrawlInput]
    let known: [KnownInput]
    let folder: WorkingFolder
    let results: ResultFolder
    /// The index whose documents are dropped.
    let other: IndexSnapshot?
    var outcome = DedupPipeline.Outcome()

    /// Removes what a killed run has left in the middle of a phase.
    func removeScratch() throws(PipelineError) {
        for name in try FileTree.names(in: folder.path) where name.hasSuffix(".ndscratch") {
            try FileTree.remove(folder.file(name))
        }
    }

    /// Does one phase; false where it was stopped before its end.
    mutating func perform(
        _ phase: DedupPipeline.Phase,
        _ stop: StopRequest,
        _ notice: (InputNotice) -> Void,
        _ report: (InputProblem) -> Void,
        _ progress: (DedupPipeline.Progress) -> Void
    ) throws(PipelineError) -> Bool {
        switch phase {
        case .sketch: return try sketch(stop, notice, report, progress)
        case .known:
            guard let other else { return true }
            return try KnownDocuments.find(self, in: other, stop, progress: progress)
        case .shingles: return try ShinglePass.run(self, stop, progress: progress)
        case .write: return try write(stop, progress)
        case .order, .near, .learn, .cluster:
            progress(DedupPipeline.Progress(phase: phase))
            switch phase {
            case .order: try order()
            case .near: try findNear()
            case .learn: try learn()
            default: try cluster()
            }
            return true
        }
    }

    // MARK: - Sketching

    private mutating func sketch(
        _ stop: StopRequest,
        _ notice: (InputNotice) -> Void,
        _ report: (InputProblem) -> Void,
        _ progress: (DedupPipeline.Progress) -> Void
    ) throws(PipelineError) -> Bool {
        let earlier = try earlierSketches()
        if earlier == nil { try FileTree.remove(folder.index) }
        let new = WorkingFolder.places + ".new"
        var places = try DocumentPlacesWriter(
            try folder.create(new),
            continuing: earlier?.places,
            first: earlier?.count ?? 0
        )
        try PipelineError.writing { () throws(StorageError) in
            try folder.storage.replace(WorkingFolder.places, with: new)
        }
        let pipeline = options.indexing
        let least = options.settings.minimumTokens
        let summary = try pipeline.run(
            inputs,
            into: folder.index,
            stop: stop,
            beforeAdding: { (input, job, counted) throws(PipelineError) in
                for index in 0..<counted where job.sketches.entries[index].tokens >= least {
                    let entry = job.documents.entries[index]
                    places.add(
                        DocumentPlace(input: UInt32(input), offset: entry.recordOffset, length: entry.recordLength)
                    )
                }
                // Before any of them can be committed.
                try places.flush()
            },
            notice: notice,
            report: report,
            progress: { summary in
                progress(
                    DedupPipeline.Progress(
                        phase: .sketch,
                        reading: summary.reading,
                        plannedBytes: summary.plannedBytes
                    )
                )
            }
        )
        try places.finish()
        outcome.reading = summary.reading
        outcome.withoutText = summary.added.empty + summary.added.tooShort
        outcome.failedInputs = summary.reading.failedInputs
        return !summary.wasStopped
    }

    /// What an earlier run has sketched, where it can be gone on with: where everything up to one place in the inputs is in the
    /// index, in their order, and nothing behind it.
    ///
    /// An input that can't be read to its end leaves no such place.
    private func earlierSketches() throws(PipelineError) -> (places: DocumentPlaces, count: Int)? {
        guard let places = try? DocumentPlaces(folder.storage, named: WorkingFolder.places),
            let snapshot = try? IndexSnapshot(path: folder.index)
        else { return nil }
        let count = snapshot.documentCount
        guard places.areSound(first: count) else { return nil }
        let plan: InputPlan
        do throws(IndexError) {
            let writer = try IndexWriter(
                DirectoryStorage(path: folder.index),
                settings: options.settings,
                policy: nil,
                memory: 1 << 20
            )
            plan = InputPlan(inputs, reading: options.indexing.reading, after: writer)
            writer.close()
        } catch {
            return nil
        }
        let isOther = plan.known.notices.contains { if case .resumed = $0 { false } else { true } }
        guard !isOther else { return nil }
        let next = zip(plan.inputs, plan.positions).first { $0.0.problem == nil }
        if let next, count > 0,
            !places[count - 1].isBefore(input: next.1, offset: next.0.resumePoint?.offset ?? 0)
        {
            return nil
        }
        return (places, count)
    }

    // MARK: - Writing

    private mutating func write(
        _ stop: StopRequest,
        _ progress: (DedupPipeline.Progress) -> Void
    ) throws(PipelineError) -> Bool {
        let (snapshot, places, decisions) = (try openIndex(), try openPlaces(), try openDecisions())
        guard decisions.count == snapshot.documentCount, places.count == decisions.count else {
            throw .output(
                message: "\(folder.path): expected \(snapshot.documentCount) documents in all working files, found "
                    + "\(places.count) places and \(decisions.count) decisions; remove the folder, and start again"
            )
        }
        var summary = DedupSummary(decisions, places)
        let report = ClusterReport(decisions: decisions, places: places, inputs: known)
        if options.isDryRun {
            try report.write(snapshot, folder, to: NoFile(), &summary)
            outcome.summary = summary
            return true
        }
        try PipelineError.writing { () throws(StorageError) in try results.storage.prepare() }
        let tree = try writeRecords(places, decisions, stop, progress)
        if stop.isMade { return false }
        try results.write(ResultFolder.clusters) { (file) throws(PipelineError) in
            try report.write(snapshot, folder, to: file, &summary)
        }
        try results.write(ResultFolder.summary) { (file) throws(PipelineError) in
            try PipelineError.writing { () throws(StorageError) in try file.append(summary.json) }
        }
        let hasKnown = options.against != nil
        if hasKnown {
            try results.write(KnownDocuments.lines) { (file) throws(PipelineError) in try copyKnown(to: file) }
        }
        try results.removeResults()
        try tree?.finish()
        try results.name(ResultFolder.clusters)
        if hasKnown { try results.name(KnownDocuments.lines) }
        try results.name(ResultFolder.summary)
        outcome.summary = summary
        return true
    }

    private func copyKnown(to file: any StorageFile) throws(PipelineError) {
        let lines = try PipelineError.mapping(folder.storage, KnownDocuments.lines)
        try PipelineError.writing { () throws(StorageError) in
            try lines.withBytes { (bytes) throws(StorageError) in try file.append(bytes) }
        }
    }

    /// Writes the records, where any are written.
    private mutating func writeRecords(
        _ places: DocumentPlaces,
        _ decisions: ClusterDecisions,
        _ stop: StopRequest,
        _ progress: (DedupPipeline.Progress) -> Void
    ) throws(PipelineError) -> OutputTree? {
        let kind: RecordSelection.Kind
        switch options.writing {
        case .unique: kind = .unique
        case .annotated: kind = .annotated
        case .none: return nil
        }
        let tree = try OutputTree(in: results.storage, named: options.writing.rawValue)
        let pass = OutputPass(
            kind: kind,
            reading: options.indexing.fittedReading,
            threads: options.threads,
            memory: options.memory / 8
        )
        let planned = CrawlInputs.packedBytes(of: inputs)
        let figures = try pass.run(inputs, known, places, decisions, into: tree, stop: stop) { figures in
            var reading = ReadingSummary()
            reading.inflatedBytes = figures.inflatedBytes
            reading.packedBytes = figures.packedBytes
            progress(DedupPipeline.Progress(phase: .write, reading: reading, plannedBytes: planned))
        }
        outcome.files = figures.files
        outcome.writtenBytes = figures.bytes
        outcome.malformed = figures.malformed
        outcome.failedInputs = max(outcome.failedInputs, figures.failedInputs)
        return tree
    }
}

/// Takes bytes and keeps none.
private final class NoFile: StorageFile {
    let name = ""
    let size: UInt64 = 0
    func append(_ bytes: RawSpan) {}
    func flush() {}
    func synchronize() {}
    func close() {}
}
