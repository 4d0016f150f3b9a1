internal import CFreeMemory
internal import CrawlModel
package import CrawlReading
internal import DuplicateClusters
internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

/// Takes the duplicates out of a dump: sketches it into a working index, finds clusters, reads it again and writes what stays.
///
/// Each phase reads only what the ones before it have left in the working folder, and is noted there when it is done: a run that
/// was killed goes on after the last one, and its output is the same, byte for byte.
package struct DedupPipeline: Sendable {
    /// A part of a run.
    package enum Phase: String, CaseIterable, Sendable {
        /// The inputs are read and sketched.
        case sketch
        /// Documents are checked against another index; only where one is given.
        case known
        /// Documents are put in order of preference, and exact copies found.
        case order
        /// Near copies are found.
        case near
        /// What is boilerplate is learned; not where that is off.
        case learn
        /// The inputs are read again for their shingles; only where figures are to be exact.
        case shingles
        /// Documents are compared, and clusters decided.
        case cluster
        /// What stays is written.
        case write
    }

    /// How far a run is.
    package struct Progress: Sendable {
        /// What is being done.
        package var phase: Phase
        /// What was read in this phase.
        package var reading = ReadingSummary()
        /// Bytes there are to read in it as they lie on disk; nil where that is not known.
        package var plannedBytes: UInt64?
    }

    /// Something a run begins with that its user should know.
    package enum Notice: Hashable, Sendable {
        /// An earlier run had finished these phases; this one goes on after them.
        case resumed([Phase])
        /// An earlier run was stopped when all its results were there.
        case finished
        /// An input is not as it was when an earlier run read it; this run starts over.
        case changed(source: String)
        /// An earlier run had other options or inputs; this run starts over.
        case otherRun
        /// An input was named twice, and is read once.
        case repeated(source: String)
        /// Something about an input.
        case input(InputNotice)
    }

    /// What a run did.
    package struct Outcome: Sendable {
        /// What was found.
        package internal(set) var summary: DedupSummary?
        /// What was read by the sketching, where this run did it.
        package internal(set) var reading = ReadingSummary()
        /// Documents without a token, or with too few, which are neither kept nor dropped.
        package internal(set) var withoutText = 0
        /// Malformed records that the output has not.
        package internal(set) var malformed = 0
        /// Files written, and bytes of them.
        package internal(set) var files = 0
        package internal(set) var writtenBytes: UInt64 = 0
        /// Inputs that could not be read, or not to their end.
        package internal(set) var failedInputs = 0
        /// Whether the run was asked to stop before its end.
        package internal(set) var wasStopped = false
    }

    /// What is done, and how.
    package let options: DedupOptions

    /// Creates a pipeline.
    package init(_ options: DedupOptions) { self.options = options }

    /// Deduplicates the inputs.
    ///
    /// - Parameters:
    ///   - inputs: what to read, in the order that `first` and `last` speak of.
    ///   - output: the folder for the results.
    ///   - temporary: the folder that gets a folder for working files; nil for the output's.
    ///   - stop: makes the run end early; what was done stays for the next.
    ///   - notice: told of what the run begins with.
    ///   - report: told of everything that was passed over while sketching, in order, on the calling thread.
    ///   - progress: told how far the run is, on the calling thread.
    /// - Returns: what was found and done.
    /// - Throws: ``PipelineError``. The results appear under their names only when they are whole.
    package func run(
        _ inputs: [CrawlInput],
        output: String,
        temporary: String? = nil,
        stop: StopRequest = StopRequest(),
        notice: (Notice) -> Void = { _ in },
        report: (InputProblem) -> Void = { _ in },
        progress: (Progress) -> Void = { _ in }
    ) throws(PipelineError) -> Outcome {
        do { try options.reading.validate() } catch { throw .options(error) }
        try PipelineError.wrapping { () throws(IndexError) in
            try options.rule.validate()
            try options.boilerplate?.validate()
        }
        let results = ResultFolder(output, temporary: temporary)
        try results.refuseOtherFiles()
        let folder = try WorkingFolder(results.working)
        var state = try folder.readState()
        let saved = SavedIndex(options.savedIndex, folder)
        let refuseOthers = { () throws(PipelineError) in
            try results.refuseResults(unless: options.replacesOutput)
            try saved.refuseOther()
        }
        if state == nil { try refuseOthers() }
        let against = try openOther()
        let settings = options.hash(against: against?.generation)
        let inputs = Self.withoutRepeats(inputs, notice)
        let (kept, known) = try keepPipes(inputs, in: folder, state)
        if let old = state {
            let reason = Self.difference(old, known, settings)
            let isFinished = old.phases.last == Phase.write.rawValue
            if isFinished, reason == nil, !options.isDryRun {
                // Killed while it tidied up.
                try saved.save(memory: options.memory)
                try folder.remove()
                notice(.finished)
                return Outcome()
            }
            if isFinished || reason != nil {
                try refuseOthers()
                state = nil
            }
            if let reason, !isFinished { notice(reason) }
        }
        var current = state ?? DedupState(settings: settings, inputs: known)
        if state == nil {
            try folder.clear(keeping: Set(kept.compactMap(\.keptPath).map(Self.name)))
            try folder.write(current)
        }
        if !current.phases.isEmpty { notice(.resumed(current.phases.compactMap(Phase.init))) }
        var run = DedupRun(
            options: options,
            inputs: kept,
            known: known,
            folder: folder,
            results: results,
            other: against
        )
        try run.removeScratch()
        for phase in Phase.allCases where isNeeded(phase) && !current.phases.contains(phase.rawValue) {
            guard !stop.isMade, try run.perform(phase, stop, { notice(.input($0)) }, report, progress) else {
                run.outcome.wasStopped = true
                return run.outcome
            }
            // What one phase has freed is for the next, whose threads would else take more.
            nd_give_back_free_memory()
            current.phases.append(phase.rawValue)
            try folder.write(current)
        }
        if !options.isDryRun { try saved.save(memory: options.memory) }
        try folder.remove()
        if options.isDryRun { results.removeIfEmpty() }
        return run.outcome
    }

    private func isNeeded(_ phase: Phase) -> Bool {
        switch phase {
        case .known: options.against != nil
        case .learn: options.boilerplate != nil
        case .shingles: options.isExact
        default: true
        }
    }

    /// The index whose documents are dropped.
    private func openOther() throws(PipelineError) -> IndexSnapshot? {
        guard let path = options.against else { return nil }
        return try PipelineError.wrapping { () throws(IndexError) in try IndexSnapshot(path: path) }
    }

    private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Leaves out inputs named before: a file and itself are no duplicates.
    private static func withoutRepeats(_ inputs: [CrawlInput], _ notice: (Notice) -> Void) -> [CrawlInput] {
        var paths = AbsolutePaths()
        var seen: Set<String> = []
        return inputs.filter { input in
            guard input.problem == nil else { return true }
            let path = input.isStandardInput ? "-" : paths.path(of: input.name)
            if seen.insert(path).inserted { return true }
            notice(.repeated(source: input.name))
            return false
        }
    }

    /// Keeps what can be read only once, and asks for the state of everything else.
    private func keepPipes(
        _ inputs: [CrawlInput],
        in folder: WorkingFolder,
        _ state: DedupState?
    ) throws(PipelineError) -> ([CrawlInput], [KnownInput]) {
        var (kept, known): ([CrawlInput], [KnownInput]) = ([], [])
        for (position, input) in inputs.enumerated() {
            if InputSpool.needsKeeping(input) {
                let old = state.flatMap { $0.inputs.indices.contains(position) ? $0.inputs[position].stamp : nil }
                let (file, stamp) = try InputSpool.keep(input, position, in: folder, known: old)
                kept.append(file)
                known.append(KnownInput(name: input.name, stamp: stamp, isCopied: true))
            } else {
                kept.append(input)
                known.append(
                    KnownInput(name: input.name, stamp: input.problem == nil ? FileStamp.of(path: input.name) : nil)
                )
            }
        }
        return (kept, known)
    }

    /// Why an earlier run can't be gone on with; nil where it can.
    private static func difference(_ old: DedupState, _ inputs: [KnownInput], _ settings: UInt64) -> Notice? {
        guard old.settings == settings, old.inputs.map(\.name) == inputs.map(\.name) else { return .otherRun }
        return zip(old.inputs, inputs).first { $0.stamp != $1.stamp }.map { .changed(source: $0.0.name) }
    }
}
