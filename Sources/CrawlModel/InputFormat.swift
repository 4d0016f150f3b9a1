/// What an input holds, once inflated.
public enum InputFormat: String, Sendable, Hashable, CaseIterable {
    /// One JSON object a line.
    case jsonLines = "jsonl"
    /// One document: the whole file.
    case text
    /// One document: an HTML page.
    case html
    /// Captured pages, and what else a WARC file holds: records of type `response`, `resource` and `conversion` are documents.
    case warc
    /// The text of pages as Common Crawl extracts it: of a WARC file the records of type `conversion` only.
    case wet
    /// Captured pages in the format before WARC.
    case arc
}

/// How an input's bytes are packed.
public enum SourceCompression: String, Sendable, Hashable, CaseIterable {
    /// Not packed.
    case plain
    /// Gzip, of one or many members.
    case gzip
    /// Zstandard, of one or many frames.
    case zstd
}
