import CrawlGeneration

/// The files of a run: the crawl, and what is told of its pairs.
struct CrawlFiles {
    private let crawl: OutputFile
    private let planted: OutputFile?
    private let unrelated: OutputFile?

    /// Opens the files; those of pairs get their header.
    init(crawl: String, planted: String?, unrelated: String?, overwriting: Bool) throws(OutputError) {
        self.planted = try Self.pairs(planted, overwriting)
        self.unrelated = try Self.pairs(unrelated, overwriting)
        self.crawl = try OutputFile(crawl, overwriting: overwriting)
    }

    private static func pairs(_ path: String?, _ overwriting: Bool) throws(OutputError) -> OutputFile? {
        guard let path else { return nil }
        let file = try OutputFile(path, overwriting: overwriting)
        try file.write(Array(PlantedPair.header.utf8))
        return file
    }

    /// Writes what the crawl begins with.
    func write(preamble: [UInt8]) throws(OutputError) { try crawl.write(preamble) }

    /// Writes a block's pages and pairs.
    func write(_ block: GeneratedBlock) throws(OutputError) {
        try crawl.write(block.bytes)
        if let planted { try planted.write(Self.lines(block.planted)) }
        if let unrelated { try unrelated.write(Self.lines(block.unrelated)) }
    }

    /// Gives the files their names, the crawl's last.
    func finish() throws(OutputError) {
        if let planted { try planted.finish() }
        if let unrelated { try unrelated.finish() }
        try crawl.finish()
    }

    private static func lines(_ pairs: [PlantedPair]) -> [UInt8] { Array(pairs.map(\.line).joined().utf8) }
}
