/// What a generated crawl is written as; the text of a page, its id, URL and date are the same in all of them.
public enum GeneratedFormat: String, Sendable, Hashable, CaseIterable {
    /// One JSON object a line, with `id`, `url`, `date` and `text`.
    case jsonLines = "jsonl"
    /// WARC records of type `conversion`: the text of pages.
    case wet
    /// WARC records of type `response`: pages as HTML, with their HTTP headers.
    case warc
}
