/// What an input holds, once inflated.
public enum InputFormat: String, Sendable, Hashable, CaseIterable {
    /// One JSON object a line.
    case jsonLines = "jsonl"
    /// One document: the whole file.
    case text
    /// The text of pages as Common Crawl extracts it: WARC records of type `conversion`.
    case wet
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
