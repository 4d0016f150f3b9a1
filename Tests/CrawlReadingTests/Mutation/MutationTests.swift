import CrawlModel
import StreamCompression
import Testing

/// Whole readers, from bytes to documents, given damaged inputs.
///
/// Whatever the bytes: an end, bounded batches, well-formed text, each record accounted for, the same in batches of any size,
/// and exactly the rest from wherever reading may go on. `NEARDUP_MUTATIONS` says how many inputs each reader gets,
/// `NEARDUP_MUTATION_SEED` the seed of the first: a failure is had again with its seed and one input.
struct MutationTests {
    @Test func damagedJSONLines() throws { try run(.jsonLines) }

    @Test func damagedGzip() throws { try run(.jsonLines.packed(.gzip)) }

    @Test func damagedGzipOfCaptures() throws { try run(.warc.packed(.gzip)) }

    @Test func damagedZstandard() throws { try run(.jsonLines.packed(.zstd)) }

    @Test func damagedWET() throws { try run(.wet) }

    @Test func damagedWARC() throws { try run(.warc) }

    @Test func damagedARC() throws { try run(.arc) }

    @Test func damagedHTML() throws { try run(.html) }

    @Test func damagedText() throws { try run(.text) }

    private func run(_ samples: MutationSamples) throws {
        let run = try MutationRun(samples)
        try run.run()
        guard MutationRun.count >= 1000 else { return }
        // Otherwise the damage is too great for the test to tell much.
        #expect(run.complete > 0 && run.withDocuments > MutationRun.count / 10)
        #expect(run.damaged > 0 || samples.packing == .plain)
        #expect(run.resumed > MutationRun.count / 10 || [.html, .text].contains(samples.format))
    }
}
