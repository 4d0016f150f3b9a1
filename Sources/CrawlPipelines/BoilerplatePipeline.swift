internal import CrawlModel
package import CrawlReading
package import DuplicateClusters
internal import IndexStorage
package import NearDuplicates
package import ShardFormat

/// Learns from an index what is boilerplate in it, and finds the passages' texts in the inputs again.
package struct BoilerplatePipeline: Sendable {
    /// How often is often.
    package var thresholds = BoilerplateThresholds()
    /// Bytes of memory for counts of documents.
    package var memory = 256 << 20
    /// Threads that count.
    package var threads = 1

    /// Creates a pipeline with the default options.
    package init() {}

    /// Learns from an index's own documents; O(size of the index).
    ///
    /// - Parameters:
    ///   - snapshot: the index.
    ///   - path: a directory for working files, which nothing else uses; gone at the end.
    /// - Returns: what was learned, without texts.
    /// - Throws: ``PipelineError/index(_:)`` where the index is damaged or a threshold out of range;
    ///   ``PipelineError/output(message:)`` where working files can't be written.
    package func learn(from snapshot: IndexSnapshot, working path: String) throws(PipelineError) -> BoilerplateList {
        do { try thresholds.validate() } catch { throw .index(error) }
        let storage = DirectoryStorage(path: path)
        do {
            // What a run that was killed left here goes first.
            try? FileTree.remove(path)
            try ClusterError.storing { () throws(StorageError) in try storage.prepare() }
            defer { try? FileTree.remove(path) }
            return try learn(
                ClusterWork(
                    ClusterSources(snapshot),
                    in: storage,
                    memory: memory,
                    loop: .dispatch(threads),
                    threads: threads
                )
            )
        } catch {
            throw PipelineError(error)
        }
    }

    private func learn(_ work: ClusterWork) throws(ClusterError) -> BoilerplateList {
        let table = try DocumentTable.make(of: work.sources, keep: .first, in: work.storage, memory: memory)
        let leaders = LeaderHosts(table, try NearCopies.find(work, table))
        return try BoilerplateLearner(work, leaders, thresholds).learn()
    }

    /// Finds the texts of passages where inputs have the documents that are their examples.
    ///
    /// - Parameters:
    ///   - list: its passages get their texts; those whose example is not in the inputs stay as they are.
    ///   - inputs: read until all are found.
    ///   - reading: the options that the documents were indexed with.
    ///   - report: told of everything that was passed over.
    /// - Throws: ``PipelineError/options(_:)``.
    package static func addTexts(
        to list: inout BoilerplateList,
        from inputs: [CrawlInput],
        _ reading: ReadingOptions,
        report: (InputProblem) -> Void = { _ in }
    ) throws(PipelineError) {
        var wanted: [[UInt8]: [Int]] = [:]
        for (number, passage) in list.passages.enumerated() {
            wanted[Array(passage.id.utf8), default: []].append(number)
        }
        var parser = try PipelineError.parser(reading)
        let source = try SourceReader(opening: inputs, reading)
        let job = SketchingJob()
        while !wanted.isEmpty, job.read(from: source, large: .max) {
            job.parse(with: &parser) { documents in
                for entry in job.documents.entries[documents] {
                    guard let numbers = wanted.removeValue(forKey: Array(job.documents.fields[entry.id])) else {
                        continue
                    }
                    let runs = numbers.map { list.passages[$0].tokens }
                    let text = TokenisedText(entry.text, in: job.documents, runs: runs)
                    for (number, run) in zip(numbers, runs) {
                        list.passages[number].text = Self.beginning(text.bytes[text.bytes(ofTokens: run)])
                    }
                }
            }
            try job.tellProblems(isStrict: false, to: report)
        }
    }

    /// As much of a passage as is kept, up to a whole character.
    private static func beginning(_ bytes: ArraySlice<UInt8>) -> String {
        var kept = bytes.prefix(BoilerplateList.textLimit)
        if kept.count < bytes.count {
            while let next = kept.last, next & 0xC0 == 0x80 { kept.removeLast() }
            if let last = kept.last, last >= 0x80 { kept.removeLast() }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}

extension PipelineError {
    /// The same, in this module's terms.
    init(_ error: ClusterError) {
        self =
            switch error {
            case .index(let error): .index(error)
            case .report(let error): error as? PipelineError ?? .output(message: "\(error)")
            case .workingFile, .tooLarge, .storage: .output(message: error.description)
            }
    }
}
