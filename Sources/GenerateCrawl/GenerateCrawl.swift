public import ArgumentParser
import CommandValues
public import CrawlGeneration
import Foundation

@main
struct GenerateCrawl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-crawl",
        abstract: "Makes up a crawl with known duplicates, the same for the same seed and settings.",
        discussion: """
            EXAMPLES:
              generate-crawl --seed 7 --size 1g --output crawl.jsonl --truth truth.tsv
              generate-crawl --pages 10000 --format warc --template-share 0.7 --output crawl.warc
              generate-crawl --pages 20000 --story-hosts 500 --hosts 1000 --output - | neardup index --index i -
              generate-crawl --pages 5000 --kinds template=2,excerpt --truth truth.tsv --figures --output crawl.wet --format wet
            """
    )

    @OptionGroup(title: "What the crawl is like") var crawl: CrawlOptions

    @Option(help: "The length of the output, such as 500m or 2g; the page that reaches it is the last.")
    var size: ByteCount?

    @Option(help: "The number of pages.")
    var pages: Int?

    @Option(help: "jsonl, wet or warc.")
    var format = GeneratedFormat.jsonLines

    @Option(name: .shortAndLong, help: "The file to write, or - for standard output.")
    var output: String

    @Option(help: "A file for the planted pairs: id, original, kind and, with --figures, Jaccard and containment.")
    var truth: String?

    @Option(help: "A file for pairs of one host that are not duplicates.")
    var unrelated: String?

    @Flag(help: "Count the exact figures of the pairs, which takes several times as long as the crawl.")
    var figures = false

    @Flag(help: "Overwrite files that are there.")
    var force = false

    @Option(help: "Threads; the output doesn't depend on them.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard (size == nil) != (pages == nil) else { throw ValidationError("expected either --size or --pages") }
        if let pages, pages < 1 { throw ValidationError("--pages: expected at least 1, got \(pages)") }
        guard (1...256).contains(threads) else { throw ValidationError("--threads: expected 1 to 256, got \(threads)") }
        let paths = [output, truth, unrelated].compactMap(\.self)
        guard Set(paths).count == paths.count else {
            throw ValidationError("expected a file of its own for each output")
        }
        if figures, truth == nil, unrelated == nil {
            throw ValidationError("--figures: expected a file for them, --truth or --unrelated")
        }
        do throws(GenerationSettingsError) {
            try crawl.settings().validate()
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() throws {
        do {
            try write()
        } catch let error as OutputError {
            FileHandle.standardError.write(Data("generate-crawl: \(error.description)\n".utf8))
            throw ExitCode(74)
        }
    }

    private func write() throws {
        var options: TruthOptions = figures ? [.figures] : []
        if truth != nil { options.insert(.planted) }
        if unrelated != nil { options.insert(.unrelated) }
        let files = try CrawlFiles(crawl: output, planted: truth, unrelated: unrelated, overwriting: force)
        let preamble = CrawlGenerator.preamble(format)
        try files.write(preamble: preamble)
        var written = preamble.count
        var blocks = try ParallelBlocks(
            settings: crawl.settings(),
            format: format,
            truth: options,
            pages: pages ?? .max,
            threads: threads
        )
        var pagesWritten = 0
        var isLast = size.map { written >= $0.bytes } ?? false
        while !isLast, let group = blocks.next() {
            for var block in group where !isLast {
                if let size { isLast = block.cut(atBytes: size.bytes - written) }
                try files.write(block)
                written += block.bytes.count
                pagesWritten += block.pages.count
            }
        }
        try files.finish()
        FileHandle.standardError.write(Data("wrote \(pagesWritten) pages, \(written) bytes\n".utf8))
    }
}

extension GeneratedFormat: ExpressibleByArgument {}
