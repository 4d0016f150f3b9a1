package import CrawlReading

/// How stages are measured.
package struct StageOptions: Sendable {
    /// The stages wanted.
    package var stages = Stage.allCases
    /// How inputs are read.
    package var reading = ReadingOptions()
    /// Threads that parse, sketch and search.
    package var threads = 1
    /// How often each stage is run.
    package var runs = 3
    /// Bytes that documents on their way into the index may take.
    package var memory = 512 << 20
    /// Where indexes are made.
    package var temporary = "/tmp"

    /// Creates the defaults.
    package init() {}
}
