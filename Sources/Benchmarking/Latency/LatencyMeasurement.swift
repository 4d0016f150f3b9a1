package import CrawlGeneration
internal import CrawlModel
package import CrawlPipelines
package import CrawlReading
internal import NearDuplicates
internal import ShardFormat

/// Times single checks against an index, in this process.
package struct LatencyMeasurement {
    private let path: String
    /// Documents timed; as many others are checked before, so that what a service would have in memory is there.
    package var checks = 5000

    /// Creates a measurement for an index.
    package init(_ path: String) { self.path = path }

    /// Times documents that are made up for it.
    ///
    /// - Parameters:
    ///   - settings: what they are like; a seed that the index was not made with.
    ///   - pages: the numbers of the pages to draw from.
    ///   - documents: what they are to the index.
    /// - Returns: what was measured.
    /// - Throws: ``PipelineError``.
    package func measure(
        _ settings: GenerationSettings,
        pages: Range<Int>,
        as documents: LatencyFigures.Documents
    ) throws(PipelineError) -> LatencyFigures {
        var texts = TextArena()
        do {
            var generator = try CrawlGenerator(settings)
            for page in Self.places(2 * checks, in: pages) { texts.append(generator.page(at: page).text) }
        } catch {
            throw .output(message: error.description)
        }
        return try measure(texts, as: documents)
    }

    /// Times documents of inputs that the index was made of, drawn evenly from the first 100,000 of them.
    ///
    /// - Throws: ``PipelineError``.
    package func measure(
        known inputs: [CrawlInput],
        reading: ReadingOptions
    ) throws(PipelineError) -> LatencyFigures {
        try measure(TextArena(inputs, reading, atMost: 2 * checks), as: .known)
    }

    private func measure(
        _ texts: TextArena,
        as documents: LatencyFigures.Documents
    ) throws(PipelineError) -> LatencyFigures {
        do throws(IndexError) {
            let snapshot = try IndexSnapshot(path: path)
            var sketcher = try DocumentSketcher(parameters: snapshot.parameters)
            var searcher = try Searcher(snapshot)
            var (whole, sketching): ([Double], [Double]) = ([], [])
            var matches = 0
            // The first half warms up, in the order of the arena; the other half is timed.
            for (number, text) in texts.ranges.enumerated() {
                let start = ContinuousClock.now
                sketcher.sketch(texts.bytes.storage.span, start: text.start, count: text.count)
                let sketched = ContinuousClock.now
                let result = try searcher.check(sketcher)
                let end = ContinuousClock.now
                guard number >= texts.ranges.count / 2 else { continue }
                matches += result.matches.count
                whole.append(1e6 * Stopwatch.seconds(end - start))
                sketching.append(1e6 * Stopwatch.seconds(sketched - start))
            }
            return LatencyFigures(
                documents: documents,
                meanBytes: texts.bytes.count / max(texts.ranges.count, 1),
                microseconds: Spread(whole),
                sketchMicroseconds: Spread(sketching),
                matches: matches
            )
        } catch {
            throw .index(error)
        }
    }

    /// Numbers spread evenly over a range, each at most once, in an order that is not theirs.
    static func places(_ count: Int, in range: Range<Int>) -> [Int] {
        let count = min(count, range.count)
        guard count > 0 else { return [] }
        // A step that shares no factor with the count comes by every place once.
        var step = max(1, count * 618 / 1000)
        while greatestCommonDivisor(step, count) != 1 { step += 1 }
        return (0..<count).map { range.lowerBound + ($0 * step % count) * range.count / count }
    }

    private static func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
        other == 0 ? one : greatestCommonDivisor(other, one % other)
    }
}
