internal import CrawlModel
internal import CrawlPipelines
internal import CrawlReading
internal import NearDuplicates
internal import ShardFormat
internal import Shingling

/// Does a thread's part of a stage, with the parser, the shingler and the sketcher the pipelines have.
///
/// The one place that has to follow when those change.
final class StageWorker: @unchecked Sendable {
    // One thread has it at any time: the calls of `concurrentPerform` each have their own.
    private var parser: DocumentParser
    private var shingler: TextShingler
    private var sketcher: DocumentSketcher
    /// Keeps what was computed from being left out.
    private(set) var shingles = 0

    init(_ reading: ReadingOptions) throws(PipelineError) {
        do {
            // As the pipelines do where no passages are told.
            parser = try DocumentParser(options: reading, leavingTextsEscaped: true)
        } catch {
            throw .options(error)
        }
        do throws(IndexError) {
            sketcher = try DocumentSketcher(parameters: IndexSettings().parameters())
        } catch {
            throw .index(error)
        }
        shingler = TextShingler()
    }

    func parse(_ slot: BatchSlot) {
        guard let records = slot.records else { return }
        parser.parse(records, into: &slot.documents)
    }

    func shingle(_ slot: BatchSlot) { shingle(slot.documents) }

    func sketch(_ slot: BatchSlot) { slot.sketches.sketch(slot.documents, with: &sketcher) }

    private func shingle(_ documents: borrowing DocumentBatch) {
        let (decoded, escaped) = (documents.text.storage, documents.escapedText.storage)
        for entry in documents.entries {
            let arena = entry.isEscaped ? escaped.span : decoded.span
            shingler.readFirst(
                arena,
                start: entry.text.start,
                count: entry.text.count,
                blockTokens: DocumentSketcher.tokensAtOnce,
                isEscaped: entry.isEscaped
            )
            shingles &+= shingler.shingles.count
            while !shingler.isRead {
                shingler.readNext(arena)
                shingles &+= shingler.shingles.count
            }
        }
    }
}
