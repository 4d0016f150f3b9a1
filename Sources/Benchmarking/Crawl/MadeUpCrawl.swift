package import CrawlGeneration
package import CrawlPipelines
package import CrawlReading
internal import IndexStorage

/// A generated crawl in a file of its own, which is removed with the value.
package final class MadeUpCrawl {
    /// How much of a crawl to make.
    package enum Extent: Sendable, Hashable {
        /// Pages until there are so many bytes.
        case bytes(Int)
        /// So many pages.
        case pages(Int)
    }

    /// What the crawl is like.
    package let settings: GenerationSettings
    /// How many pages there are.
    package private(set) var pages = 0
    /// Bytes of the file.
    package private(set) var bytes = 0
    /// What is known of the pages' pairs; empty where it wasn't asked for.
    package private(set) var planted: [PlantedPair] = []
    private let folder: ScratchFolder
    private static let fileName = "crawl.jsonl"

    /// Where the file is.
    package var path: String { folder.path + "/" + Self.fileName }

    /// The file as an input.
    package var inputs: [CrawlInput] { [CrawlInput(path: path)] }

    /// Makes a crawl as JSON lines; O(bytes).
    ///
    /// - Parameters:
    ///   - settings: what it is like, valid.
    ///   - extent: how much of it.
    ///   - parent: the folder to make the file's own folder in.
    ///   - threads: how many work on it; the bytes don't depend on them.
    ///   - truth: what is told of pairs in ``planted``; it takes some hundred bytes of memory a pair.
    ///   - isKept: whether the file stays.
    /// - Throws: ``PipelineError/output(message:)``.
    package init(
        _ settings: GenerationSettings,
        _ extent: Extent,
        in parent: String,
        threads: Int,
        truth: TruthOptions = [],
        isKept: Bool = false
    ) throws(PipelineError) {
        self.settings = settings
        folder = try ScratchFolder(in: parent, purpose: "crawl", isKept: isKept)
        do {
            try write(extent, threads: threads, truth)
        } catch {
            throw .output(message: "\(error)")
        }
    }

    private func write(_ extent: Extent, threads: Int, _ truth: TruthOptions) throws {
        let (wantedPages, wantedBytes) =
            switch extent {
            case .bytes(let bytes): (Int.max, bytes)
            case .pages(let pages): (pages, Int.max)
            }
        let file = try folder.storage.create(Self.fileName)
        var blocks = try ParallelBlocks(
            settings: settings,
            format: .jsonLines,
            truth: truth,
            pages: wantedPages,
            threads: threads
        )
        var isLast = false
        while !isLast, let group = blocks.next() {
            for var block in group where !isLast {
                isLast = block.cut(atBytes: wantedBytes - bytes)
                try file.append(block.bytes)
                bytes += block.bytes.count
                pages += block.pages.count
                planted += block.planted
            }
        }
        // Nothing of it is left to be written to the disk while something is measured.
        try file.synchronize()
        try file.close()
    }
}
