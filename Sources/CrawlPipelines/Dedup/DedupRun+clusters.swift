internal import DuplicateClusters
internal import IndexStorage
internal import NearDuplicates
internal import ShardFormat

// What is found out about the documents: each phase reads what the ones before it have left in the working folder.
extension DedupRun {
    /// The working index.
    func openIndex() throws(PipelineError) -> IndexSnapshot {
        try PipelineError.wrapping { () throws(IndexError) in try IndexSnapshot(path: folder.index) }
    }

    /// Where the documents lie.
    func openPlaces() throws(PipelineError) -> DocumentPlaces {
        do throws(StorageError) {
            return try DocumentPlaces(folder.storage, named: WorkingFolder.places)
        } catch {
            throw .output(message: error.description)
        }
    }

    private func work(on snapshot: IndexSnapshot) -> ClusterWork {
        ClusterWork(
            ClusterSources(snapshot),
            in: folder.storage,
            rule: options.rule,
            memory: options.memory / 2,
            loop: .dispatch(options.threads),
            threads: options.threads
        )
    }

    /// Orders documents, and finds exact copies.
    func order() throws(PipelineError) {
        let work = work(on: try openIndex())
        try PipelineError.clustering { () throws(ClusterError) in
            _ = try DocumentTable.make(of: work.sources, keep: options.keep, in: work.storage, memory: work.memory)
        }
    }

    /// Finds near copies.
    func findNear() throws(PipelineError) {
        let work = work(on: try openIndex())
        let known = try KnownDocuments.read(folder, of: work.sources.documentCount)
        try PipelineError.clustering { () throws(ClusterError) in
            _ = try NearCopies.find(work, try DocumentTable(work.storage), known: known)
        }
    }

    /// Learns what is boilerplate.
    func learn() throws(PipelineError) {
        let work = work(on: try openIndex())
        let list: BoilerplateList
        do {
            let leaders = LeaderHosts(try DocumentTable(work.storage), try NearCopies(work.storage))
            let learner = try BoilerplateLearner(
                sources: work.sources.shards,
                leaders: leaders,
                thresholds: options.boilerplate ?? BoilerplateThresholds(),
                memory: work.memory,
                loop: work.loop
            )
            list = try learner.learn()
        } catch let error as IndexError {
            throw .index(error)
        } catch let error as ClusterError {
            throw PipelineError(error)
        } catch {
            throw .output(message: "\(error)")
        }
        try folder.put(list.encoded(), as: WorkingFolder.boilerplate)
    }

    /// What was learned; nil where nothing was, or nothing is to be.
    func learned() throws(PipelineError) -> BoilerplateSet? {
        guard options.boilerplate != nil else { return nil }
        do {
            let bytes = try folder.storage.read(WorkingFolder.boilerplate, limit: Self.boilerplateLimit)
            let list = try BoilerplateList(decoding: bytes, path: folder.file(WorkingFolder.boilerplate))
            return list.keys.isEmpty ? nil : BoilerplateSet(list)
        } catch let error as ShardError {
            throw .index(IndexError(error))
        } catch let error as StorageError {
            throw .output(message: error.description)
        } catch {
            throw .output(message: "\(error)")
        }
    }

    private static var boilerplateLimit: Int { 1 << 30 }

    /// Compares documents, and decides.
    func cluster() throws(PipelineError) {
        let snapshot = try openIndex()
        let work = work(on: snapshot)
        var clustering = ClusterOptions()
        clustering.drop = options.dropped
        clustering.known = try KnownDocuments.read(folder, of: work.sources.documentCount)
        let learned = try learned()
        if let learned { clustering.isBoilerplate = { learned.contains($0) } }
        if options.isExact {
            clustering.shingles = try PipelineError.clustering { () throws(ClusterError) in
                try ShingleSets(work.storage)
            }
        }
        var pairs: PairsFile?
        if let path = options.pairs, !options.isDryRun {
            let file = try PairsFile(path, snapshot, try openPlaces(), known, in: folder)
            clustering.report = { try file.add($0) }
            pairs = file
        }
        let final = clustering
        try PipelineError.clustering { () throws(ClusterError) in
            _ = try ClusterDecisions.find(
                work,
                try DocumentTable(work.storage),
                try NearCopies(work.storage),
                final
            )
        }
        try pairs?.finish()
    }

    /// What was decided.
    func openDecisions() throws(PipelineError) -> ClusterDecisions {
        try PipelineError.clustering { () throws(ClusterError) in
            try ClusterDecisions(folder.storage, named: WorkingFiles.decisions)
        }
    }
}

extension PipelineError {
    /// Does something with clusters, in this module's terms.
    static func clustering<Result>(_ body: () throws(ClusterError) -> Result) throws(PipelineError) -> Result {
        do throws(ClusterError) { return try body() } catch { throw PipelineError(error) }
    }
}
