internal import CrawlModel
package import CrawlPipelines
package import CrawlReading
package import NearDuplicates

/// The stages that are whole runs, as a user would start them: index and check.
package struct WholeStages {
    /// How they are measured.
    package let options: StageOptions

    /// Creates the measurement.
    package init(_ options: StageOptions) { self.options = options }

    /// What an index run left.
    package struct Indexed {
        /// What was measured.
        package var figures: StageFigures
        /// What the last run read and made.
        package var summary: IndexPipeline.Summary
        /// The index of the last run.
        package var folder: ScratchFolder
    }

    /// Indexes the inputs, each time into a new directory.
    ///
    /// - Throws: ``PipelineError``.
    package func index(_ inputs: [CrawlInput]) throws(PipelineError) -> Indexed {
        var pipeline = IndexPipeline()
        pipeline.reading = options.reading
        pipeline.threads = options.threads
        pipeline.memory = options.memory
        var seconds: [Double] = []
        var peak: Int?
        var last: (summary: IndexPipeline.Summary, folder: ScratchFolder)?
        for _ in 0..<max(options.runs, 1) {
            // The one before is removed first: two of them may not fit on the disk.
            last = nil
            let folder = try ScratchFolder(in: options.temporary, purpose: "index")
            let path = folder.path
            let (run, memory) = try MemoryWatch.watching { () throws(PipelineError) in
                let watch = Stopwatch()
                let summary = try pipeline.run(inputs, into: path)
                return (summary, watch.seconds)
            }
            seconds.append(run.1)
            peak = Self.larger(peak, memory)
            last = (run.0, folder)
        }
        guard let last else { preconditionFailure("there is at least one run") }
        var figures = StageFigures(
            .index,
            threads: options.threads,
            bytes: Int(clamping: last.summary.reading.inflatedBytes),
            documents: last.summary.reading.documents,
            seconds: seconds,
            peakMemory: peak
        )
        figures.diskBytes = last.folder.bytes
        return Indexed(figures: figures, summary: last.summary, folder: last.folder)
    }

    /// Checks every document of the inputs against an index.
    ///
    /// - Throws: ``PipelineError``.
    package func check(_ inputs: [CrawlInput], against path: String) throws(PipelineError) -> StageFigures {
        var pipeline = CheckPipeline()
        pipeline.memory = options.memory
        let batchBytes = pipeline.reading.batchBytes
        pipeline.reading = options.reading
        pipeline.reading.batchBytes = batchBytes
        pipeline.threads = options.threads
        var seconds: [Double] = []
        var peak: Int?
        var (bytes, documents, matches, answerBytes) = (0, 0, 0, 0)
        for _ in 0..<max(options.runs, 1) {
            answerBytes = 0
            let checking = pipeline
            let (run, memory) = try MemoryWatch.watching { () throws(PipelineError) in
                let watch = Stopwatch()
                let summary = try checking.run(
                    inputs,
                    against: Self.snapshot(path),
                    formatter: JSONLinesFormatter(),
                    output: { answerBytes += $0.count }
                )
                return (summary, watch.seconds)
            }
            bytes = Int(clamping: run.0.reading.inflatedBytes)
            (documents, matches) = (run.0.reading.documents, run.0.verdicts.matches)
            seconds.append(run.1)
            peak = Self.larger(peak, memory)
        }
        var figures = StageFigures(
            .check,
            threads: options.threads,
            bytes: bytes,
            documents: documents,
            seconds: seconds,
            peakMemory: peak
        )
        figures.answerBytes = answerBytes
        figures.matches = matches
        return figures
    }

    /// Opens an index, in the pipelines' terms.
    package static func snapshot(_ path: String) throws(PipelineError) -> IndexSnapshot {
        do throws(IndexError) {
            return try IndexSnapshot(path: path)
        } catch {
            throw .index(error)
        }
    }

    private static func larger(_ one: Int?, _ other: Int?) -> Int? {
        guard let one, let other else { return one ?? other }
        return max(one, other)
    }
}
