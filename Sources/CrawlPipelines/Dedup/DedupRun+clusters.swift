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
        try PipelineError.writing { () throws(StorageError) in
            try DocumentPlaces(folder.storage, named: WorkingFolder.places)
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
        let list = try PipelineError.clustering { () throws(ClusterError) in
            let leaders = LeaderHosts(try DocumentTable(work.storage), try NearCopies(work.storage))
            return try BoilerplateLearner(work, leaders, options.boilerplate ?? BoilerplateThresholds()).learn()
        }
        try folder.put(list.encoded(), as: WorkingFolder.boilerplate)
    }

    /// Compares documents, and decides.
    func cluster() throws(PipelineError) {
        let snapshot = try openIndex()
        let work = work(on: snapshot)
        var clustering = ClusterOptions()
        clustering.drop = options.dropped
        clustering.known = try KnownDocuments.read(folder, of: work.sources.documentCount)
        if options.boilerplate != nil, let list = try folder.learnedBoilerplate() {
            let learned = BoilerplateSet(list)
            clustering.isBoilerplate = { learned.contains($0) }
        }
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
